#pragma once

#include "protocols/chord/invariant.hpp"

namespace carillon::chord {

/// Gives what each of these peers knows of its neighbours once the ring of all
/// of them has settled, in the order of their ids: where joins and rounds of
/// stabilize end. Alone, a peer has neither predecessor nor successors.
[[nodiscard]] std::vector<member_view> settled_ring(peer_list peers,
                                                    size_t successors);

} // namespace carillon::chord
