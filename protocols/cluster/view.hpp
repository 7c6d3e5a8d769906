#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace carillon::cluster {

/// Names a member: drawn at random when its data directory was new. Zero is
/// nobody.
using member_id = uint64_t;

/// A process of the cluster.
struct member {
  member_id id = 0;
  /// The operator's name for it, which need not be its own alone.
  std::string name;
  /// Where other members connect, as "host:port".
  std::string endpoint;

  bool operator==(const member&) const = default;
};

/// Where one virtual peer of the cluster runs.
struct seat {
  /// Who runs the peer; nobody while it is handed over.
  member_id holder = 0;
  /// Who ran it before; nobody before its first run. The next holder has to
  /// wait for this one while the seat is vacant.
  member_id former = 0;
  /// Rises with each change of the holder.
  uint64_t incarnation = 0;

  bool operator==(const seat&) const = default;
};

/// Tells which of two views is the newer one.
struct view_version {
  /// The term of the leader that proposed it.
  uint64_t term = 0;
  /// Rises with each proposal.
  uint64_t number = 0;

  auto operator<=>(const view_version&) const = default;
};

/// Who is in the cluster, and which member runs which peer.
struct view {
  view_version version;
  /// In the order of their ids, each once.
  std::vector<member> members;
  /// Seat i is that of the virtual peer with the index i.
  std::vector<seat> seats;

  bool operator==(const view&) const = default;
};

/// Finds a member of a view.
/// @returns null when there is none with this id.
[[nodiscard]] const member* find_member(const view& where,
                                        member_id id) noexcept;

/// Tells whether more than half of the members fulfil a condition; never for a
/// view without members.
template <class Predicate>
[[nodiscard]] bool is_majority(const view& where, Predicate holds) {
  size_t count = 0;
  for (const auto& each : where.members)
    count += holds(each.id) ? 1 : 0;
  return 2 * count > where.members.size();
}

/// Gives the peers that a member runs, in the order of their indexes.
[[nodiscard]] std::vector<uint32_t> seats_of(const view& where, member_id id);

} // namespace carillon::cluster
