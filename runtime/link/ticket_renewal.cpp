#include "runtime/link/ticket_renewal.hpp"

#include <utility>

namespace carillon {

ticket_renewal::ticket_renewal(boost::asio::io_context& io,
                               boost::asio::ssl::context& tls,
                               std::shared_ptr<const clock> time,
                               join_question question,
                               std::vector<bootstrap_endpoint> servers)
  : io_(io)
  , tls_(tls)
  , time_(std::move(time))
  , question_(std::move(question))
  , servers_(std::move(servers)) {}

void ticket_renewal::start(done_function done) {
  done_ = std::move(done);
  ask_next();
}

void ticket_renewal::ask_next() {
  if (next_ == servers_.size()) {
    done_(tl::unexpected{last_});
    return;
  }
  ask_to_join(io_, tls_, time_, servers_[next_++].address, question_,
              [self = shared_from_this()](expected<link::invitation> got) {
                self->take(std::move(got));
              });
}

void ticket_renewal::take(expected<link::invitation> got) {
  if (got && got->admitted) {
    auto& admitted = *got->admitted;
    done_(
      granted_ticket{std::move(admitted.sealed), std::move(admitted.ticket)});
    return;
  }
  last_ = got ? got->admitted.error() : got.error();
  ask_next();
}

} // namespace carillon
