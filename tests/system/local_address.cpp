#include "tests/system/local_address.hpp"

#include "protocols/sip/flow.hpp"
#include "runtime/host_addresses.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include <algorithm>

namespace carillon::test {

using boost::asio::ip::tcp;
using boost::asio::ip::udp;

bool has_ipv6_loopback() {
  const auto all = host_addresses();
  return std::ranges::find(all, "::1") != all.end();
}

std::optional<std::string> outer_address() {
  for (const auto& address : host_addresses())
    if (address.find(':') == std::string::npos && !sip::is_loopback(address))
      return address;
  return std::nullopt;
}

uint16_t free_port(const std::string& host) {
  boost::asio::io_context io;
  const auto address = boost::asio::ip::make_address(host);
  for (;;) {
    const tcp::acceptor taken{io, tcp::endpoint{address, 0}, false};
    const auto port = taken.local_endpoint().port();
    udp::socket other{io, address.is_v4() ? udp::v4() : udp::v6()};
    boost::system::error_code in_use;
    other.bind(udp::endpoint{address, port}, in_use);
    if (!in_use)
      return port;
  }
}

} // namespace carillon::test
