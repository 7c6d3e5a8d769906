#include "runtime/link/link_opener.hpp"

#include "protocols/identity/node_fingerprint.hpp"
#include "runtime/defaults.hpp"
#include "runtime/link/dialer.hpp"

#include <utility>

namespace carillon {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

std::string text_of(const tcp::endpoint& where) {
  return to_string(endpoint{where.address().to_string(), where.port()});
}

/// Gives where a link through a tunnel comes from. It counts for the address
/// of the relay until its other end is known.
link_origin through(const link_connection& relay,
                    const identity::fingerprint& node) {
  link_origin result;
  result.address = relay.origin().address;
  result.group = relay.origin().group;
  result.expected_node = node;
  result.via = identity::fingerprint_of(*relay.with().node);
  return result;
}

} // namespace

link_opener::link_opener(asio::io_context& io, link_context context,
                         limited_log& log, tunnel_hub& tunnels)
  : io_(io)
  , context_(std::move(context))
  , log_(log)
  , tunnels_(tunnels)
  , places_(std::make_shared<credit_pool>(
      defaults::max_opening_links,
      share_of_group(defaults::max_opening_links))) {}

void link_opener::accept(tcp_socket socket) {
  error_code problem;
  const auto remote = socket.remote_endpoint(problem);
  if (problem)
    return;
  link_origin from;
  from.address = text_of(remote);
  from.group = group_of(remote.address());
  from.place = take_place(from.group);
  if (!from.place) {
    log_.write(log_level::warning,
               "refused a link from " + from.address
                 + ": too many are being opened");
    return;
  }
  std::make_shared<link_connection>(std::move(socket), context_,
                                    std::move(from))
    ->accept();
}

expected<void> link_opener::accept(const link_ptr& relay, uint32_t number,
                                   const identity::fingerprint& asker) {
  auto from = through(*relay, asker);
  from.place = take_place(from.group);
  if (!from.place)
    return fail(errc::overloaded, "too many links are being opened");
  auto socket = tunnels_.accept(relay, number);
  if (!socket)
    return tl::unexpected{socket.error()};
  std::make_shared<link_connection>(std::move(*socket), context_,
                                    std::move(from))
    ->accept();
  return {};
}

expected<void> link_opener::dial(const identity::fingerprint& node,
                                 const std::string& address) {
  const auto remote = parse_node_address(address);
  if (!remote)
    return tl::unexpected{remote.error()};
  link_origin from;
  from.address = address;
  from.group = group_of(remote->address());
  from.expected_node = node;
  dial(*remote, std::move(from));
  return {};
}

expected<void> link_opener::dial(const identity::fingerprint& node,
                                 const link_ptr& relay) {
  auto socket = tunnels_.open(relay, node);
  if (!socket)
    return tl::unexpected{socket.error()};
  auto from = through(*relay, node);
  from.dialled = true;
  std::make_shared<link_connection>(std::move(*socket), context_,
                                    std::move(from))
    ->connect();
  return {};
}

void link_opener::dial(const endpoint& where) {
  resolve_host(io_, where, [this, where](const expected<tcp::endpoint>& found) {
    if (!found) {
      log_.write(log_level::warning, to_string(found.error()));
      return;
    }
    link_origin from;
    from.address = to_string(where);
    from.group = group_of(found->address());
    dial(*found, std::move(from));
  });
}

void link_opener::dial(const tcp::endpoint& remote, link_origin from) {
  from.dialled = true;
  std::make_shared<link_connection>(tcp_socket{asio::make_strand(io_)},
                                    context_, std::move(from))
    ->dial(remote);
}

std::optional<message_credit>
link_opener::take_place(const address_group& group) {
  auto result = places_->take(group);
  if (!result)
    ++context_.counts->refused;
  return result;
}

} // namespace carillon
