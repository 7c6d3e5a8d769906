#pragma once

#include "protocols/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// What an HTTP request asks for: the origin form of its target (RFC 9112
/// section 3.2.1), taken apart and decoded.
struct request_target {
  /// The segments of the path; none for "/".
  std::vector<std::string> path;
  /// The parameters. A `+` stands for itself.
  std::map<std::string, std::string, std::less<>> query;

  /// Gives a parameter, or null.
  [[nodiscard]] const std::string* find(std::string_view name) const {
    const auto position = query.find(name);
    return position == query.end() ? nullptr : &position->second;
  }
};

/// Reads the target of a request.
/// @returns `malformed` with the reason for anything but printable ASCII, for
///          empty segments, for an escape (RFC 3986 section 2.1) that is none
///          or stands for a control character, and for parameters without
///          name, without `=`, or twice; `too_large` for too many of them.
[[nodiscard]] expected<request_target>
parse_request_target(std::string_view text);

} // namespace carillon
