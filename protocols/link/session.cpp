#include "protocols/link/session.hpp"

#include "protocols/link/defaults.hpp"

#include <algorithm>
#include <utility>

namespace carillon::link {

session::session(bool dialled, hello own, identity::public_key key,
                 const identity::ring_descriptor& ring,
                 identity::verifier& check)
  : own_(std::move(own))
  , key_(std::move(key))
  , ring_(&ring)
  , check_(&check)
  , tunnels_(dialled) {}

void session::start(timestamp now, session_events& out) {
  own_.time = now;
  silent_until_ = now + defaults::hello_timeout;
  out.emplace_back(send_frame{encode(own_)});
}

void session::receive(byte_view data, timestamp now, session_events& out) {
  if (state_ == state::closed)
    return;
  auto got = decode_frame(data);
  const bool is_open = state_ == state::open;
  if (got && !is_open
      && (std::holds_alternative<overlay_frame>(*got)
          || std::holds_alternative<call_back_request>(*got)
          || std::holds_alternative<tunnel_frame>(*got)))
    got = fail(errc::malformed, "a message before the hello");
  if (got && state_ == state::guest && !std::holds_alternative<problem>(*got))
    got = fail(errc::malformed, "a second request to be let in");
  if (is_open) {
    silent_until_ = now + defaults::idle_timeout;
    ask_at_ = now + defaults::heartbeat_interval;
  }
  if (!got)
    complain(got.error(), out);
  else
    std::visit([&](auto& what) { take(std::move(what), now, out); }, *got);
}

expected<void> session::send(overlay_frame message, session_events& out) {
  if (state_ != state::open)
    return fail(errc::unreachable, "the link is not open");
  auto data = encode(std::move(message));
  if (data.size() > defaults::max_message)
    return fail(errc::too_large,
                "message of " + std::to_string(data.size()) + " bytes");
  out.emplace_back(send_frame{std::move(data)});
  return {};
}

void session::send(const call_back_request& what, session_events& out) {
  if (state_ == state::open)
    out.emplace_back(send_frame{encode(what)});
}

expected<void> session::send(const tunnel_frame& what, session_events& out) {
  if (state_ != state::open || partner_->version < first_tunnel_version)
    return fail(errc::unreachable, "there is no link for a tunnel");
  auto noted = tunnels_.send(what);
  if (noted)
    out.emplace_back(send_frame{encode(what)});
  return noted;
}

void session::answer(const join_answer& said, session_events& out) {
  if (state_ != state::guest)
    return;
  out.emplace_back(send_frame{encode(said)});
  end({errc::unreachable, "the other node got what it asked for"}, out);
}

void session::close(const error& why, session_events& out) {
  if (state_ == state::closed)
    return;
  out.emplace_back(send_frame{encode(problem{why, true})});
  end(why, out);
}

void session::resume(timestamp now) noexcept {
  if (state_ == state::open)
    silent_until_ = now + defaults::idle_timeout;
}

void session::tick(timestamp now, session_events& out) {
  if (state_ == state::closed)
    return;
  if (silent_until_ <= now) {
    close({errc::timeout,
           state_ == state::open ? "the other node is silent"
                                 : "no hello has come"},
          out);
  } else if (partner_ && partner_->ticket.expires <= now) {
    close({errc::expired, "the ticket of the other node"}, out);
  } else if (ask_at_ <= now) {
    ask_at_ = now + defaults::heartbeat_interval;
    out.emplace_back(send_frame{encode(heartbeat{++last_heartbeat_, false})});
  }
}

std::optional<timestamp> session::next_deadline() const noexcept {
  if (state_ == state::closed)
    return std::nullopt;
  const auto result = std::min(silent_until_, ask_at_);
  return partner_ ? std::min(result, partner_->ticket.expires) : result;
}

void session::take(const hello& said, timestamp now, session_events& out) {
  if (state_ == state::open) {
    complain({errc::malformed, "a second hello"}, out);
    return;
  }
  auto checked = check_hello(said, key_, *ring_, *check_, now);
  if (!checked) {
    close(checked.error(), out);
    return;
  }
  partner_ = std::move(*checked);
  state_ = state::open;
  silent_until_ = now + defaults::idle_timeout;
  ask_at_ = now + defaults::heartbeat_interval;
  out.emplace_back(link_opened{*partner_});
}

/// Passes a message on. Who speaks for somebody else's peer would have its
/// answers believed.
void session::take(overlay_frame message, timestamp, session_events& out) {
  if (partner_->speaks_for(message.from)) {
    message.from.node = partner_->node;
    out.emplace_back(frame_arrived{std::move(message)});
  } else {
    complain({errc::name_mismatch,
              "peer " + message.from.id.to_hex()
                + " is not one that the node was admitted with"},
             out);
  }
}

void session::take(const heartbeat& beat, timestamp, session_events& out) {
  if (!beat.is_answer)
    out.emplace_back(send_frame{encode(heartbeat{beat.number, true})});
}

void session::take(const problem& told, timestamp, session_events& out) {
  if (told.is_closing)
    end({told.why.code, "the other node closes the link: " + told.why.detail},
        out);
  else if (++problems_ > defaults::max_problems)
    close({errc::overloaded, "too many complaints"}, out);
}

void session::take(join_request asked, timestamp now, session_events& out) {
  if (state_ != state::waiting) {
    complain({errc::malformed, "a request to be let in after the hello"}, out);
    return;
  }
  state_ = state::guest;
  silent_until_ = now + defaults::join_timeout;
  out.emplace_back(join_asked{std::move(asked)});
}

void session::take(call_back_request asked, timestamp, session_events& out) {
  out.emplace_back(call_back_asked{std::move(asked)});
}

void session::take(tunnel_frame said, timestamp, session_events& out) {
  const auto noted = tunnels_.receive(said);
  if (noted)
    out.emplace_back(tunnel_said{std::move(said)});
  else if (noted.error().code == errc::overloaded)
    out.emplace_back(send_frame{
      encode(tunnel_frame{said.number, {tunnel_close{noted.error()}}})});
  else if (noted.error().code != errc::unreachable)
    complain(noted.error(), out);
}

void session::take(const join_answer&, timestamp, session_events& out) {
  complain({errc::malformed, "an answer to no request"}, out);
}

/// Tells the other side what was wrong with a frame. A kind that is unknown
/// here may be of a newer version.
void session::complain(const error& why, session_events& out) {
  if (why.code != errc::unsupported_version)
    out.emplace_back(misbehaviour{why});
  if (state_ != state::open || ++problems_ > defaults::max_problems)
    close(why, out);
  else
    out.emplace_back(send_frame{encode(problem{why, false})});
}

void session::end(const error& why, session_events& out) {
  state_ = state::closed;
  out.emplace_back(link_closed{why});
}

} // namespace carillon::link
