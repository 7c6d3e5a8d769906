#include "runtime/link/discovery.hpp"

#include "runtime/link/dialer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/multicast.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace carillon {

namespace asio = boost::asio;
namespace multicast = asio::ip::multicast;
using asio::ip::udp;
using boost::system::error_code;

std::optional<asio::ip::address_v4>
interface_of(const std::optional<endpoint>& listen) {
  if (!listen)
    return std::nullopt;
  error_code problem;
  const auto address = asio::ip::make_address_v4(listen->host, problem);
  if (problem || address.is_unspecified())
    return std::nullopt;
  return address;
}

discovery::discovery(asio::io_context& io, discovery_config config,
                     found_function found)
  : config_(std::move(config))
  , found_(std::move(found))
  , strand_(asio::make_strand(io))
  , socket_(strand_)
  , timer_(strand_)
  , answer_timer_(strand_)
  , group_(asio::ip::make_address(defaults::discovery_group), config_.port)
  , random_(config_.seed) {}

void discovery::start() {
  asio::post(strand_, [self = shared_from_this()] {
    self->tend();
    self->answer();
  });
}

void discovery::look(bool wanted) {
  asio::post(strand_, [self = shared_from_this(), wanted] {
    if (std::exchange(self->looks_, wanted) || !wanted)
      return;
    // The next question waited until there was one.
    self->tend();
  });
}

void discovery::stop() {
  asio::post(strand_, [self = shared_from_this()] {
    self->stopped_ = true;
    self->timer_.cancel();
    self->answer_timer_.cancel();
    error_code ignored;
    self->socket_.close(ignored);
  });
}

/// Takes the group's address alone, so that nothing is heard that was sent to
/// this machine from afar.
error_code discovery::open() {
  error_code problem;
  socket_.open(udp::v4(), problem);
  if (!problem)
    socket_.set_option(udp::socket::reuse_address{true}, problem);
  if (!problem)
    socket_.bind(group_, problem);
  const auto group = group_.address().to_v4();
  const auto interface =
    config_.interface.value_or(asio::ip::address_v4::any());
  if (!problem)
    socket_.set_option(multicast::join_group{group, interface}, problem);
  if (!problem && config_.interface)
    socket_.set_option(multicast::outbound_interface{interface}, problem);
  if (!problem)
    socket_.set_option(multicast::hops{defaults::discovery_hops}, problem);
  if (problem) {
    error_code ignored;
    socket_.close(ignored);
  }
  return problem;
}

void discovery::tend() {
  if (stopped_)
    return;
  if (!socket_.is_open()) {
    const auto problem = open();
    if (!problem)
      receive();
    else if (!std::exchange(complained_, true))
      config_.log.write(log_level::warning, {}, [&] {
        return "overlay.discovery: cannot use the group "
          + group_.address().to_string() + ": " + problem.message()
          + "; the node goes on trying";
      });
  }
  if (looks_)
    say({config_.ring, {}});
  // Nodes that lost the ring together must not all ask at once.
  std::uniform_int_distribution<duration::rep> some{
    defaults::discovery_interval.count() / 2,
    defaults::discovery_interval.count()};
  timer_.expires_after(duration{some(random_)});
  timer_.async_wait([self = shared_from_this()](const error_code& problem) {
    if (!problem)
      self->tend();
  });
}

void discovery::receive() {
  socket_.async_receive_from(
    asio::buffer(inbox_), sender_,
    [self = shared_from_this()](const error_code& problem, size_t size) {
      if (self->stopped_)
        return;
      if (problem) {
        // It is opened again when it is next tended.
        error_code ignored;
        self->socket_.close(ignored);
        return;
      }
      self->on_datagram(size);
      self->receive();
    });
}

/// A datagram that is too long was cut off, which its length does not fit.
void discovery::on_datagram(size_t size) {
  if (!heard_.take(config_.time->now()))
    return;
  const auto said = link::decode_announcement(byte_view{inbox_}.first(size));
  if (!said || said->ring != config_.ring)
    return;
  if (said->endpoint.empty()) {
    answer();
    return;
  }
  const auto where = parse_node_address(said->endpoint);
  if (where && said->endpoint != config_.endpoint)
    found_({where->address().to_string(), where->port()});
}

/// Answers a moment later, so that not all do so at once, and all questions
/// until then with one answer.
void discovery::answer() {
  if (config_.endpoint.empty() || std::exchange(answers_, true))
    return;
  std::uniform_int_distribution<duration::rep> some{
    0, defaults::discovery_jitter.count()};
  answer_timer_.expires_after(duration{some(random_)});
  answer_timer_.async_wait(
    [self = shared_from_this()](const error_code& problem) {
      if (problem)
        return;
      self->answers_ = false;
      self->say({self->config_.ring, self->config_.endpoint});
    });
}

/// What is lost is asked for again.
void discovery::say(const link::announcement& what) {
  if (!socket_.is_open())
    return;
  error_code ignored;
  socket_.send_to(asio::buffer(link::encode(what)), group_, 0, ignored);
}

} // namespace carillon
