#pragma once

#include "protocols/link/handshake.hpp"
#include "protocols/link/tunnels.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace carillon::link {

/// Bytes of one frame for the other side.
struct send_frame {
  bytes data;
};

/// The other side has said who it is.
struct link_opened {
  partner with;
};

/// A message for a peer of this node.
struct frame_arrived {
  overlay_frame message;
};

/// The other side asks to be let into the ring, and waits for
/// `session::answer`.
struct join_asked {
  join_request request;
};

/// The other side wants somebody, or this node, to open a link.
struct call_back_asked {
  call_back_request request;
};

/// The other side says something about a tunnel; data is within its window.
struct tunnel_said {
  tunnel_frame frame;
};

/// The other side did what no honest node does.
struct misbehaviour {
  error what;
};

/// The link is over: nothing may be sent or received any more.
struct link_closed {
  error why;
};

/// What a session wants done, in order.
using session_event =
  std::variant<send_frame, link_opened, frame_arrived, join_asked,
               call_back_asked, tunnel_said, misbehaviour, link_closed>;
using session_events = std::vector<session_event>;

/// One side of a link between two nodes, from the moment that TLS has shown
/// the key of the other one. It says hello, checks that of the other side, and
/// then passes overlay messages on, each of a peer that the other node was
/// admitted with. It asks a silent side whether it is still there, and closes
/// the link of one that does not answer, that goes on sending nonsense or whose
/// ticket has expired. Instead of a hello it takes one request to be let in.
class session {
public:
  /// @param dialled whether this node has opened the link.
  /// @param own this node's hello.
  /// @param key the other node's signature key.
  /// @param ring must outlive the session, as `check`.
  session(bool dialled, hello own, identity::public_key key,
          const identity::ring_descriptor& ring, identity::verifier& check);

  /// Says hello.
  void start(timestamp now, session_events& out);

  /// Takes a frame.
  void receive(byte_view data, timestamp now, session_events& out);

  /// Sends a message of a peer of this node.
  /// @returns `unreachable` before the link is open and after it was closed,
  ///          `too_large` above `defaults::max_message`.
  [[nodiscard]] expected<void> send(overlay_frame message, session_events& out);

  /// Asks for a link.
  void send(const call_back_request& what, session_events& out);

  /// Says something about a tunnel.
  /// @returns `unreachable` unless the link is open and the other side knows
  ///          tunnels, and what `tunnels::send` gives.
  [[nodiscard]] expected<void> send(const tunnel_frame& what,
                                    session_events& out);

  /// Answers `join_asked` and closes the link.
  void answer(const join_answer& said, session_events& out);

  /// Tells the other side why this one closes the link, and closes it.
  void close(const error& why, session_events& out);

  /// Tells that this side has not read for a while: the silence was its own.
  void resume(timestamp now) noexcept;

  /// Does what is due.
  void tick(timestamp now, session_events& out);

  /// When `tick` has something to do; none when the link is over.
  [[nodiscard]] std::optional<timestamp> next_deadline() const noexcept;

  [[nodiscard]] bool is_open() const noexcept {
    return state_ == state::open;
  }

private:
  enum class state : uint8_t { waiting, open, guest, closed };

  void take(const hello& said, timestamp now, session_events& out);
  void take(overlay_frame message, timestamp now, session_events& out);
  void take(const heartbeat& beat, timestamp now, session_events& out);
  void take(const problem& told, timestamp now, session_events& out);
  void take(join_request asked, timestamp now, session_events& out);
  void take(call_back_request asked, timestamp now, session_events& out);
  void take(tunnel_frame said, timestamp now, session_events& out);
  void take(const join_answer& said, timestamp now, session_events& out);
  void complain(const error& why, session_events& out);
  void end(const error& why, session_events& out);

  hello own_;
  identity::public_key key_;
  const identity::ring_descriptor* ring_;
  identity::verifier* check_;
  state state_ = state::waiting;
  std::optional<partner> partner_;
  tunnels tunnels_;
  /// When the hello, or after it anything at all, has to be there.
  timestamp silent_until_;
  /// When to ask whether the other side is still there.
  timestamp ask_at_ = timestamp::max();
  uint64_t last_heartbeat_ = 0;
  size_t problems_ = 0;
};

} // namespace carillon::link
