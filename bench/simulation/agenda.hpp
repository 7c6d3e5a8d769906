#pragma once

#include "bench/simulation/virtual_ring.hpp"

#include <functional>
#include <map>

namespace carillon {

/// What is to happen to a ring in virtual time, and when.
class agenda {
public:
  using action = std::function<void()>;

  /// Has something done at a time; what is to be done at the same time is done
  /// in the order of these calls. May be called by actions.
  void at(timestamp when, action what);

  /// Lets the ring run until a time, and does what is due on the way.
  /// @param go_on is asked once in a while whether to go on.
  /// @returns whether it has gone on to the end.
  bool run(virtual_ring& ring, timestamp end,
           const std::function<bool()>& go_on);

private:
  std::multimap<timestamp, action> actions_;
};

} // namespace carillon
