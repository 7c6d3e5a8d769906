#include "runtime/link/join_conversation.hpp"

#include "protocols/link/defaults.hpp"
#include "runtime/link/dialer.hpp"

#include <utility>

namespace carillon {

join_conversation::join_conversation(link_socket&& socket,
                                     boost::asio::ssl::context& tls,
                                     std::shared_ptr<const clock> time,
                                     const join_question& question,
                                     done_function done)
  : frame_channel(std::move(socket), tls)
  , time_(std::move(time))
  , newcomer_(question.request, question.own, question.pinned, check_)
  , done_(std::move(done)) {}

void join_conversation::on_open(channel_end) {
  write(newcomer_.start(time_->now()));
  wake_after(link::defaults::join_timeout);
}

bool join_conversation::on_frame(byte_view data) {
  auto got = newcomer_.receive(data, time_->now());
  if (!got)
    conclude(tl::unexpected{got.error()});
  else if (*got)
    conclude(*std::move(*got));
  return is_open();
}

void join_conversation::on_timer() {
  conclude(fail(errc::timeout, "no answer to the request to be let in"));
}

void join_conversation::on_end(const error& why) {
  conclude(tl::unexpected{why});
}

void join_conversation::conclude(expected<link::invitation> result) {
  if (const auto done = std::exchange(done_, {})) {
    done(std::move(result));
    finish({errc::unreachable, "has said all"});
  }
}

void ask_to_join(boost::asio::io_context& io, boost::asio::ssl::context& tls,
                 std::shared_ptr<const clock> time, const endpoint& server,
                 const join_question& question,
                 join_conversation::done_function done) {
  resolve_host(
    io, server,
    [&io, &tls, time = std::move(time), question, done = std::move(done)](
      const expected<boost::asio::ip::tcp::endpoint>& remote) {
      if (!remote) {
        done(tl::unexpected{remote.error()});
        return;
      }
      std::make_shared<join_conversation>(
        tcp_socket{boost::asio::make_strand(io)}, tls, time, question, done)
        ->dial(*remote);
    });
}

} // namespace carillon
