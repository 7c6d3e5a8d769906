#include "bench/load/udp_load.hpp"

#include "bench/defaults.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/parser.hpp"
#include "protocols/sip/uri.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

using steady = std::chrono::steady_clock;

constexpr auto first_final = 200u;

/// Requests that are sent, and answers that are taken, before the other has its
/// turn.
constexpr size_t at_once = 64;

/// Gives the number that the Call-ID of a request of a load begins with; 0 when
/// there is none.
uint64_t number_of(const sip::message& message) {
  const auto id = message.call_id();
  uint64_t result = 0;
  std::from_chars(id.data(), id.data() + id.size(), result);
  return result;
}

/// Acknowledges a final answer to an INVITE of which nothing was kept: all that
/// the ACK needs comes back with the answer (RFC 3261 section 17.1.1.3), for
/// phones that send their INVITEs to the URI in To and know no Route.
sip::message make_ack_of(const sip::message& answer) {
  auto result = sip::message::request(sip::methods::ack, answer.to().address);
  result.append("Via", *answer.first("Via"));
  result.append("Max-Forwards", "70");
  for (const auto* name : {"From", "To", "Call-ID"})
    result.append(name, *answer.first(name));
  result.append("CSeq", std::to_string(answer.cseq().number) + " ACK");
  return result;
}

} // namespace

udp_load::udp_load(endpoint target, duration patience)
  : target_(std::move(target))
  , patience_(patience)
  , io_(std::make_unique<asio::io_context>())
  , socket_(*io_)
  , buffer_(defaults::phone_buffer) {}

expected<udp_load> udp_load::open(const endpoint& target, duration patience) {
  udp_load result{target, patience};
  boost::system::error_code problem;
  udp::resolver resolver{*result.io_};
  const auto found =
    resolver.resolve(target.host, std::to_string(target.port), problem);
  if (!problem)
    result.socket_.open(found.begin()->endpoint().protocol(), problem);
  if (!problem)
    result.socket_.connect(found.begin()->endpoint(), problem);
  if (!problem)
    result.socket_.non_blocking(true, problem);
  if (problem)
    return fail(errc::unreachable,
                to_string(target) + ": " + problem.message());
  // The system may give less. What does not fit counts as lost on the way.
  boost::system::error_code ignored;
  result.socket_.set_option(
    asio::socket_base::receive_buffer_size{defaults::load_socket_buffer},
    ignored);
  const auto own = result.socket_.local_endpoint();
  result.address_ = sip::to_hostport(own.address().to_string(), own.port());
  return result;
}

expected<load_account> udp_load::run(const open_loop_schedule& schedule,
                                     load_source& source,
                                     const observer& watch) {
  load_account account;
  load_transactions open{{sip::timers{}, patience_}, account};
  const auto began = steady::now();
  const auto elapsed = [began] {
    return steady::now() - began;
  };
  auto next_check = std::chrono::nanoseconds::zero();
  uint64_t first_id = 0;
  size_t next = 0;
  while (next < schedule.operations() || open.size() > 0) {
    auto now = elapsed();
    if (now >= next_check) {
      if (auto go_on = watch.check(); !go_on)
        return tl::unexpected{go_on.error()};
      watch.on_progress(next);
      next_check = now + defaults::bench_poll_interval;
    }
    for (size_t i = 0; i < at_once && next < schedule.operations()
         && schedule.start(next) <= now;
         ++i, ++next, now = elapsed()) {
      const auto request = source.make(next);
      const auto id = number_of(request);
      if (next == 0)
        first_id = id;
      if (open.size() >= defaults::max_open_operations) {
        account.begin(schedule.start(next), now);
        account.fail("too many under way", now);
        continue;
      }
      auto data = request.print();
      send(data);
      open.begin({id, request.method() == sip::methods::invite,
                  schedule.start(next), std::move(data)},
                 elapsed());
    }
    for (size_t i = 0; i < at_once && receive(); ++i)
      on_datagram(open, source, first_id, elapsed());
    for (const auto again : open.tick(elapsed()))
      send(again);
    auto until = next_check;
    if (next < schedule.operations())
      until = std::min(until, schedule.start(next));
    if (const auto deadline = open.next_deadline())
      until = std::min(until, *deadline);
    wait(began + until);
  }
  watch.on_progress(next);
  return account;
}

expected<void> udp_load::probe(const sip::message& request, duration longest,
                               const std::function<expected<void>()>& check) {
  const auto end = steady::now() + longest;
  send(request.print());
  while (steady::now() < end) {
    if (auto go_on = check(); !go_on)
      return go_on;
    wait(std::min(end, steady::now() + defaults::bench_poll_interval));
    is_refused_ = false;
    while (receive()) {
      if (is_refused_)
        return fail(errc::unreachable,
                    "nobody listens for UDP at " + to_string(target_));
      const auto answer = sip::parse_message(received_);
      if (answer && answer->status() >= first_final
          && answer->call_id() == request.call_id())
        return {};
    }
  }
  return fail(errc::timeout,
              to_string(target_)
                + " does not answer; it has to be a udp: address of the"
                  " node's sip.listen");
}

void udp_load::send(byte_view data) {
  boost::system::error_code ignored;
  socket_.send(asio::buffer(data.data(), data.size()), 0, ignored);
}

void udp_load::wait(steady::time_point until) {
  const auto left = std::max<std::chrono::nanoseconds>(
    until - steady::now(), std::chrono::nanoseconds::zero());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  const timespec limit{static_cast<time_t>(seconds.count()),
                       static_cast<long>((left - seconds).count())};
  pollfd wanted{socket_.native_handle(), POLLIN, 0};
  ::ppoll(&wanted, 1, &limit, nullptr);
}

bool udp_load::receive() {
  boost::system::error_code problem;
  const auto size = socket_.receive(asio::buffer(buffer_), 0, problem);
  is_refused_ = problem == asio::error::connection_refused;
  received_ = byte_view{buffer_}.first(problem ? 0 : size);
  return !problem || is_refused_;
}

void udp_load::on_datagram(load_transactions& open, const load_source& source,
                           uint64_t first_id, load_transactions::time now) {
  const auto answer = sip::parse_message(received_);
  if (!answer || answer->is_request())
    return;
  const auto id = number_of(*answer);
  if (answer->status() < first_final) {
    open.on_provisional(id, now);
    return;
  }
  if (answer->method() == sip::methods::invite)
    send(make_ack_of(*answer).print());
  if (open.is_open(id))
    open.on_final(id, source.judge(id - first_id, *answer), now);
}

} // namespace carillon
