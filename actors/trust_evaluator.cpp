#include "actors/trust_evaluator.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

trust_evaluator_actor::behavior_type trust_evaluator(
  trust_evaluator_actor::stateful_pointer<trust_evaluator_state> self,
  size_t max_peers) {
  be_quiet(self);
  auto& seen = self->state.seen.emplace(max_peers);
  return {
    [&seen](const chord::ring_id& peer, trust::outcome what) {
      seen.add(peer, what);
    },
    [&seen](view_atom, const chord::ring_id& peer) { return seen.about(peer); },
  };
}

} // namespace carillon
