#pragma once

#include "bench/defaults.hpp"
#include "bench/scenario.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace carillon {

/// How far one of several points is, which are measured at the same time.
class point_progress {
public:
  /// Parts of one point.
  static constexpr size_t whole = 1000;

  point_progress(const termination& signals, std::atomic<size_t>& total)
    : signals_(signals)
    , total_(total) {}

  /// Tells how far the point is.
  /// @param part 0 to 1; less than before is ignored.
  void set(double part) {
    const auto done = static_cast<size_t>(std::clamp(part, 0.0, 1.0)
                                          * static_cast<double>(whole));
    if (done <= done_)
      return;
    total_.fetch_add(done - done_, std::memory_order_relaxed);
    done_ = done;
  }

  /// Tells whether somebody has asked to end.
  [[nodiscard]] bool is_interrupted() const {
    return signals_.requested();
  }

private:
  const termination& signals_;
  std::atomic<size_t>& total_;
  size_t done_ = 0;
};

/// Measures points that have nothing to do with each other on all processors.
/// @param measure is given a point and its `point_progress`, and gives what
///        came of it; called on several threads.
/// @returns the results in the order of the points; `interrupted`, or what the
///          first of them gave that failed.
template <class Result, class Point, class Measure>
expected<std::vector<Result>> run_points(scenario_run& run, std::string what,
                                         const std::vector<Point>& points,
                                         const Measure& measure) {
  std::vector<std::optional<expected<Result>>> found(points.size());
  std::atomic<size_t> next = 0;
  std::atomic<size_t> parts = 0;
  std::atomic<size_t> working = 0;
  const auto work = [&] {
    for (auto i = next++; i < points.size() && !run.signals.requested();
         i = next++) {
      point_progress steps{run.signals, parts};
      found[i].emplace(measure(points[i], steps));
      steps.set(1);
    }
    --working;
  };
  run.steps.begin(std::move(what), points.size() * point_progress::whole);
  std::vector<std::jthread> threads;
  const auto count = std::min<size_t>(
    points.size(), std::max(1u, std::thread::hardware_concurrency()));
  working = count;
  for (size_t i = 0; i < count; ++i)
    threads.emplace_back(work);
  while (working > 0) {
    std::this_thread::sleep_for(defaults::bench_poll_interval);
    run.steps.set(parts);
  }
  threads.clear();
  if (auto go_on = run.check_interrupted(); !go_on)
    return tl::unexpected{go_on.error()};
  std::vector<Result> results;
  for (auto& each : found) {
    if (!*each)
      return tl::unexpected{each->error()};
    results.push_back(std::move(**each));
  }
  return results;
}

/// Gives the `results` of a scenario of points.
/// @param describe makes an object of a point and what came of it.
template <class Point, class Result, class Describe>
nlohmann::json points_json(const std::vector<Point>& points,
                           const std::vector<Result>& found,
                           const Describe& describe) {
  auto list = nlohmann::json::array();
  for (size_t i = 0; i < points.size(); ++i)
    list.push_back(describe(points[i], found[i]));
  return {{"points", std::move(list)}};
}

} // namespace carillon
