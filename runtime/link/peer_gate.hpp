#pragma once

#include "actors/peer_directory.hpp"
#include "protocols/link/handshake.hpp"
#include "protocols/link/overlay_codec.hpp"

#include <functional>
#include <memory>

namespace carillon {

/// The peers of this node, as the links to others see them. Thread-safe once it
/// was opened; before that, and when the peers have ended, everything is
/// dropped.
class peer_gate {
public:
  /// Sends a message to a peer of another process, and keeps its credit until
  /// it was dealt with there; tells whether the peer runs in another process.
  using relay_function =
    std::function<bool(const peer_actor&, const overlay_message&)>;

  /// @param peers finds the peers of this node.
  /// @param relay may be null when all of them are of this process.
  /// @param judges those of them that learn of bad behaviour.
  void open(const std::shared_ptr<peer_directory>& peers, relay_function relay,
            chord::peer_list judges);

  /// Hands a message to the peer it is for.
  /// @param credit is kept until the message has been dealt with.
  void deliver(link::overlay_frame message,
               std::shared_ptr<const void> credit) const;

  /// Tells a peer of this node that one of another node cannot be reached.
  void tell_failed(const chord::peer_ref& to,
                   const chord::peer_ref& from) const;

  /// Has the peers of this node think less of those of another one.
  void blame(const link::partner& node) const;

private:
  [[nodiscard]] peer_actor
  find_addressee(const link::overlay_frame& message) const;
  [[nodiscard]] peer_actor find(const chord::peer_ref& peer) const;

  std::weak_ptr<peer_directory> peers_;
  relay_function relay_;
  chord::peer_list judges_;
};

} // namespace carillon
