#include "protocols/secp2psip/field_reader.hpp"

#include "protocols/secp2psip/defaults.hpp"
#include "protocols/secp2psip/field_text.hpp"

#include <charconv>
#include <limits>

namespace carillon::secp2psip {

namespace {

constexpr std::string_view line_end = "\r\n";

std::string field_named(std::string_view name) {
  return "field " + std::string{name};
}

} // namespace

void field_reader::line(std::string_view text) {
  if (next_line() != text)
    refuse(errc::malformed, "expected the line " + std::string{text});
}

std::string_view field_reader::text(std::string_view name, size_t max_size) {
  const auto result = value(name);
  if (const auto ok = check_field_text(name, result, max_size); !ok)
    refuse(ok.error().code, ok.error().detail);
  return failure_ ? std::string_view{} : result;
}

uint64_t field_reader::number(std::string_view name, uint64_t max) {
  const auto digits = value(name);
  uint64_t result = 0;
  const auto [end, status] =
    std::from_chars(digits.data(), digits.data() + digits.size(), result);
  const auto leading_zero = digits.size() > 1 && digits.front() == '0';
  if (status != std::errc{} || end != digits.data() + digits.size()
      || leading_zero)
    refuse(errc::malformed, field_named(name));
  else if (result > max)
    refuse(errc::too_large, field_named(name));
  return failure_ ? 0 : result;
}

void field_reader::version() {
  constexpr auto any = std::numeric_limits<uint64_t>::max();
  const auto value = number("Version", any);
  if (value != defaults::version)
    refuse(errc::unsupported_version, "version " + std::to_string(value));
}

identity::fingerprint field_reader::fingerprint(std::string_view name) {
  const auto raw = hex<identity::fingerprint::size>(name);
  return identity::fingerprint::from_bytes(raw).value_or(
    identity::fingerprint{});
}

bytes field_reader::hex_bytes(std::string_view name, size_t size) {
  const auto digits = value(name);
  if (digits.size() == size * 2) {
    // Only one of the two cases of a letter is canonical.
    if (auto result = from_hex(digits); result && to_hex(*result) == digits)
      return *std::move(result);
  }
  refuse(errc::malformed, field_named(name));
  return {};
}

bytes field_reader::base64(std::string_view name) {
  return decode_base64(name, value(name));
}

std::optional<bytes> field_reader::optional_base64(std::string_view name) {
  const auto content = value(name);
  if (content == absent_field)
    return std::nullopt;
  return decode_base64(name, content);
}

bool field_reader::is_next(std::string_view name) const {
  return !failure_
    && as_text(message_.subspan(position_))
         .starts_with(std::string{name} + ": ");
}

byte_view field_reader::body(std::string_view name) {
  const auto size = number(name, defaults::max_message_size);
  const auto rest = message_.subspan(position_);
  if (size == 0 || size != rest.size())
    refuse(errc::malformed, "length of " + field_named(name));
  if (failure_)
    return {};
  position_ = message_.size();
  return rest;
}

void field_reader::end() {
  if (position_ != message_.size())
    refuse(errc::malformed, "bytes after the message");
}

void field_reader::refuse(errc code, std::string detail) {
  if (!failure_)
    failure_ = error{code, std::move(detail)};
}

std::string_view field_reader::next_line() {
  if (failure_)
    return {};
  const auto rest = as_text(message_.subspan(position_));
  const auto size = rest.find(line_end);
  if (size == std::string_view::npos) {
    refuse(errc::malformed, "unfinished line");
    return {};
  }
  position_ += size + line_end.size();
  return rest.substr(0, size);
}

std::string_view field_reader::value(std::string_view name) {
  const auto content = next_line();
  constexpr std::string_view separator = ": ";
  if (!content.starts_with(name)
      || !content.substr(name.size()).starts_with(separator)) {
    refuse(errc::malformed, "expected the " + field_named(name));
    return {};
  }
  return content.substr(name.size() + separator.size());
}

bytes field_reader::decode_base64(std::string_view name,
                                  std::string_view content) {
  auto result = from_base64(content);
  if (result && !result->empty())
    return *std::move(result);
  refuse(errc::malformed, field_named(name));
  return {};
}

} // namespace carillon::secp2psip
