#include "runtime/admin/request_guard.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <botan/mem_ops.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace carillon {

namespace http = boost::beast::http;

namespace {

// RFC 9110 sections 4.2.1 and 4.2.2: a client may leave these out.
constexpr uint16_t http_port = 80;
constexpr uint16_t https_port = 443;

constexpr std::string_view scheme = "bearer ";

std::string_view view_of(boost::beast::string_view text) noexcept {
  return {text.data(), text.size()};
}

bool equals(std::string_view lhs, std::string_view rhs) {
  return boost::beast::iequals({lhs.data(), lhs.size()},
                               {rhs.data(), rhs.size()});
}

} // namespace

request_guard::request_guard(std::string name, std::string token)
  : name_(std::move(name))
  , token_(std::move(token)) {}

std::optional<admin_answer> request_guard::check(const admin_request& request,
                                                 const endpoint& local) const {
  if (request.count(http::field::host) != 1)
    return make_refusal(400, "a request needs one Host");
  const auto host = view_of(request[http::field::host]);
  if (!is_own(host, local))
    return make_refusal(403,
                        "the Host of the request is not this listener's: ask "
                          + to_string(local));
  if (request.count(http::field::origin) > 0)
    return make_refusal(403, "requests of web pages are not served");
  if (!has_token(request))
    return make_refusal(401,
                        "this listener wants its token, as "
                        "'Authorization: Bearer TOKEN'");
  return std::nullopt;
}

bool request_guard::is_own(std::string_view host, const endpoint& local) const {
  const auto names = [&](std::string_view own) {
    if (own.empty())
      return false;
    const endpoint full{std::string{own}, local.port};
    if (equals(host, to_string(full)))
      return true;
    if (local.port != http_port && local.port != https_port)
      return false;
    const auto text = to_string(full);
    return equals(host, text.substr(0, text.rfind(':')));
  };
  constexpr auto loopback =
    std::to_array<std::string_view>({"127.0.0.1", "::1", "localhost"});
  return names(local.host) || names(name_)
    || (is_loopback(local) && std::ranges::any_of(loopback, names));
}

bool request_guard::has_token(const admin_request& request) const {
  if (token_.empty())
    return true;
  if (request.count(http::field::authorization) != 1)
    return false;
  auto given = view_of(request[http::field::authorization]);
  if (!equals(given.substr(0, scheme.size()), scheme))
    return false;
  given.remove_prefix(scheme.size());
  // How long the token is may show; what it is may not.
  return given.size() == token_.size()
    && Botan::constant_time_compare(
           reinterpret_cast<const uint8_t*>(given.data()),
           reinterpret_cast<const uint8_t*>(token_.data()), token_.size());
}

} // namespace carillon
