#pragma once

#include "actors/clock.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/link/newcomer.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/link/frame_channel.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace carillon {

/// What a node asks of a node of the ring that it wants to be let into.
struct join_question {
  link::join_request request;
  /// The node's signature key.
  identity::public_key own;
  /// The ring that it wants to join; nothing at first contact.
  std::optional<identity::fingerprint> pinned;
};

/// A connection over which a node asks to be let into a ring.
class join_conversation final : public frame_channel {
public:
  /// Is told once how it ended, in the strand of the connection.
  using done_function = std::function<void(expected<link::invitation>)>;

  join_conversation(link_socket&& socket, boost::asio::ssl::context& tls,
                    std::shared_ptr<const clock> time,
                    const join_question& question, done_function done);

private:
  void on_open(channel_end other) override;
  bool on_frame(byte_view data) override;
  void on_timer() override;
  void on_end(const error& why) override;

  void conclude(expected<link::invitation> result);

  std::shared_ptr<const clock> time_;
  identity::verifier check_;
  link::newcomer newcomer_;
  done_function done_;
};

/// Asks one node to let this one in.
/// @param io runs the conversation; outlives it, as `tls`.
/// @param done is told once how it ended, on a thread of `io`.
void ask_to_join(boost::asio::io_context& io, boost::asio::ssl::context& tls,
                 std::shared_ptr<const clock> time, const endpoint& server,
                 const join_question& question,
                 join_conversation::done_function done);

} // namespace carillon
