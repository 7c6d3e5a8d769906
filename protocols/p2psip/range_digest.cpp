#include "protocols/p2psip/range_digest.hpp"

#include <botan/hash.h>

#include <algorithm>
#include <array>

namespace carillon::p2psip {

namespace {

using chord::ring_id;

/// The width of a range takes one byte more than an id: the whole ring has
/// 2^160 keys.
using range_width = std::array<uint8_t, ring_id::size + 1>;

range_width width_of(const key_range& range) {
  range_width result{};
  if (range.from == range.to)
    result.front() = 1;
  const auto distance = range.from.distance_to(range.to);
  std::ranges::copy(distance.data(), result.begin() + 1);
  return result;
}

/// Gives the key that lies `numerator` / `range_parts` of a width after `from`.
ring_id advance(const ring_id& from, const range_width& width,
                size_t numerator) {
  range_width product{};
  size_t carry = 0;
  for (size_t i = product.size(); i-- > 0;) {
    carry += width[i] * numerator;
    product[i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  // What has run over stands above the highest byte.
  for (auto& byte : product) {
    const auto value = (carry << 8) | byte;
    byte = static_cast<uint8_t>(value / defaults::range_parts);
    carry = value % defaults::range_parts;
  }
  std::array<uint8_t, ring_id::size> result{};
  carry = 0;
  for (size_t i = result.size(); i-- > 0;) {
    carry += size_t{from.data()[i]} + product[i + 1];
    result[i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  return ring_id{result};
}

} // namespace

std::vector<key_range> split(const key_range& range) {
  const auto width = width_of(range);
  const bool is_narrow =
    std::all_of(width.begin(), width.end() - 1, [](auto b) { return b == 0; })
    && width.back() < defaults::range_parts;
  std::vector<key_range> result;
  if (is_narrow)
    return result;
  auto from = range.from;
  for (size_t i = 1; i <= defaults::range_parts; ++i) {
    const auto to =
      i == defaults::range_parts ? range.to : advance(range.from, width, i);
    result.push_back({from, to});
    from = to;
  }
  return result;
}

std::vector<range_summary> summarize(const record_keeper& records,
                                     const std::vector<key_range>& parts,
                                     timestamp now) {
  std::vector<range_summary> result;
  const auto sha = Botan::HashFunction::create_or_throw("SHA-256");
  for (const auto& part : parts) {
    range_summary sum;
    records.visit(part, now, [&](const record_keeper::entry& held) {
      ++sum.count;
      sha->update(held.info.position.data().data(), ring_id::size);
      sha->update(held.info.content.data().data(), identity::fingerprint::size);
      return true;
    });
    std::array<uint8_t, identity::fingerprint::size> digest{};
    sha->final(digest.data());
    sum.digest = identity::fingerprint::from_bytes(digest).value();
    result.push_back(sum);
  }
  return result;
}

std::optional<std::vector<record_tag>>
list(const record_keeper& records, const key_range& range, timestamp now) {
  std::vector<record_tag> result;
  bool is_complete = true;
  records.visit(range, now, [&](const record_keeper::entry& held) {
    is_complete = result.size() < defaults::listed_records;
    if (is_complete)
      result.push_back(
        {held.info.position, held.info.content, held.info.epoch});
    return is_complete;
  });
  if (!is_complete)
    return std::nullopt;
  return result;
}

std::optional<digest_answer> range_digest::answer(const digest_request& asked,
                                                  timestamp now) {
  if (busy_until_ > now + defaults::digest_burst)
    return std::nullopt;
  digest_answer result{asked.request, {}, {}};
  size_t cost = 1;
  if (auto tags = list(*records_, asked.range, now)) {
    cost += tags->size();
    result.records = std::move(*tags);
  } else {
    result.parts = summarize(*records_, split(asked.range), now);
    for (const auto& part : result.parts)
      cost += part.count;
  }
  constexpr auto second = duration{std::chrono::seconds{1}}.count();
  const auto spent = static_cast<int64_t>(cost) * second
    / static_cast<int64_t>(defaults::digested_per_second);
  busy_until_ = std::max(busy_until_, now) + duration{spent};
  return result;
}

} // namespace carillon::p2psip
