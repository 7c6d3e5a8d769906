#pragma once

#include "protocols/chord/messages.hpp"
#include "protocols/chord/router.hpp"

namespace carillon::chord {

/// Handles a lookup that has arrived at a peer: answers it when the peer owns
/// the key, sends it on otherwise. A lookup that has used up its hops, or that
/// nobody could take further, is dropped: its origin notices by its deadline.
/// @param exclude peers that were found dead
void forward_lookup(const routing_view& view, lookup request,
                    std::span<const ring_id> exclude, outbox& out);

/// Tells whether a lookup goes on by a route, instead of ending here.
[[nodiscard]] bool can_go_on(const route& way, const lookup& request) noexcept;

/// Changes a lookup for its next hop.
/// @pre `can_go_on`
void go_on(const routing_view& view, const route& way, lookup& request);

/// Handles the answer of a recursive lookup on its way back.
/// @pre `answer.path` is not empty
void pass_back(lookup_answer answer, outbox& out);

/// Answers an iterative lookup's question.
void answer_next_hop(const routing_view& view, const peer_ref& from,
                     const get_next_hop& question, outbox& out);

/// Answers a guarded lookup's question; not outside a ring.
void answer_routes(const routing_view& view, const peer_ref& from,
                   const get_routes& question, outbox& out);

} // namespace carillon::chord
