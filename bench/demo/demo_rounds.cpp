#include "bench/demo/demo_rounds.hpp"

#include "actors/sip_status.hpp"
#include "bench/defaults.hpp"
#include "bench/rings/random_key.hpp"
#include "protocols/chord/defaults.hpp"
#include "protocols/chord/invariant.hpp"

#include <chrono>
#include <string>

namespace carillon {

namespace {

/// Measures an operation in all rounds.
/// @param run is given the number of the round, and gives an `expected`.
template <class Run>
expected<durations> repeat(const termination& signals, size_t rounds, Run run) {
  durations result;
  for (size_t round = 0; round < rounds; ++round) {
    if (signals.requested())
      return fail(errc::interrupted);
    const auto begin = std::chrono::steady_clock::now();
    const auto done = run(round);
    const auto end = std::chrono::steady_clock::now();
    if (!done)
      return tl::unexpected{done.error()};
    result.add(std::chrono::duration_cast<duration>(end - begin));
  }
  return result;
}

expected<void> expect_status(const expected<sip::message>& answer,
                             unsigned wanted) {
  if (!answer)
    return tl::unexpected{answer.error()};
  if (answer->status() != wanted)
    return fail(errc::unreachable,
                "the adapter answered " + std::to_string(answer->status()) + " "
                  + answer->reason());
  return {};
}

} // namespace

expected<ring_figures> measure_ring(demo_ring& ring,
                                    const termination& signals) {
  const auto views = ring.views();
  ring_figures result;
  result.peers = views.size();
  result.consistent = !chord::violated_invariant(views, {})
    && chord::settled_share(views, chord::defaults::successors) == 1.0;
  size_t hops = 0;
  auto& random = ring.random();
  for (size_t i = 0; i < defaults::demo_lookups; ++i) {
    if (signals.requested())
      return fail(errc::interrupted);
    const auto& from = ring.peers()[random() % ring.peers().size()];
    const auto found = ring.lookup(from, random_key(random));
    if (!found)
      return tl::unexpected{found.error()};
    hops += found->hops;
  }
  result.mean_hops =
    static_cast<double>(hops) / static_cast<double>(defaults::demo_lookups);
  return result;
}

expected<durations> measure_registrations(demo_party& party,
                                          const termination& signals,
                                          size_t rounds) {
  const auto guest = [](size_t round) {
    return "guest-" + std::to_string(round);
  };
  for (size_t round = 0; round < rounds; ++round)
    if (auto made = party.make_keys(guest(round)); !made)
      return tl::unexpected{made.error()};
  return repeat(signals, rounds, [&](size_t round) {
    return expect_status(party.phone().register_name(guest(round)),
                         sip_status::ok);
  });
}

expected<durations> measure_lookups(const demo_party& asker,
                                    const demo_party& wanted,
                                    const termination& signals, size_t rounds) {
  return repeat(signals, rounds,
                [&](size_t) { return asker.find(wanted.aor()).found; });
}

expected<durations> measure_reconstructions(const demo_party& asker,
                                            const demo_party& wanted,
                                            const termination& signals,
                                            size_t rounds) {
  return repeat(signals, rounds,
                [&](size_t) { return asker.read_key(wanted.aor()).bundle; });
}

expected<durations> measure_calls(demo_party& caller, const demo_party& callee,
                                  const termination& signals, size_t rounds) {
  return repeat(signals, rounds, [&](size_t) {
    return expect_status(caller.phone().call(callee.aor().user),
                         sip_status::moved_temporarily);
  });
}

} // namespace carillon
