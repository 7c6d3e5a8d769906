#include "runtime/link/dialer.hpp"

#include <memory>
#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

expected<tcp::endpoint> parse_node_address(const std::string& text) {
  const auto where = parse_listen_endpoint(text);
  if (!where)
    return tl::unexpected{where.error()};
  error_code problem;
  const auto address = asio::ip::make_address(where->host, problem);
  if (problem || address.is_unspecified() || address.is_multicast()
      || where->port == 0)
    return fail(errc::malformed, "'" + text + "' is not a node's address");
  return tcp::endpoint{address, where->port};
}

void resolve_host(asio::io_context& io, const endpoint& where,
                  std::function<void(expected<tcp::endpoint>)> then) {
  auto resolver = std::make_shared<tcp::resolver>(io);
  resolver->async_resolve(
    where.host, std::to_string(where.port),
    [resolver, where, then = std::move(then)](
      const error_code& problem, const tcp::resolver::results_type& found) {
      if (problem || found.empty())
        then(fail(errc::unreachable, where.host + ": " + problem.message()));
      else
        then(found.begin()->endpoint());
    });
}

} // namespace carillon
