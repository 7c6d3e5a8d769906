#pragma once

#include "protocols/chord/density.hpp"

#include <cstddef>
#include <vector>

namespace carillon::chord {

/// How far apart the peers of a ring are, as a peer's own table and the last
/// ones of peers that it knows by itself tell. Nobody can name peers that are
/// not there, so lies are always too sparse.
class gap_estimate {
public:
  /// Takes note of how far apart the peers of a table are, believed or not.
  /// Of tables with too few entries it does not.
  void add(const density& told);

  /// Gives how many tables it is made of.
  [[nodiscard]] size_t samples() const noexcept {
    return gaps_.size();
  }

  /// Tells whether the tables are enough to accuse anybody.
  [[nodiscard]] bool is_firm() const noexcept;

  /// Gives how far apart peers are as a part of the circle: what a quarter of
  /// the tables stays below, which is true even if half of them lie. 0 if
  /// nothing is known.
  /// @param own of the peer's own table, which counts as well.
  /// @param heard of tables of one lookup, which count as long as those of
  ///        known peers are few: liars lead to each other, so that these may
  ///        be worse than a quarter.
  [[nodiscard]] double usual(const density& own,
                             const std::vector<density>& heard) const;

private:
  // The oldest at `next_` once it is full.
  std::vector<double> gaps_;
  size_t next_ = 0;
};

} // namespace carillon::chord
