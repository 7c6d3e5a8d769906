#include "runtime/admin/request_target.hpp"

#include "protocols/bytes.hpp"
#include "runtime/defaults.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

constexpr size_t escape_size = 3;

bool is_url_character(char c) noexcept {
  return c > ' ' && c < '\x7f';
}

bool is_control(char c) noexcept {
  const auto value = static_cast<unsigned char>(c);
  return value < ' ' || value == '\x7f';
}

/// Takes what stands before the first `mark`, and the mark, off a text.
std::string_view take_until(std::string_view& text, char mark) {
  const auto end = text.find(mark);
  const auto result = text.substr(0, end);
  text =
    end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return result;
}

expected<std::string> decode_escapes(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    auto next = text[i];
    if (next == '%') {
      const auto escape = text.substr(i, escape_size);
      const auto value = escape.size() == escape_size
        ? from_hex(escape.substr(1))
        : expected<bytes>{fail(errc::malformed)};
      if (!value)
        return fail(errc::malformed,
                    "'" + std::string{escape}
                      + "' is no escape of a character");
      next = static_cast<char>(value->front());
      i += escape_size - 1;
    }
    if (is_control(next))
      return fail(errc::malformed, "a control character is escaped");
    result += next;
  }
  return result;
}

expected<void> add_segments(std::string_view path, request_target& result) {
  while (!path.empty()) {
    const bool is_last = path.find('/') == std::string_view::npos;
    auto segment = decode_escapes(take_until(path, '/'));
    if (!segment)
      return tl::unexpected{segment.error()};
    if (segment->empty() || (path.empty() && !is_last))
      return fail(errc::malformed, "a part of the path is empty");
    result.path.push_back(std::move(*segment));
  }
  return {};
}

expected<void> add_parameters(std::string_view query, request_target& result) {
  while (!query.empty()) {
    if (result.query.size() == defaults::max_admin_parameters)
      return fail(errc::too_large, "there are too many parameters");
    auto item = take_until(query, '&');
    const bool has_value = item.find('=') != std::string_view::npos;
    const auto name = decode_escapes(take_until(item, '='));
    auto value = decode_escapes(item);
    if (!name || !value)
      return tl::unexpected{name ? value.error() : name.error()};
    if (name->empty() || !has_value)
      return fail(errc::malformed, "a parameter is not NAME=VALUE");
    if (!result.query.emplace(*name, std::move(*value)).second)
      return fail(errc::malformed, "a parameter is there twice");
  }
  return {};
}

} // namespace

expected<request_target> parse_request_target(std::string_view text) {
  if (!text.starts_with('/'))
    return fail(errc::malformed, "the target does not begin with '/'");
  if (!std::ranges::all_of(text, is_url_character)
      || text.find('#') != std::string_view::npos)
    return fail(errc::malformed, "the target holds what no URL may hold");
  text.remove_prefix(1);
  const auto path = take_until(text, '?');
  request_target result;
  if (auto added = add_segments(path, result); !added)
    return tl::unexpected{added.error()};
  if (auto added = add_parameters(text, result); !added)
    return tl::unexpected{added.error()};
  return result;
}

} // namespace carillon
