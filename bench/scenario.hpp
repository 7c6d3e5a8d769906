#pragma once

#include "bench/bench_options.hpp"
#include "bench/html/page.hpp"
#include "bench/progress.hpp"
#include "bench/report.hpp"
#include "bench/text_output.hpp"
#include "runtime/termination.hpp"

#include <string_view>

namespace carillon {

/// What a scenario works with while it runs.
struct scenario_run {
  const bench_options& options;
  const termination& signals;
  /// Tells how far it is.
  progress& steps;
  /// Takes what people read.
  text_output& out;
  /// Takes `parameters` and `results`.
  report& data;
  /// Takes plots and tables of the page for people.
  page_section& shown;

  /// Gives what was asked for, or what fits the size of the run.
  template <class T>
  [[nodiscard]] T choose(const std::optional<T>& given, T small, T full) const {
    return given.value_or(options.quick ? small : full);
  }

  /// @returns `interrupted` once somebody has asked to end.
  [[nodiscard]] expected<void> check_interrupted() const {
    if (signals.requested())
      return fail(errc::interrupted);
    return {};
  }
};

/// One thing that `carillon bench` measures.
struct scenario {
  std::string_view name;
  /// One line for people.
  std::string_view sentence;
  bench_option_set options = 0;
  /// @returns `interrupted`, or what stood in the way.
  expected<void> (*run)(scenario_run&) = nullptr;
};

} // namespace carillon
