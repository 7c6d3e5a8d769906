#include "protocols/chord/density.hpp"

#include "protocols/chord/defaults.hpp"

namespace carillon::chord {

void density::add_successors(const ring_id& of, const peer_list& successors) {
  if (successors.empty())
    return;
  sum_ += of.distance_to(successors.back().id).as_part();
  samples_ += successors.size();
}

void density::add_fingers(const ring_id& of, const peer_list& fingers) {
  for (const auto& finger : fingers) {
    const auto exponent = of.distance_to(finger.id).highest_bit();
    if (exponent < 0)
      continue;
    const auto target = of.plus_power_of_two(static_cast<size_t>(exponent));
    sum_ += target.distance_to(finger.id).as_part();
    ++samples_;
  }
}

bool is_plausible(const density& own, const density& told) {
  if (own.samples() < defaults::least_entries
      || told.samples() < defaults::least_entries)
    return true;
  return told.mean_gap() <= defaults::largest_sparseness * own.mean_gap();
}

} // namespace carillon::chord
