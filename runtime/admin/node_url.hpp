#pragma once

#include "protocols/error.hpp"
#include "runtime/endpoint.hpp"

#include <string>
#include <string_view>

namespace carillon {

/// Where the admin interface of a node is.
struct node_url {
  bool uses_tls = false;
  endpoint address;
};

/// Reads `http://HOST:PORT` or `https://HOST:PORT`; without a scheme it is
/// `http`.
/// @returns `malformed` for anything else; the detail says what is expected.
[[nodiscard]] expected<node_url> parse_node_url(std::string_view text);

[[nodiscard]] std::string to_string(const node_url& url);

/// Escapes a text as one segment of a path or one value of a query (RFC 3986
/// section 2.1): everything but unreserved characters.
[[nodiscard]] std::string escape_for_url(std::string_view text);

} // namespace carillon
