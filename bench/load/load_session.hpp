#pragma once

#include "bench/defaults.hpp"
#include "bench/load/load_phones.hpp"
#include "bench/load/measured_node.hpp"
#include "bench/load/udp_load.hpp"
#include "bench/scenario.hpp"

#include <memory>
#include <optional>
#include <string>

namespace carillon {

/// What came of one load.
struct load_figures {
  open_loop_schedule schedule;
  load_account account;
  /// CPU of the node for each operation that was begun, microseconds; nothing
  /// for a target, whose CPU nobody here can see.
  std::optional<double> cpu_us;
  /// CPU of this process for each operation, microseconds.
  double generator_cpu_us = 0;

  /// Tells whether nothing failed and the node was done soon after the last
  /// operation had begun: it would have gone on like this.
  [[nodiscard]] bool keeps_up() const noexcept {
    return account.failed() == 0
      && account.last_ended() <= schedule.length() + defaults::load_lag;
  }
};

/// A node and the phones that load it: a `measured_node`, or one that runs
/// somewhere.
class load_session {
public:
  /// Starts a node, unless a target is given, and finds out that it answers.
  /// @param run must outlive the object.
  /// @param security of the node that is started.
  /// @returns what `measured_node::start`, `udp_load::open` and
  ///          `udp_load::probe` give.
  [[nodiscard]] static expected<std::unique_ptr<load_session>>
  start(scenario_run& run, const std::optional<endpoint>& target, size_t users,
        identity::security_mode security);

  [[nodiscard]] load_phones& phones() noexcept {
    return *phones_;
  }

  /// Runs a load.
  /// @param what for the progress.
  /// @returns `interrupted`, or `unreachable` when the node has ended.
  [[nodiscard]] expected<load_figures>
  measure(std::string what, const open_loop_schedule& schedule,
          load_source& source);

  /// As `measure`, for what has to be done before something else.
  /// @returns `unreachable` when anything has failed, too; the detail is for
  ///          people.
  [[nodiscard]] expected<load_figures>
  prepare(std::string what, const open_loop_schedule& schedule,
          load_source& source);

  /// Lets the node be.
  /// @returns its CPU in microseconds a second, nothing for a target; or
  ///          `interrupted`.
  [[nodiscard]] expected<std::optional<double>> rest(duration time);

private:
  explicit load_session(scenario_run& run)
    : run_(&run) {}

  [[nodiscard]] expected<void> check_node();

  scenario_run* run_;
  // None for a target.
  std::unique_ptr<measured_node> node_;
  std::optional<udp_load> load_;
  std::optional<load_phones> phones_;
};

/// Says how many operations failed in which way, for people: "2 x 503".
[[nodiscard]] std::string describe_failures(const load_account& account);

} // namespace carillon
