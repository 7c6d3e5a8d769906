#include "bench/simulation/agenda.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

/// The longest that a ring runs between two questions whether to go on.
constexpr duration longest_stretch = std::chrono::milliseconds{100};

} // namespace

void agenda::at(timestamp when, action what) {
  actions_.emplace(when, std::move(what));
}

bool agenda::run(virtual_ring& ring, timestamp end,
                 const std::function<bool()>& go_on) {
  for (;;) {
    while (!actions_.empty() && actions_.begin()->first <= ring.now()) {
      const auto due = actions_.extract(actions_.begin());
      due.mapped()();
      ring.run();
    }
    const auto now = ring.now();
    if (now >= end)
      return true;
    if (!go_on())
      return false;
    auto next = std::min(end, now + longest_stretch);
    if (!actions_.empty())
      next = std::min(next, actions_.begin()->first);
    ring.advance(next - now);
  }
}

} // namespace carillon
