#pragma once

#include "bench/histogram.hpp"
#include "bench/simulation/virtual_ring.hpp"

#include <cstddef>
#include <functional>

namespace carillon {

/// What came of lookups in a ring whose members somebody knows.
struct lookup_tally {
  size_t asked = 0;
  /// Those that named the owner.
  size_t succeeded = 0;
  /// Those that named somebody else.
  size_t wrong = 0;
  /// Hops of those that named the owner.
  histogram hops = {};

  /// Those that ended in an error, or did not end.
  [[nodiscard]] size_t failed() const noexcept {
    return asked - succeeded - wrong;
  }
};

/// How long after its join nobody can say whether a peer or the one after it
/// answers for its arc.
inline constexpr duration joining_time = std::chrono::seconds{10};

/// Has a peer look for a key without waiting. Whoever owned the key when the
/// lookup began or when it ended is right, with or without those that have
/// been joining within `joining_time`, and with or without those that may hide:
/// an owner that answers nobody cannot be told from one that is not there. A
/// lookup whose asker ends on the way
/// does not count.
/// @param may_hide tells who may; nobody if empty.
/// @param into must outlive the ring.
void probe_lookup(
  virtual_ring& ring, const chord::peer_ref& from, const chord::ring_id& key,
  lookup_tally& into,
  const std::function<bool(const chord::ring_id&)>& may_hide = {});

} // namespace carillon
