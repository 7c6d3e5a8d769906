#pragma once

#include "actors/interfaces.hpp"

#include <caf/stateful_actor.hpp>

#include <optional>

namespace carillon {

/// What one peer has seen of others.
struct trust_evaluator_state {
  static constexpr const char* name = "trust_evaluator";

  std::optional<trust::evidence> seen;
};

/// Turns the evidence of a peer into opinions about others, of which it
/// remembers at most `max_peers`.
trust_evaluator_actor::behavior_type trust_evaluator(
  trust_evaluator_actor::stateful_pointer<trust_evaluator_state> self,
  size_t max_peers);

} // namespace carillon
