#pragma once

#include "actors/node_ticket.hpp"
#include "runtime/link/join_conversation.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace carillon {

/// Asks bootstrap servers for a new ticket, one after the other, until one of
/// them gives it.
class ticket_renewal : public std::enable_shared_from_this<ticket_renewal> {
public:
  using done_function = std::function<void(expected<granted_ticket>)>;

  /// @param io runs it; outlives it, as `tls`.
  ticket_renewal(boost::asio::io_context& io, boost::asio::ssl::context& tls,
                 std::shared_ptr<const clock> time, join_question question,
                 std::vector<bootstrap_endpoint> servers);

  /// @param done is told once, on a thread of `io`: the ticket, or why the last
  ///        server has given none.
  void start(done_function done);

private:
  void ask_next();
  void take(expected<link::invitation> got);

  boost::asio::io_context& io_;
  boost::asio::ssl::context& tls_;
  std::shared_ptr<const clock> time_;
  join_question question_;
  std::vector<bootstrap_endpoint> servers_;
  size_t next_ = 0;
  done_function done_;
  error last_{errc::unreachable, "no bootstrap server is configured"};
};

} // namespace carillon
