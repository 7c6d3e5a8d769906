#pragma once

#include "protocols/chord/finger_table.hpp"
#include "protocols/chord/invariant.hpp"

namespace carillon::chord {

/// Gives what each of these peers knows of its neighbours once the ring of all
/// of them has settled, in the order of their ids: where joins and rounds of
/// stabilize end. Alone, a peer has neither predecessor nor successors.
[[nodiscard]] std::vector<member_view> settled_ring(peer_list peers,
                                                    size_t successors);

/// As above, for one peer.
/// @param sorted all peers, in the order of their ids.
/// @param which the position of the peer among them.
[[nodiscard]] member_view settled_place(const peer_list& sorted, size_t which,
                                        size_t successors);

/// Gives the finger table that refreshes end with in such a ring: the owners of
/// the targets that lie beyond the successor list.
/// @param sorted, which as above.
[[nodiscard]] finger_table settled_fingers(const peer_list& sorted,
                                           size_t which, size_t successors);

} // namespace carillon::chord
