#pragma once

#include "protocols/chord/peer_ref.hpp"

#include <memory>
#include <optional>
#include <span>

namespace carillon::chord {

/// The long-distance routes of one peer: for each exponent i below 160 the
/// first peer at or after self + 2^i. Equal entries are kept once, so a table
/// holds about log2(N) of them.
/// Source: Stoica et al., "Chord", section 4.3.
class finger_table {
public:
  explicit finger_table(const ring_id& self)
    : self_(self) {}

  /// Enters who answers for self + 2^exponent. Entries between that target and
  /// `peer` contradict the answer and are dropped, and so are those between
  /// `peer` and the next target, which are not the first after any. The peer
  /// itself is ignored.
  /// @returns whether the table changed
  bool set(size_t exponent, const peer_ref& peer);

  /// Removes a peer.
  /// @returns whether the table held it
  bool drop(const ring_id& id);

  /// Removes the entries nearer than self + 2^exponent.
  /// @returns whether there were any
  bool drop_below(size_t exponent);

  /// Gives the entry that precedes `key` most closely and is not excluded;
  /// null when there is none between this peer and the key.
  [[nodiscard]] const peer_ref*
  closest_preceding(const ring_id& key,
                    std::span<const ring_id> exclude) const noexcept;

  /// Gives the least exponent whose target lies past the entry before `id`: the
  /// first one that a finger `id` serves.
  [[nodiscard]] size_t exponent_before(const ring_id& id) const noexcept;

  /// Gives the distinct entries, nearest first.
  [[nodiscard]] const peer_list& entries() const noexcept {
    return entries_;
  }

private:
  ring_id self_;
  peer_list entries_;
};

/// An unchanging table that its writer shares with readers.
using finger_table_ptr = std::shared_ptr<const finger_table>;

} // namespace carillon::chord
