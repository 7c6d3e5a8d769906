#include "protocols/link/announcement.hpp"

#include "protocols/link/defaults.hpp"

#include <algorithm>
#include <string_view>

namespace carillon::link {

namespace {

constexpr std::string_view announcement_mark = "carillon";
constexpr uint8_t announcement_version = 1;
constexpr size_t ring_size = 32;

/// What comes before the endpoint: mark, version, ring, length.
constexpr size_t head_size = announcement_mark.size() + 1 + ring_size + 1;

bool is_of_address(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '.'
    || c == ':' || c == '[' || c == ']';
}

} // namespace

bytes encode(const announcement& what) {
  auto result = to_bytes(announcement_mark);
  result.push_back(announcement_version);
  const auto& ring = what.ring.data();
  result.insert(result.end(), ring.begin(), ring.end());
  result.push_back(static_cast<uint8_t>(what.endpoint.size()));
  result.insert(result.end(), what.endpoint.begin(), what.endpoint.end());
  return result;
}

expected<announcement> decode_announcement(byte_view data) {
  if (data.size() < head_size || !as_text(data).starts_with(announcement_mark))
    return fail(errc::malformed, "no announcement of a node");
  const auto version = data[announcement_mark.size()];
  if (version != announcement_version)
    return fail(errc::unsupported_version,
                "announcement of version " + std::to_string(version));
  const auto text = as_text(data.subspan(head_size));
  if (data[head_size - 1] != text.size()
      || text.size() > defaults::max_announced_endpoint
      || !std::ranges::all_of(text, is_of_address))
    return fail(errc::malformed, "the endpoint of an announcement");
  const auto ring = identity::fingerprint::from_bytes(
    data.subspan(announcement_mark.size() + 1, ring_size));
  if (!ring)
    return tl::unexpected{ring.error()};
  return announcement{*ring, std::string{text}};
}

} // namespace carillon::link
