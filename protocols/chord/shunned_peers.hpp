#pragma once

#include "protocols/chord/ring_id.hpp"
#include "protocols/time.hpp"

#include <utility>
#include <vector>

namespace carillon::chord {

/// Peers that have been silent or have told what cannot be, which are asked
/// nothing for a while where others will do. Remembers the last
/// `defaults::shunned_peers` of them. Not thread-safe.
class shunned_peers {
public:
  /// Takes note of a peer for `defaults::shunning`.
  void add(const ring_id& id, timestamp now);

  [[nodiscard]] bool contains(const ring_id& id, timestamp now) const;

private:
  // By id, with the end of its time.
  std::vector<std::pair<ring_id, timestamp>> peers_;
};

} // namespace carillon::chord
