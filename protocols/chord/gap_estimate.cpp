#include "protocols/chord/gap_estimate.hpp"

#include "protocols/chord/defaults.hpp"

#include <algorithm>

namespace carillon::chord {

void gap_estimate::add(const density& told) {
  if (told.samples() < defaults::least_entries)
    return;
  if (gaps_.size() < defaults::remembered_gaps)
    gaps_.push_back(told.mean_gap());
  else
    gaps_[next_++ % gaps_.size()] = told.mean_gap();
}

bool gap_estimate::is_firm() const noexcept {
  return gaps_.size() >= defaults::least_gaps;
}

double gap_estimate::usual(const density& own,
                           const std::vector<density>& heard) const {
  auto known = gaps_;
  const auto add_one = [&known](const density& told) {
    if (told.samples() >= defaults::least_entries)
      known.push_back(told.mean_gap());
  };
  add_one(own);
  if (!is_firm())
    std::ranges::for_each(heard, add_one);
  if (known.empty())
    return 0;
  std::ranges::sort(known);
  if (known.size() < defaults::least_gaps)
    return defaults::densest_of_few * known.front();
  const auto usual = known[known.size() / 4];
  return is_firm() ? usual
                   : std::min(usual, defaults::densest_of_many * known[1]);
}

} // namespace carillon::chord
