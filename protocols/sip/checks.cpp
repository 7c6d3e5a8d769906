#include "protocols/sip/checks.hpp"

#include "protocols/sip/build.hpp"
#include "protocols/sip/text.hpp"

#include <algorithm>
#include <array>

namespace carillon::sip {

namespace {

constexpr unsigned bad_request = 400;
constexpr unsigned method_not_allowed = 405;
constexpr unsigned unsupported_scheme = 416;
constexpr unsigned bad_extension = 420;
constexpr unsigned not_implemented = 501;

/// The methods of IANA's registry "SIP Parameters, Methods".
constexpr auto known_methods = std::to_array<std::string_view>({
  "ACK",
  "BYE",
  "CANCEL",
  "INFO",
  "INVITE",
  "MESSAGE",
  "NOTIFY",
  "OPTIONS",
  "PRACK",
  "PUBLISH",
  "REFER",
  "REGISTER",
  "SUBSCRIBE",
  "UPDATE",
});

template <class Items>
bool contains(const Items& items, std::string_view value) {
  return std::find(items.begin(), items.end(), value) != items.end();
}

std::optional<message> check_method(const message& request,
                                    const server_abilities& abilities,
                                    std::string_view to_tag) {
  const auto method = request.method();
  if (contains(abilities.allowed, method))
    return std::nullopt;
  if (!is_known_method(method))
    return make_response(request, not_implemented, to_tag);
  auto result = make_response(request, method_not_allowed, to_tag);
  result.append("Allow", join(abilities.allowed));
  return result;
}

std::optional<message> check_addresses(const message& request,
                                       std::string_view to_tag) {
  if (!is_sip_scheme(request.request_uri()))
    return make_response(request, unsupported_scheme, to_tag);
  if (!uri::parse(request.request_uri()))
    return make_response(request, bad_request, to_tag, "Bad Request-URI");
  const auto from = request.from();
  if (from.tag().empty()
      || (is_sip_scheme(from.address) && !uri::parse(from.address)))
    return make_response(request, bad_request, to_tag, "Bad From");
  const auto to = request.to();
  if (is_sip_scheme(to.address) && !uri::parse(to.address))
    return make_response(request, bad_request, to_tag, "Bad To");
  return std::nullopt;
}

std::optional<message> check_require(const message& request,
                                     const server_abilities& abilities,
                                     std::string_view to_tag) {
  std::vector<std::string> unknown;
  for (auto& option : request.items("Require"))
    if (!contains(abilities.supported, option))
      unknown.push_back(std::move(option));
  if (unknown.empty())
    return std::nullopt;
  auto result = make_response(request, bad_extension, to_tag);
  result.append("Unsupported", join(unknown));
  return result;
}

} // namespace

bool means_domain(const uri& value, const served_domain& domain) {
  if (value.host == domain.name
      || (!domain.node_host.empty() && value.host == domain.node_host))
    return true;
  const auto host = canonical_ip(value.host);
  const auto is_host = [&](const flow& place) {
    return place.local_address == host
      && place.local_port == effective_port(value);
  };
  return !host.empty()
    && (std::ranges::any_of(domain.listen, is_host)
        || std::ranges::any_of(domain.advertised, is_host));
}

bool is_known_method(std::string_view method) noexcept {
  return contains(known_methods, method);
}

std::optional<message> check_request(const message& request,
                                     const server_abilities& abilities,
                                     std::string_view to_tag) {
  const auto method = request.method();
  if (method == methods::ack)
    return std::nullopt;
  if (auto refusal = check_method(request, abilities, to_tag))
    return refusal;
  if (auto refusal = check_addresses(request, to_tag))
    return refusal;
  if (method == methods::cancel)
    return std::nullopt;
  return check_require(request, abilities, to_tag);
}

} // namespace carillon::sip
