#pragma once

#include "protocols/chord/ring_id.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace carillon::chord {

/// Those who have named peers to one lookup, and what became of whom they
/// named. Hostile peers that are believed by mistake name each other, so that
/// most of whom they name turn out to be of no use; of whom an honest peer
/// names only as many do as there are hostile and dead ones in the ring.
class informants {
public:
  using number = uint8_t;

  /// Who named a peer: the first few of them.
  class set {
  public:
    void add(number who) noexcept;

    [[nodiscard]] const number* begin() const noexcept {
      return members_.data();
    }

    [[nodiscard]] const number* end() const noexcept {
      return members_.data() + size_;
    }

  private:
    std::array<number, 4> members_{};
    uint8_t size_ = 0;
  };

  /// Adds an informant, or takes note of what it tells now.
  /// @param gap how far apart the peers of its table are; 0 if unknown.
  void enter(const ring_id& who, double gap);

  /// Gives the number of an informant that was entered.
  [[nodiscard]] number number_of(const ring_id& who) const;

  /// Sets how far apart the peers of a table can be at most; 0 if unknown.
  void set_sparsest(double gap) noexcept {
    sparsest_ = gap;
  }

  /// Takes note of what became of a peer that was asked.
  void judge(const set& named_by, bool was_of_use);

  /// Tells whether a peer is known from nobody but those who have misled. Who
  /// was named by nobody is known to the asker itself.
  [[nodiscard]] bool is_dubious(const set& named_by) const;

  /// Tells whether most of whom a peer has named were of no use, or its table
  /// cannot be true.
  [[nodiscard]] bool has_misled(const ring_id& who) const;

private:
  struct informant {
    ring_id id;
    double gap = 0;
    uint8_t useful = 0;
    uint8_t useless = 0;
  };

  [[nodiscard]] bool has_misled(const informant& who) const noexcept;

  std::vector<informant> all_;
  double sparsest_ = 0;
};

} // namespace carillon::chord
