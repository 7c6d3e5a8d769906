#include "runtime/admin/node_url.hpp"

#include "protocols/bytes.hpp"

namespace carillon {

namespace {

constexpr std::string_view plain_scheme = "http://";
constexpr std::string_view tls_scheme = "https://";

/// RFC 3986 section 2.3.
bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
    || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

} // namespace

expected<node_url> parse_node_url(std::string_view text) {
  node_url result;
  if (text.starts_with(tls_scheme)) {
    result.uses_tls = true;
    text.remove_prefix(tls_scheme.size());
  } else if (text.starts_with(plain_scheme)) {
    text.remove_prefix(plain_scheme.size());
  }
  if (text.ends_with('/'))
    text.remove_suffix(1);
  auto address = parse_endpoint(text);
  if (!address)
    return fail(errc::malformed,
                "expected http://HOST:PORT or "
                "https://HOST:PORT, like "
                "http://127.0.0.1:7481");
  result.address = std::move(*address);
  return result;
}

std::string to_string(const node_url& url) {
  return std::string{url.uses_tls ? tls_scheme : plain_scheme}
  + to_string(url.address);
}

std::string escape_for_url(std::string_view text) {
  std::string result;
  for (const auto c : text)
    if (is_unreserved(c))
      result += c;
    else
      result += '%' + to_hex(as_bytes(std::string_view{&c, 1}));
  return result;
}

} // namespace carillon
