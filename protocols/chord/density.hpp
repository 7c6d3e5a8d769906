#pragma once

#include "protocols/chord/peer_ref.hpp"

#include <cstddef>

namespace carillon::chord {

/// How far apart peers are, as far as tables tell: the gaps between successors,
/// and between fingers and the points that they are the first after. In an
/// honest table both are about as long as the mean gap of the ring. Source:
/// Castro et al., "Secure routing for structured peer-to-peer overlay
/// networks" (OSDI 2002), section 3.3; NISAN, section 3.3.
class density {
public:
  /// Adds a successor list.
  /// @param of the peer whose list it is.
  void add_successors(const ring_id& of, const peer_list& successors);

  /// Adds a finger table.
  void add_fingers(const ring_id& of, const peer_list& fingers);

  [[nodiscard]] size_t samples() const noexcept {
    return samples_;
  }

  /// Gives the mean gap as a part of the circle; 0 without samples.
  [[nodiscard]] double mean_gap() const noexcept {
    return samples_ == 0 ? 0 : sum_ / static_cast<double>(samples_);
  }

private:
  double sum_ = 0;
  size_t samples_ = 0;
};

/// Tells whether the peers of a table may be as far apart as they are.
/// @param gap how far apart peers of the ring are, or 0 when that is unknown;
///        then, and where there are too few samples, they may.
[[nodiscard]] bool is_plausible(double gap, const density& told);

} // namespace carillon::chord
