#pragma once

#include "bench/simulation/ring_user.hpp"
#include "bench/simulation/virtual_ring.hpp"

#include <set>
#include <string>
#include <vector>

namespace carillon {

/// Records of users in a ring in virtual time: the shares of their keys and
/// their locations.
class stored_records {
public:
  /// Admits users and has their records stored by random peers. Runs the ring
  /// until all are stored.
  /// @returns what admitting users gives, or `timeout` when a record cannot be
  ///          stored.
  [[nodiscard]] static expected<stored_records> make(virtual_ring& ring,
                                                     size_t users);

  [[nodiscard]] size_t size() const noexcept {
    return keys_.size();
  }

  /// Asks all holders of all records, and gives how many records none of them
  /// has. Runs the ring until they have answered.
  [[nodiscard]] size_t count_lost(virtual_ring& ring) const;

private:
  stored_records() = default;

  std::vector<std::string> keys_;
};

} // namespace carillon
