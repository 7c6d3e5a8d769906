#pragma once

#include "actors/node_context.hpp"
#include "actors/sip_transport.hpp"
#include "protocols/chord/peer_ref.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace carillon {

/// Sends SIP messages for the adapters of a node: to phones over sockets, and
/// to the adapters of other nodes as deliveries between peers. Thread-safe.
class linked_transport final : public sip_transport {
public:
  /// @param edge owns the sockets.
  /// @param place the peer of this node that sends deliveries.
  linked_transport(std::shared_ptr<sip_transport> edge, node_context_ptr node,
                   chord::peer_ref place);

  /// The host that stands for this node.
  [[nodiscard]] const std::string& own_host() const noexcept {
    return own_host_;
  }

  /// Gives the path to the adapters of another peer's node, and remembers the
  /// peer; of `defaults::linked_nodes` the last are remembered.
  [[nodiscard]] sip::flow path_to(const chord::peer_ref& peer);

  /// Sends to a phone, or to the last peer that was remembered of a node.
  void send(const sip::flow& path, bytes data,
            failure_handler on_failure) override;

private:
  [[nodiscard]] bool deliver(const sip::flow& path, bytes data);
  [[nodiscard]] chord::peer_ref find(const std::string& host) const;

  std::shared_ptr<sip_transport> edge_;
  node_context_ptr node_;
  chord::peer_ref place_;
  std::string own_host_;

  /// Guards what follows.
  mutable std::mutex mutex_;
  std::unordered_map<std::string, chord::peer_ref> peers_;
  /// Their hosts, the first first.
  std::deque<std::string> order_;
};

} // namespace carillon
