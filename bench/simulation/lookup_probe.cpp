#include "bench/simulation/lookup_probe.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <array>

namespace carillon {

namespace {

/// Gives those who may answer for a key now.
std::array<chord::ring_id, 2> owners_of(const virtual_ring& ring,
                                        const chord::ring_id& key) {
  return {ring.owner_of(key).id, ring.owner_of(key, joining_time).id};
}

} // namespace

void probe_lookup(virtual_ring& ring, const chord::peer_ref& from,
                  const chord::ring_id& key, lookup_tally& into,
                  const std::function<bool(const chord::ring_id&)>& may_hide) {
  ++into.asked;
  const auto take = [&ring, &into, key, may_hide, asker = from.id,
                     before =
                       owners_of(ring, key)](const lookup_outcome* outcome) {
    if (!ring.is_member(asker)) {
      --into.asked;
      return;
    }
    if (!outcome || !*outcome)
      return;
    const auto& found = **outcome;
    const auto is_owner = [&](const auto& owners) {
      return std::ranges::any_of(owners, [&](chord::ring_id owner) {
        while (owner != found.owner.id && may_hide && may_hide(owner))
          owner = ring.next_member(owner);
        return owner == found.owner.id;
      });
    };
    if (is_owner(before) || is_owner(owners_of(ring, key))) {
      ++into.succeeded;
      into.hops.add(found.hops);
    } else {
      ++into.wrong;
    }
  };
  ring.request<lookup_outcome>(ring.handle(from), take, lookup_atom_v, key,
                               chord::lookup_options{});
}

} // namespace carillon
