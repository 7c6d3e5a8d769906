#pragma once

#include "protocols/trust/defaults.hpp"

namespace carillon::trust {

/// A binomial opinion of subjective logic: belief, disbelief and uncertainty,
/// each from 0 to 1 and 1 in sum, and the base rate, from 0 to 1.
/// Source: Josang, "Subjective Logic" (2016), section 3.4. The operators
/// expect opinions that keep to this.
struct opinion {
  double belief = 0;
  double disbelief = 0;
  double uncertainty = 1;
  double base_rate = defaults::base_rate;

  bool operator==(const opinion&) const = default;
};

/// Gives the opinion that follows from `good` and `bad` evidence, neither of
/// them negative (section 3.4).
[[nodiscard]] opinion from_evidence(double good, double bad,
                                    double base_rate = defaults::base_rate);

/// Gives the expected probability: belief plus the base rate's part of the
/// uncertainty (section 3.4).
[[nodiscard]] double expectation(const opinion& value);

/// Combines independent opinions of two sources about one thing: cumulative
/// belief fusion (section 12.3). Two opinions without uncertainty weigh the
/// same.
[[nodiscard]] opinion fuse(const opinion& first, const opinion& second);

/// Weakens what a source says by the opinion about this source:
/// probability-sensitive trust discounting (section 14.3).
[[nodiscard]] opinion discount(const opinion& source, const opinion& said);

} // namespace carillon::trust
