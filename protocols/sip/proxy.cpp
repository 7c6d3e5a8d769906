#include "protocols/sip/proxy.hpp"

#include "protocols/bytes.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/text.hpp"

#include <botan/hash.h>

#include <algorithm>

namespace carillon::sip {

namespace {

constexpr unsigned bad_extension = 420;
constexpr unsigned loop_detected = 482;
constexpr unsigned too_many_hops = 483;

/// 64 bits: a collision calls a spiral a loop, no more.
constexpr size_t loop_hash_size = 8;

/// Between the unique part of a branch and the loop hash.
constexpr char branch_separator = '.';

} // namespace

std::optional<message> check_forward(const message& request,
                                     const std::vector<flow>& own,
                                     std::string_view element,
                                     std::string_view to_tag) {
  if (request.max_forwards() == 0u)
    return make_response(request, too_many_hops, to_tag);
  if (is_loop(request, own, element))
    return make_response(request, loop_detected, to_tag);
  if (const auto options = request.items("Proxy-Require"); !options.empty()) {
    auto result = make_response(request, bad_extension, to_tag);
    result.append("Unsupported", join(options));
    return result;
  }
  return std::nullopt;
}

std::string loop_hash(const message& request, std::string_view element) {
  auto function = Botan::HashFunction::create_or_throw("SHA-256");
  const auto add = [&](std::string_view text) {
    function->update(std::string{text});
    // Keeps "a" "bc" apart from "ab" "c"; no header value holds it.
    function->update('\0');
  };
  add(element);
  add(request.request_uri());
  add(request.from().tag());
  add(request.to().tag());
  add(request.call_id());
  add(std::to_string(request.cseq().number));
  for (const auto name : {"Route", "Proxy-Require"})
    for (const auto value : request.all(name))
      add(value);
  const auto digest = function->final();
  return to_hex(byte_view{digest.data(), loop_hash_size});
}

bool is_loop(const message& request, const std::vector<flow>& own,
             std::string_view element) {
  const auto suffix = branch_separator + loop_hash(request, element);
  const auto vias = request.all("Via");
  return std::any_of(vias.begin(), vias.end(), [&](std::string_view text) {
    const auto item = via::parse(text);
    return item && item->branch().ends_with(suffix)
      && std::any_of(own.begin(), own.end(), [&](const flow& place) {
             return item->host == place.local_address
               && item->port == place.local_port;
           });
  });
}

uint32_t max_breadth(const message& request) {
  const auto value = request.first("Max-Breadth");
  return value ? to_number(*value).value_or(default_max_breadth)
               : default_max_breadth;
}

expected<std::optional<uri>> take_own_route(message& request,
                                            const is_self& self) {
  std::optional<uri> own;
  const auto target = uri::parse(request.request_uri());
  const auto routes = request.all("Route");
  if (target && target->params.contains("lr") && self(*target)
      && !routes.empty()) {
    // The sender is a strict router: it put our URI where the target belongs,
    // and the target at the end (section 16.4).
    const auto last = name_addr::parse(routes.back());
    if (!last)
      return fail(errc::malformed, "Route");
    std::vector<std::string> rest{routes.begin(), routes.end() - 1};
    own = *target;
    request.request_uri(last->address);
    request.remove("Route");
    for (const auto& route : rest)
      request.append("Route", route);
  }
  const auto first = request.first("Route");
  if (!first)
    return own;
  const auto route = name_addr::parse(*first);
  const auto place = route ? uri::parse(route->address)
                           : expected<uri>{tl::unexpected{route.error()}};
  if (!place)
    return tl::unexpected{place.error()};
  if (self(*place)) {
    own = *place;
    request.remove_first("Route");
  }
  return own;
}

message prepare_forward(const message& request, const forward_plan& plan) {
  auto result = request;
  const auto hash = loop_hash(request, plan.element);
  result.request_uri(plan.target);
  strip_credentials(result);
  const auto hops = request.max_forwards();
  result.set("Max-Forwards",
             std::to_string(hops ? *hops - 1 : default_max_forwards));
  result.set("Max-Breadth", std::to_string(plan.breadth));
  if (plan.record_route) {
    name_addr route;
    route.address = to_string(*plan.record_route);
    result.prepend("Record-Route", to_string(route));
  }
  auto own = plan.own_via;
  own.params.set("branch", plan.branch + branch_separator + hash);
  result.prepend("Via", to_string(own));
  return result;
}

expected<uri> next_hop(const message& request) {
  const auto first = request.first("Route");
  if (!first)
    return uri::parse(request.request_uri());
  const auto route = name_addr::parse(*first);
  if (!route)
    return tl::unexpected{route.error()};
  return uri::parse(route->address);
}

std::optional<message> prepare_response(const message& response) {
  auto result = response;
  result.remove_first("Via");
  if (!result.first("Via"))
    return std::nullopt;
  return result;
}

} // namespace carillon::sip
