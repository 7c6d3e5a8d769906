#pragma once

#include "protocols/p2psip/record_keeper.hpp"

#include <optional>
#include <vector>

namespace carillon::p2psip {

/// Splits a range into `defaults::range_parts` parts of the same width, in
/// clockwise order.
/// @returns nothing for a range of fewer keys than parts
[[nodiscard]] std::vector<key_range> split(const key_range& range);

/// Sums up what a holder has of each of some ranges that follow each other
/// clockwise.
[[nodiscard]] std::vector<range_summary>
summarize(const record_keeper& records, const std::vector<key_range>& parts,
          timestamp now);

/// Lists what a holder has of a range, in clockwise order.
/// @returns nothing for more than `defaults::listed_records` records
[[nodiscard]] std::optional<std::vector<record_tag>>
list(const record_keeper& records, const key_range& range, timestamp now);

/// Answers others' questions about ranges, and bounds the work that they cause.
///
/// Not thread-safe.
class range_digest {
public:
  /// `records` must outlive this object.
  explicit range_digest(const record_keeper& records)
    : records_(&records) {}

  /// Answers a question, or gives nothing when too many were asked lately: the
  /// asker tries again.
  [[nodiscard]] std::optional<digest_answer> answer(const digest_request& asked,
                                                    timestamp now);

private:
  const record_keeper* records_;
  // When the work for all answers so far will have been worth its time.
  timestamp busy_until_{};
};

} // namespace carillon::p2psip
