#pragma once

#include "actors/clock.hpp"
#include "actors/revocations.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/link/session.hpp"
#include "runtime/defaults.hpp"
#include "runtime/edge/message_credit.hpp"
#include "runtime/line_limit.hpp"
#include "runtime/link/frame_channel.hpp"
#include "runtime/link/link_counts.hpp"
#include "runtime/link/link_owner.hpp"
#include "runtime/link/link_view.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace carillon {

/// What all links of a node share.
struct link_context {
  std::shared_ptr<const clock> time;
  std::shared_ptr<const identity::ring_descriptor> ring;
  std::shared_ptr<const revocations> revoked;
  boost::asio::ssl::context* tls = nullptr;
  link_owner* owner = nullptr;
  /// For messages that came and have not been dealt with.
  std::shared_ptr<credit_pool> credits;
  std::shared_ptr<link_counts> counts;
};

/// Where a link comes from.
struct link_origin {
  /// The other end, as `host:port`.
  std::string address;
  address_group group;
  /// This node opens it.
  bool dialled = false;
  /// Whom it is opened to; nothing when only the address is known.
  std::optional<identity::fingerprint> expected_node;
  /// The node that carries it through a tunnel.
  std::optional<identity::fingerprint> via;
  /// Its place among the connections that may be there.
  std::optional<message_credit> place;
};

/// A link to another node: a channel, and the session that runs over it.
class link_connection final
  : public frame_channel
  , public credit_waiter {
public:
  link_connection(link_socket&& socket, const link_context& context,
                  link_origin from);

  /// Sends a message of a peer of this node. Thread-safe.
  /// @returns false when too much waits to be written; the message is dropped.
  bool send(link::overlay_frame message);

  /// Asks the other node for a link to or from somebody. Thread-safe.
  void ask(link::call_back_request what);

  /// Says something about a tunnel that goes over this link. Where that cannot
  /// be said, the owner gets told that the tunnel is closed. Thread-safe.
  void send(link::tunnel_frame what);

  /// Opens a tunnel that goes over this link, as `send`. Thread-safe, but calls
  /// must not overlap.
  /// @returns its number.
  uint32_t open_tunnel(link::tunnel_body what);

  /// Closes the link and tells the other side why. Thread-safe.
  void close(const error& why);

  /// Closes the link when the other node was revoked. Thread-safe.
  void obey_revocations();

  /// Who is at the other end; good once the link was opened.
  [[nodiscard]] const link::partner& with() const noexcept {
    return *with_;
  }

  /// Tells whether the other node has said who it is.
  [[nodiscard]] bool was_opened() const noexcept {
    return with_.has_value();
  }

  [[nodiscard]] const link_origin& origin() const noexcept {
    return origin_;
  }

  /// Describes the link once it was opened. Thread-safe.
  [[nodiscard]] link_view view() const;

  /// Keeps another place instead of that of a connection that is being opened.
  void take_place(message_credit place) {
    origin_.place = std::move(place);
  }

  /// When the last message of a peer went or came. Thread-safe.
  [[nodiscard]] timestamp last_used() const noexcept {
    return timestamp{duration{last_used_.load(std::memory_order_relaxed)}};
  }

  void on_credit(message_credit credit) override;

private:
  friend class delivered_message;

  void on_open(channel_end other) override;
  bool on_frame(byte_view data) override;
  void on_timer() override;
  void on_end(const error& why) override;

  [[nodiscard]] std::shared_ptr<link_connection> self();
  [[nodiscard]] expected<void> check(const channel_end& other) const;
  void run(link::session_events events);
  void handle(link::send_frame& event);
  void handle(link::link_opened& event);
  void handle(link::frame_arrived& event);
  void handle(link::join_asked& event);
  void handle(link::call_back_asked& event);
  void handle(link::tunnel_said& event);
  void handle(link::misbehaviour& event);
  void handle(link::link_closed& event);
  void watch();
  void note_use();

  // -- messages that came -----------------------------------------------------

  /// Hands messages over as long as there are credits.
  void hand_over();
  void deliver(message_credit credit);
  void on_delivered();
  [[nodiscard]] bool may_read() const noexcept;

  link_context context_;
  link_origin origin_;
  identity::verifier check_;
  std::optional<channel_end> other_;
  std::optional<link::session> session_;
  std::optional<link::partner> with_;
  std::deque<link::overlay_frame> inbox_;
  bool waits_for_credit_ = false;
  bool paused_ = false;
  /// Messages that were handed over and have not been dealt with.
  size_t in_hand_ = 0;
  timestamp opened_at_;
  /// What the other node may ask for in a while.
  line_limit call_backs_{defaults::call_backs_per_second};
  /// Tunnels that the other node may open in a while.
  line_limit new_tunnels_{defaults::tunnels_per_second};
  /// The number of the next tunnel that this side opens.
  uint32_t next_tunnel_;
  /// Messages on their way to the strand.
  std::atomic<size_t> posted_{0};
  std::atomic<int64_t> last_used_{0};
  std::atomic<uint64_t> frames_in_{0};
  std::atomic<uint64_t> frames_out_{0};
};

} // namespace carillon
