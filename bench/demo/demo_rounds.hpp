#pragma once

#include "bench/demo/demo_party.hpp"
#include "bench/durations.hpp"
#include "runtime/termination.hpp"

namespace carillon {

/// What a demonstration measures of its ring.
struct ring_figures {
  size_t peers = 0;
  /// Whether the ring's invariant holds and all neighbours are as they will be.
  bool consistent = false;
  double mean_hops = 0;
};

/// Checks the ring and counts the hops of lookups of random keys.
/// @returns `interrupted`, or what a lookup gives.
[[nodiscard]] expected<ring_figures> measure_ring(demo_ring& ring,
                                                  const termination& signals);

/// Measures registrations of new names: from a phone's REGISTER to its 200,
/// with admission and all records on disk. Their keys are made before: that
/// happens once in a user's life.
/// @returns `interrupted`, `unreachable` with the status when the answer is
///          another one, or what the phone gives.
[[nodiscard]] expected<durations>
measure_registrations(demo_party& party, const termination& signals,
                      size_t rounds);

/// Measures how long finding a user's adapter takes.
/// @returns `interrupted`, or what the reader gives.
[[nodiscard]] expected<durations> measure_lookups(const demo_party& asker,
                                                  const demo_party& wanted,
                                                  const termination& signals,
                                                  size_t rounds);

/// Measures how long rebuilding a user's key takes.
/// @returns as `measure_lookups`.
[[nodiscard]] expected<durations>
measure_reconstructions(const demo_party& asker, const demo_party& wanted,
                        const termination& signals, size_t rounds);

/// Measures calls from a phone's INVITE to its 302, without cached keys.
/// @returns as `measure_registrations`.
[[nodiscard]] expected<durations> measure_calls(demo_party& caller,
                                                const demo_party& callee,
                                                const termination& signals,
                                                size_t rounds);

} // namespace carillon
