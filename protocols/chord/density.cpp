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

bool is_plausible(double gap, const density& told) {
  return gap == 0 || told.samples() < defaults::least_entries
    || told.mean_gap() <= defaults::largest_sparseness * gap;
}

} // namespace carillon::chord
