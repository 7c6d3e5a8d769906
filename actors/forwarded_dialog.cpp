#include "actors/forwarded_dialog.hpp"

#include "actors/defaults.hpp"
#include "actors/node_host.hpp"
#include "protocols/sip/proxy.hpp"
#include "protocols/sip/text.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

/// The responses whose contacts are not the phone's own (RFC 3261 sections 21.3
/// and 21.4.23).
bool names_others(unsigned status) {
  constexpr unsigned first_redirection = 300;
  constexpr unsigned first_client_error = 400;
  constexpr unsigned ambiguous = 485;
  return status == ambiguous
    || (status >= first_redirection && status < first_client_error);
}

/// Gives the transport that a URI asks for (RFC 3263 section 4.1, for
/// addresses), or nothing for one that is not spoken here.
std::optional<sip::transport> transport_of(const sip::uri& target) {
  if (target.secure)
    return sip::transport::tls;
  const auto named = target.params.get("transport");
  if (!named || sip::iequals(*named, "udp"))
    return sip::transport::udp;
  if (sip::iequals(*named, "tcp"))
    return sip::transport::tcp;
  if (sip::iequals(*named, "tls"))
    return sip::transport::tls;
  return std::nullopt;
}

bool is_ipv6(std::string_view address) noexcept {
  return address.find(':') != std::string_view::npos;
}

/// Gives where the sender of an INVITE wants requests within the call sent
/// first: to the last proxy that stays in it, or to its contact.
std::optional<sip::uri> first_hop_back(const sip::message& invite) {
  std::string address;
  if (const auto route = invite.first("Record-Route")) {
    if (const auto read = sip::name_addr::parse(*route))
      address = read->address;
  } else if (const auto own = invite.contacts(); own.size() == 1) {
    address = own.front().address;
  }
  const auto result = sip::uri::parse(address);
  return result ? std::optional{*result} : std::nullopt;
}

} // namespace

forwarded_dialog::forwarded_dialog(std::string token, std::string trace,
                                   const sip::message& invite, sip::flow source)
  : token_(std::move(token))
  , trace_(std::move(trace))
  , caller_tag_(invite.from().tag())
  , caller_(std::move(source))
  , caller_hop_(first_hop_back(invite)) {
  note_contact(invite, caller_);
  if (caller_hop_)
    permit(*caller_hop_, caller_);
}

void forwarded_dialog::add_contact(const std::string& address) {
  const auto where = sip::uri::parse(address).and_then(place_of);
  if (where) {
    hosts_.insert(where->address);
    places_.insert(*where);
  }
}

void forwarded_dialog::add_phone(const sip::binding& phone) {
  add_contact(phone.contact.address);
  const auto where = place_of(phone.target);
  if (where && phone.source.connection != 0 && phone.source.kind == where->kind)
    connections_.emplace(*where, phone.source);
}

bool forwarded_dialog::forget_connection(const sip::flow& path) {
  return std::erase_if(connections_,
                       [&](const auto& item) { return item.second == path; })
    != 0;
}

/// The caller of a guarded call cannot speak for the callee, whose requests go
/// where they say.
bool forwarded_dialog::is_party(const sip::message& request,
                                const sip::flow& source) const {
  const bool may_be_caller = source.remote_address == caller_.remote_address;
  const bool may_be_callee = hosts_.contains(source.remote_address);
  if (!mask_)
    return may_be_caller || may_be_callee;
  return is_of_caller(request) ? may_be_caller : may_be_callee;
}

void forwarded_dialog::note_contact(const sip::message& msg,
                                    const sip::flow& source) {
  const auto contacts = msg.contacts();
  if (contacts.size() != 1 || names_others(msg.status()))
    return;
  const auto& address = contacts.front().address;
  if (const auto target = sip::uri::parse(address))
    permit(*target, source);
  const bool by_phone = msg.is_request() != is_of_caller(msg);
  if (mask_ && by_phone && phones_.size() < defaults::max_dialog_places)
    phones_[msg.is_request() ? msg.from().tag() : msg.to().tag()] = address;
}

void forwarded_dialog::permit(const sip::uri& target, const sip::flow& source) {
  const auto where = place_of(target);
  if (!where || where->address != source.remote_address
      || places_.size() >= defaults::max_dialog_places)
    return;
  places_.insert(*where);
  // A phone may name its end of the connection, where it does not listen.
  if (where->port == source.remote_port && source.connection != 0
      && where->kind == source.kind)
    connections_.insert_or_assign(*where, source);
}

std::optional<std::string>
forwarded_dialog::target_of(const sip::message& request) const {
  if (!mask_ || !is_of_caller(request))
    return request.request_uri();
  const auto phone = phones_.find(request.to().tag());
  return phone == phones_.end() ? std::nullopt : std::optional{phone->second};
}

/// A request of the callee's phone leaves without the places that it came by;
/// they are put back into the response.
sip::message
forwarded_dialog::visible_request(const sip::message& request) const {
  auto result = request;
  if (!mask_ || is_of_caller(request))
    return result;
  result.remove("Via");
  if (result.remove("Contact") > 0)
    result.append("Contact", "<" + to_string(*mask_) + ">");
  return result;
}

sip::message
forwarded_dialog::visible_response(const sip::message& request,
                                   const sip::message& response) const {
  auto result = response;
  if (!is_of_caller(request)) {
    if (mask_)
      result.copy("Via", request);
    return result;
  }
  if (mask_ || caller_route_)
    rewrite_own_route(result);
  if (mask_ && !names_others(response.status()) && result.remove("Contact") > 0)
    result.append("Contact", "<" + to_string(*mask_) + ">");
  return result;
}

/// The caller of a guarded call finds back by the contact that it sees; the
/// route is one of the callee's side.
void forwarded_dialog::rewrite_own_route(sip::message& response) const {
  const auto values = response.all("Record-Route");
  const std::vector<std::string> routes{values.begin(), values.end()};
  response.remove("Record-Route");
  for (const auto& route : routes) {
    const auto read =
      sip::name_addr::parse(route).and_then([](const sip::name_addr& value) {
        return sip::uri::parse(value.address);
      });
    if (!read || read->user != token_)
      response.append("Record-Route", route);
    else if (caller_route_)
      response.append("Record-Route", "<" + to_string(*caller_route_) + ">");
  }
}

expected<sip::flow>
forwarded_dialog::way_to(const sip::message& request,
                         const std::vector<sip::flow>& listeners) const {
  const auto hop = sip::next_hop(request);
  if (!hop)
    return tl::unexpected{hop.error()};
  const auto where = place_of(*hop);
  if (!where)
    return tl::unexpected{where.error()};
  // A caller behind a link or a stream connection is reached over that
  // connection, and one that names another address than its own at its own.
  if (!is_of_caller(request) && leads_to_caller(*hop)
      && where->kind == caller_.kind
      && (is_reliable(caller_.kind)
          || where->address != caller_.remote_address))
    return caller_;
  if (!places_.contains(*where))
    return fail(errc::wrong_recipient,
                sip::to_hostport(hop->host, hop->port)
                  + " is no contact of the call");
  if (const auto known = connections_.find(*where); known != connections_.end())
    return known->second;
  const auto* from = find_listener(listeners, *where);
  if (from == nullptr)
    return fail(errc::unreachable, "nothing listens for this transport here");
  return sip::flow{where->kind,         where->address,   where->port,
                   from->local_address, from->local_port, 0};
}

/// Gives the place that a URI names by its address, or by the host that stands
/// for a node.
expected<forwarded_dialog::place>
forwarded_dialog::place_of(const sip::uri& target) {
  if (is_node_host(target.host))
    return place{target.host, 0, sip::transport::link};
  const auto kind = transport_of(target);
  if (!kind)
    return fail(errc::unreachable, "unknown transport");
  return place{sip::canonical_ip(target.host), effective_port(target), *kind};
}

/// Gives the listener to send from: what leaves a loopback address stays on the
/// machine, and answers to what comes from another one may not find back.
const sip::flow*
forwarded_dialog::find_listener(const std::vector<sip::flow>& listeners,
                                const place& where) {
  const auto fits = [&](const sip::flow& item) {
    return item.kind == where.kind
      && is_ipv6(item.local_address) == is_ipv6(where.address);
  };
  const auto fits_best = [&](const sip::flow& item) {
    return fits(item)
      && sip::is_loopback(item.local_address)
      == sip::is_loopback(where.address);
  };
  auto position = std::ranges::find_if(listeners, fits_best);
  if (position == listeners.end())
    position = std::ranges::find_if(listeners, fits);
  return position == listeners.end() ? nullptr : &*position;
}

/// Tells whether the caller has sent a request, or the request that a response
/// answers.
bool forwarded_dialog::is_of_caller(const sip::message& msg) const {
  return msg.from().tag() == caller_tag_;
}

bool forwarded_dialog::leads_to_caller(const sip::uri& hop) const {
  return caller_hop_ && hop.host == caller_hop_->host
    && effective_port(hop) == effective_port(*caller_hop_);
}

} // namespace carillon
