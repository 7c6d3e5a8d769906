#include "runtime/link/link_connection.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/node_fingerprint.hpp"
#include "runtime/defaults.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

namespace asio = boost::asio;

namespace {

/// Keys and signatures that the handshake of one link looks at.
constexpr size_t handshake_entries = 8;

/// Bytes that wait to be written to one link, answers and tunnels included,
/// above which it is closed.
constexpr size_t max_backlog = 2 * defaults::max_link_queue;

} // namespace

/// Kept with a message until it has been dealt with.
class delivered_message {
public:
  delivered_message(message_credit credit,
                    std::weak_ptr<link_connection> from) noexcept
    : credit_(std::move(credit))
    , from_(std::move(from)) {}

  delivered_message(const delivered_message&) = delete;
  delivered_message& operator=(const delivered_message&) = delete;

  ~delivered_message() {
    if (const auto from = from_.lock())
      asio::post(from->strand(), [from] { from->on_delivered(); });
  }

private:
  message_credit credit_;
  std::weak_ptr<link_connection> from_;
};

link_connection::link_connection(link_socket&& socket,
                                 const link_context& context, link_origin from)
  : frame_channel(std::move(socket), *context.tls)
  , context_(context)
  , origin_(std::move(from))
  , check_(handshake_entries, handshake_entries)
  , next_tunnel_(origin_.dialled ? 1 : 2) {}

bool link_connection::send(link::overlay_frame message) {
  if (posted_.fetch_add(1) >= defaults::max_link_messages) {
    --posted_;
    ++context_.counts->frames_dropped;
    return false;
  }
  asio::post(strand(), [me = self(), message = std::move(message)]() mutable {
    --me->posted_;
    if (!me->session_)
      return;
    if (me->queued() > defaults::max_link_queue) {
      ++me->context_.counts->frames_dropped;
      return;
    }
    link::session_events events;
    // What is too large was never sendable; its asker's deadline ends it.
    if (me->session_->send(std::move(message), events))
      me->note_use();
    me->run(std::move(events));
  });
  return true;
}

void link_connection::ask(link::call_back_request what) {
  asio::post(strand(), [me = self(), what = std::move(what)] {
    if (!me->session_)
      return;
    link::session_events events;
    me->session_->send(what, events);
    me->run(std::move(events));
  });
}

void link_connection::send(link::tunnel_frame what) {
  asio::post(strand(), [me = self(), what = std::move(what)] {
    link::session_events events;
    const auto sent = me->is_open()
      ? me->session_->send(what, events)
      : fail(errc::unreachable, "the link is not open");
    if (sent) {
      me->note_use();
      me->run(std::move(events));
    } else {
      me->context_.owner->on_tunnel(
        me, {what.number, link::tunnel_close{sent.error()}});
    }
  });
}

uint32_t link_connection::open_tunnel(link::tunnel_body what) {
  const auto number = next_tunnel_;
  next_tunnel_ += 2;
  send(link::tunnel_frame{number, std::move(what)});
  return number;
}

void link_connection::close(const error& why) {
  asio::post(strand(), [me = self(), why] {
    if (!me->session_) {
      me->end(why);
      return;
    }
    link::session_events events;
    me->session_->close(why, events);
    me->run(std::move(events));
  });
}

void link_connection::obey_revocations() {
  asio::post(strand(), [me = self()] {
    if (!me->other_)
      return;
    if (const auto good = me->context_.revoked->get()->check(me->other_->chain);
        !good)
      me->close(good.error());
  });
}

link_view link_connection::view() const {
  link_view result;
  result.node = identity::fingerprint_of(*with_->node);
  result.address = origin_.address;
  result.dialled = origin_.dialled;
  result.via = origin_.via;
  result.since = opened_at_;
  result.peers = with_->peers;
  result.frames_in = frames_in_.load(std::memory_order_relaxed);
  result.frames_out = frames_out_.load(std::memory_order_relaxed);
  result.queued_bytes = queued();
  return result;
}

void link_connection::on_credit(message_credit credit) {
  asio::post(strand(), [me = self(), credit = std::move(credit)]() mutable {
    me->waits_for_credit_ = false;
    if (me->inbox_.empty() || !me->is_open())
      return;
    me->deliver(std::move(credit));
    me->hand_over();
  });
}

std::shared_ptr<link_connection> link_connection::self() {
  return std::static_pointer_cast<link_connection>(shared_from_this());
}

/// Checks what TLS has shown, before anything is said.
expected<void> link_connection::check(const channel_end& other) const {
  if (origin_.expected_node && other.key.id() != *origin_.expected_node)
    return fail(errc::name_mismatch,
                "the node at " + origin_.address + " is "
                  + other.key.id().to_hex() + ", not "
                  + origin_.expected_node->to_hex());
  return link::check_chain(other.chain, other.key, *context_.ring,
                           *context_.revoked->get(), context_.time->now());
}

void link_connection::on_open(channel_end other) {
  if (const auto good = check(other); !good) {
    context_.owner->on_misbehaviour(*this, good.error());
    write(link::encode(link::problem{good.error(), true}));
    finish(good.error());
    return;
  }
  other_ = std::move(other);
  session_.emplace(origin_.dialled, context_.owner->make_hello(), other_->key,
                   *context_.ring, check_);
  link::session_events events;
  session_->start(context_.time->now(), events);
  run(std::move(events));
}

bool link_connection::on_frame(byte_view data) {
  frames_in_.fetch_add(1, std::memory_order_relaxed);
  ++context_.counts->frames_in;
  link::session_events events;
  session_->receive(data, context_.time->now(), events);
  run(std::move(events));
  paused_ = !may_read();
  return !paused_;
}

void link_connection::on_timer() {
  const auto now = context_.time->now();
  // While this side does not read, the other one cannot be heard.
  if (paused_)
    session_->resume(now);
  link::session_events events;
  session_->tick(now, events);
  run(std::move(events));
}

void link_connection::on_end(const error& why) {
  inbox_.clear();
  context_.owner->on_ended(self(), why);
}

void link_connection::run(link::session_events events) {
  for (auto& event : events)
    std::visit([this](auto& what) { handle(what); }, event);
  watch();
}

void link_connection::handle(link::send_frame& event) {
  // Tunnels and answers, which the other side has asked for, may add to the
  // messages that wait, but not without end.
  if (queued() > max_backlog) {
    end({errc::overloaded, "the other node does not read"});
    return;
  }
  write(std::move(event.data));
  frames_out_.fetch_add(1, std::memory_order_relaxed);
  ++context_.counts->frames_out;
}

void link_connection::handle(link::link_opened& event) {
  with_ = std::move(event.with);
  // Nodes must not suffer for others that use the same relay.
  if (origin_.via)
    origin_.group = group_of(identity::fingerprint_of(*with_->node));
  opened_at_ = context_.time->now();
  note_use();
  if (const auto stays = context_.owner->on_opened(self()); !stays)
    close(stays.error());
  else
    // The list may have changed since the handshake began.
    obey_revocations();
}

void link_connection::handle(link::frame_arrived& event) {
  note_use();
  inbox_.push_back(std::move(event.message));
  if (!waits_for_credit_)
    hand_over();
}

void link_connection::handle(link::join_asked& event) {
  link::session_events events;
  session_->answer(context_.owner->on_join(event.request, *other_), events);
  run(std::move(events));
}

void link_connection::handle(link::call_back_asked& event) {
  // Each costs this node a message or a connection.
  if (call_backs_.take(context_.time->now()))
    context_.owner->on_call_back(*this, event.request);
}

void link_connection::handle(link::tunnel_said& event) {
  note_use();
  const auto& what = event.frame.what;
  const bool is_new = std::holds_alternative<link::tunnel_open>(what)
    || std::holds_alternative<link::tunnel_offer>(what);
  if (is_new && !new_tunnels_.take(context_.time->now()))
    send(link::tunnel_frame{
      event.frame.number,
      link::tunnel_close{{errc::overloaded, "too many tunnels at once"}}});
  else
    context_.owner->on_tunnel(self(), std::move(event.frame));
}

void link_connection::handle(link::misbehaviour& event) {
  context_.owner->on_misbehaviour(*this, event.what);
}

void link_connection::handle(link::link_closed& event) {
  finish(event.why);
}

void link_connection::watch() {
  if (const auto due = session_->next_deadline())
    wake_after(std::max(*due - context_.time->now(), duration{0}));
}

void link_connection::note_use() {
  last_used_.store(context_.time->now().time_since_epoch().count(),
                   std::memory_order_relaxed);
}

// -- messages that came -------------------------------------------------------

void link_connection::hand_over() {
  while (!inbox_.empty() && in_hand_ < defaults::max_link_messages_in_hand) {
    auto credit = context_.credits->take_or_wait(origin_.group, self());
    if (!credit) {
      waits_for_credit_ = true;
      return;
    }
    deliver(std::move(*credit));
  }
  if (paused_ && may_read()) {
    paused_ = false;
    session_->resume(context_.time->now());
    read();
  }
}

void link_connection::deliver(message_credit credit) {
  auto message = std::move(inbox_.front());
  inbox_.pop_front();
  ++in_hand_;
  context_.owner->on_message(
    *this, std::move(message),
    std::make_shared<const delivered_message>(std::move(credit), self()));
}

void link_connection::on_delivered() {
  --in_hand_;
  if (is_open() && !waits_for_credit_)
    hand_over();
}

bool link_connection::may_read() const noexcept {
  return inbox_.empty() && in_hand_ < defaults::max_link_messages_in_hand;
}

} // namespace carillon
