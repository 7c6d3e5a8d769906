#pragma once

#include "actors/messages.hpp"
#include "protocols/chord/peer_ref.hpp"

#include <random>

namespace carillon {

/// Carries messages to peers of other nodes; the links implement it.
/// Thread-safe; does not block.
class link_transport {
public:
  link_transport() = default;
  link_transport(const link_transport&) = delete;
  link_transport& operator=(const link_transport&) = delete;
  virtual ~link_transport() = default;

  /// Sends a message of a peer of this node. A peer that is known not to be
  /// reachable is reported to the sender by `failed_atom`; what is lost
  /// otherwise is not noticed.
  virtual void send(const chord::peer_ref& to, const overlay_message& msg) = 0;

  /// Gives up to `count` random peers of nodes that there are links to.
  [[nodiscard]] virtual chord::peer_list contacts(size_t count,
                                                  std::minstd_rand& random) = 0;
};

} // namespace carillon
