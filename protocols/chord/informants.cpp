#include "protocols/chord/informants.hpp"

#include "protocols/chord/defaults.hpp"

#include <algorithm>

namespace carillon::chord {

void informants::set::add(number who) noexcept {
  if (size_ == members_.size() || std::find(begin(), end(), who) != end())
    return;
  members_[size_++] = who;
}

void informants::enter(const ring_id& who, double gap) {
  const auto known = std::ranges::find(all_, who, &informant::id);
  if (known == all_.end())
    all_.push_back({who, gap});
  else
    known->gap = gap;
}

informants::number informants::number_of(const ring_id& who) const {
  return static_cast<number>(std::ranges::find(all_, who, &informant::id)
                             - all_.begin());
}

void informants::judge(const set& named_by, bool was_of_use) {
  for (const auto who : named_by)
    ++(was_of_use ? all_[who].useful : all_[who].useless);
}

bool informants::is_dubious(const set& named_by) const {
  return named_by.begin() != named_by.end()
    && std::ranges::all_of(
           named_by, [this](number who) { return has_misled(all_[who]); });
}

bool informants::has_misled(const ring_id& who) const {
  const auto known = std::ranges::find(all_, who, &informant::id);
  return known != all_.end() && has_misled(*known);
}

bool informants::has_misled(const informant& who) const noexcept {
  if (sparsest_ > 0 && who.gap > sparsest_)
    return true;
  return who.useless >= defaults::misleading_least
    && who.useless > 2 * who.useful;
}

} // namespace carillon::chord
