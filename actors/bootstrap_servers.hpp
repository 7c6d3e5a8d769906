#pragma once

#include "protocols/chord/peer_ref.hpp"
#include "protocols/identity/public_key.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace carillon {

/// A bootstrap server that adapters ask to admit their users.
struct bootstrap_server {
  /// The peer at whose node it runs.
  chord::peer_ref peer;
  /// Its signature key, one of the ring descriptor's.
  identity::public_key key;
};

/// The bootstrap servers that a node can reach, in the order in which they are
/// to be asked. They come and go with the links to their nodes. Thread-safe.
class bootstrap_servers {
public:
  bootstrap_servers() = default;
  explicit bootstrap_servers(std::vector<bootstrap_server> known)
    : known_(std::move(known)) {}

  [[nodiscard]] std::vector<bootstrap_server> get() const {
    const std::lock_guard lock{mutex_};
    return known_;
  }

  /// Adds a server, or takes over where it is now.
  void enter(bootstrap_server server) {
    const std::lock_guard lock{mutex_};
    const auto position = std::ranges::find_if(known_, [&](const auto& item) {
      return item.key == server.key && same_node(item.peer, server.peer);
    });
    if (position == known_.end())
      known_.push_back(std::move(server));
    else
      *position = std::move(server);
  }

  /// Drops the servers of a node.
  void remove_node(const chord::node_info& node) {
    const std::lock_guard lock{mutex_};
    std::erase_if(known_, [&](const auto& item) {
      return item.peer.node->fingerprint == node.fingerprint;
    });
  }

private:
  mutable std::mutex mutex_;
  std::vector<bootstrap_server> known_;
};

} // namespace carillon
