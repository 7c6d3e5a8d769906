#pragma once

#include "protocols/link/frames.hpp"
#include "protocols/link/handshake.hpp"
#include "runtime/link/frame_channel.hpp"

#include <memory>

namespace carillon {

class link_connection;

/// What the links of a node report to. All functions are called on the threads
/// that run the links, for different links at the same time; they must not
/// block.
class link_owner {
public:
  /// Gives how the node introduces itself now.
  [[nodiscard]] virtual link::hello make_hello() = 0;

  /// The node at the other end has said who it is.
  /// @returns why the link cannot stay.
  [[nodiscard]] virtual expected<void>
  on_opened(const std::shared_ptr<link_connection>& opened) = 0;

  /// A message came for a peer of this node.
  /// @param credit to be kept until the message has been dealt with.
  virtual void on_message(const link_connection& from,
                          link::overlay_frame message,
                          std::shared_ptr<const void> credit) = 0;

  /// The other node asks for a link to or from somebody.
  virtual void on_call_back(const link_connection& from,
                            const link::call_back_request& asked) = 0;

  /// The other node says something about a tunnel, or this one could not.
  virtual void on_tunnel(const std::shared_ptr<link_connection>& from,
                         link::tunnel_frame said) = 0;

  /// A node asks to be let in.
  [[nodiscard]] virtual link::join_answer
  on_join(const link::join_request& asked, const channel_end& who) = 0;

  /// The other side did what no honest node does.
  virtual void on_misbehaviour(const link_connection& from,
                               const error& what) = 0;

  /// The link is over, also when it never opened.
  virtual void on_ended(const std::shared_ptr<link_connection>& ended,
                        const error& why) = 0;

protected:
  ~link_owner() = default;
};

} // namespace carillon
