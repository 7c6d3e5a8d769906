#pragma once

#include "bench/durations.hpp"
#include "bench/rings/settled_host.hpp"
#include "bench/scenario.hpp"

#include <string>

namespace carillon {

/// What came of many lookups.
struct lookup_figures {
  std::chrono::nanoseconds elapsed{};
  durations latency;
  histogram hops;
  size_t failed = 0;
};

/// Has random peers look for random keys.
/// @param concurrency how many lookups are under way at a time.
/// @returns `interrupted`.
[[nodiscard]] expected<lookup_figures> run_lookups(scenario_run& run,
                                                   settled_host& host,
                                                   size_t lookups,
                                                   size_t concurrency);

/// Gives the object of a report about hops.
[[nodiscard]] nlohmann::json hops_json(const histogram& hops);

/// Draws how many hops the lookups took.
[[nodiscard]] plot hops_plot(const histogram& hops);

/// Says the same for people.
[[nodiscard]] std::string describe_hops(const histogram& hops);

} // namespace carillon
