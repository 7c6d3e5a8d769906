#include "protocols/sip/uri.hpp"

#include "protocols/bytes.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/text.hpp"

#include <algorithm>

namespace carillon::sip {

namespace {

// The characters that RFC 3261 section 25.1 permits beyond letters and digits.
constexpr std::string_view mark = "-_.!~*'()";
constexpr std::string_view user_unreserved = "&=+$,;?/";
constexpr std::string_view password_extra = "&=+$,";
constexpr std::string_view param_unreserved = "[]/:&+$";
constexpr std::string_view header_extra = "[]/?:+$&=";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
    || (c >= 'A' && c <= 'Z');
}

/// Tells whether text consists of unreserved, `extra` and %HH.
bool consists_of(std::string_view text, std::string_view extra) {
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')
      || (c >= 'A' && c <= 'F');
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
        return false;
      i += 2;
    } else if (!is_alphanumeric(c) && mark.find(c) == std::string_view::npos
               && extra.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

std::string unescape(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto octet = from_hex(text.substr(i + 1, 2));
      result += static_cast<char>(octet->front());
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string escape_user(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (consists_of({&c, 1}, user_unreserved)) {
      result += c;
    } else {
      const auto octet = static_cast<uint8_t>(c);
      result += '%' + to_hex({&octet, 1});
    }
  }
  return result;
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && text.front() != '.'
    && text.front() != '-' && text.find("..") == std::string_view::npos
    && std::all_of(text.begin(), text.end(), [](char c) {
         return is_alphanumeric(c) || c == '-' || c == '.';
       });
}

expected<void> parse_hostport(std::string_view text, uri& out) {
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos)
      return fail(errc::malformed, "URI: bracket without end");
    out.host = canonical_ip(text.substr(0, end + 1));
    port = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    if (is_host_name(host))
      out.host = to_lower(host);
    if (colon != std::string_view::npos)
      port = text.substr(colon);
  }
  if (out.host.empty())
    return fail(errc::malformed, "URI: bad host");
  if (port.empty())
    return {};
  const auto number = to_number(port.substr(1));
  if (port.front() != ':' || !number || *number == 0 || *number > UINT16_MAX)
    return fail(errc::malformed, "URI: bad port");
  out.port = static_cast<uint16_t>(*number);
  return {};
}

expected<void> parse_params(std::string_view text, uri& out) {
  while (!text.empty()) {
    const auto end = text.find(';', 1);
    const auto param = text.substr(1, end - 1);
    text = end == std::string_view::npos ? "" : text.substr(end);
    const auto equal = param.find('=');
    const auto name = param.substr(0, equal);
    const auto value = equal == std::string_view::npos
      ? std::optional<std::string_view>{}
      : param.substr(equal + 1);
    if (name.empty() || !consists_of(name, param_unreserved)
        || (value && (value->empty() || !consists_of(*value, param_unreserved)))
        || out.params.contains(name))
      return fail(errc::malformed, "URI: bad parameter");
    out.params.set(name, value);
  }
  return {};
}

} // namespace

expected<uri> uri::parse(std::string_view text) {
  if (text.size() > defaults::max_uri_size)
    return fail(errc::too_large, "URI");
  uri result;
  const auto colon = text.find(':');
  const auto scheme = text.substr(0, colon);
  result.secure = iequals(scheme, "sips");
  if (colon == std::string_view::npos
      || (!result.secure && !iequals(scheme, "sip")))
    return fail(errc::malformed, "URI: neither sip nor sips");
  text = text.substr(colon + 1);
  // '@' is nowhere else permitted, so the first one ends the user part, in
  // which ';' and '?' may stand.
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    const auto info = text.substr(0, at);
    const auto secret = info.find(':');
    const auto user_part = info.substr(0, secret);
    if (user_part.empty() || !consists_of(user_part, user_unreserved)
        || (secret != std::string_view::npos
            && !consists_of(info.substr(secret + 1), password_extra)))
      return fail(errc::malformed, "URI: bad user");
    result.user = unescape(user_part);
    text = text.substr(at + 1);
  }
  if (const auto mark_pos = text.find('?');
      mark_pos != std::string_view::npos) {
    result.headers = text.substr(mark_pos + 1);
    if (result.headers.empty() || !consists_of(result.headers, header_extra))
      return fail(errc::malformed, "URI: bad headers");
    text = text.substr(0, mark_pos);
  }
  const auto params_pos = std::min(text.find(';'), text.size());
  if (auto ok = parse_hostport(text.substr(0, params_pos), result); !ok)
    return tl::unexpected{ok.error()};
  if (auto ok = parse_params(text.substr(params_pos), result); !ok)
    return tl::unexpected{ok.error()};
  return result;
}

bool is_sip_scheme(std::string_view text) noexcept {
  const auto colon = text.find(':');
  const auto scheme = text.substr(0, colon);
  return colon != std::string_view::npos
    && (iequals(scheme, "sip") || iequals(scheme, "sips"));
}

std::string to_hostport(std::string_view host, uint16_t port) {
  std::string result{host};
  if (host.find(':') != std::string_view::npos)
    result = '[' + result + ']';
  if (port != 0)
    result += ':' + std::to_string(port);
  return result;
}

std::string to_string(const uri& value) {
  std::string result = value.secure ? "sips:" : "sip:";
  if (!value.user.empty())
    result += escape_user(value.user) + '@';
  result += to_hostport(value.host, value.port);
  result += to_string(value.params);
  if (!value.headers.empty())
    result += '?' + value.headers;
  return result;
}

bool equivalent(const uri& lhs, const uri& rhs) {
  if (lhs.secure != rhs.secure || lhs.user != rhs.user || lhs.host != rhs.host
      || lhs.port != rhs.port || lhs.headers != rhs.headers)
    return false;
  for (const auto name : {"user", "ttl", "method", "maddr", "transport"})
    if (lhs.params.contains(name) != rhs.params.contains(name))
      return false;
  return std::all_of(lhs.params.begin(), lhs.params.end(), [&](auto& param) {
    const auto other = rhs.params.get(param.name);
    return !other || iequals(*other, param.value);
  });
}

uint16_t effective_port(const uri& value) noexcept {
  if (value.port != 0)
    return value.port;
  const auto transport = value.params.get("transport");
  const bool is_secure =
    value.secure || (transport && iequals(*transport, "tls"));
  return is_secure ? default_sips_port : default_sip_port;
}

expected<void> check_contact(const uri& contact, const flow& source) {
  if (!contact.headers.empty())
    return fail(errc::malformed, "contact with headers");
  if (contact.params.contains("maddr"))
    return fail(errc::malformed, "contact with maddr");
  const auto host = canonical_ip(contact.host);
  if (host.empty() || host != canonical_ip(source.remote_address))
    return fail(errc::malformed,
                "contact not at the address it registers from: "
                  + contact.host);
  return {};
}

} // namespace carillon::sip
