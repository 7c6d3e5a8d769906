#pragma once

#include "bench/load/crypto_floor.hpp"
#include "bench/load/load_session.hpp"
#include "bench/scenario.hpp"

#include <optional>
#include <vector>

namespace carillon {

/// A load, and what was loaded.
struct load_combination {
  /// Nothing for a target, which does not tell.
  std::optional<identity::security_mode> mode;
  bool is_cold = false;
  load_figures figures;
  double crypto_floor_us = 0;
};

/// What `bench register` and `bench call` give.
struct load_results {
  phone_operation what{};
  /// The one that counts first; at least that.
  std::vector<load_combination> combinations;
  /// One rate after the other, with warm key caches; at least one.
  std::vector<load_figures> steps;
  /// CPU of a node that nobody asks anything, microseconds a second; nothing
  /// for a target.
  std::optional<double> idle_cpu_us;
};

/// Gives the last of the steps that come before one that the node has not kept
/// up with; nothing when that is the first one.
[[nodiscard]] const load_figures*
last_good_step(const std::vector<load_figures>& steps);

/// Gives the `results` of a report.
[[nodiscard]] nlohmann::json to_json(const load_results& results);

/// Shows results to people: text, plots and tables.
void show_load(scenario_run& run, const load_results& results, size_t users);

} // namespace carillon
