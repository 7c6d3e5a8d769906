#pragma once

#include "bench/durations.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace carillon {

/// What came of the operations of a load. It knows no clock: times are those
/// since the load began.
class load_account {
public:
  using time = std::chrono::nanoseconds;

  /// The kind of failure of an operation that had no final answer in time.
  static constexpr std::string_view no_answer = "no answer";

  /// Notes that an operation was begun.
  /// @param intended when it was meant to; that the load itself was late is
  ///        part of the latency.
  /// @param begun when it was; not before it was meant to.
  void begin(time intended, time begun);

  /// Notes the final answer that was wanted.
  /// @param intended as at `begin`.
  void succeed(time intended, time answered);

  /// Notes the end of an operation that failed. It has no latency, however it
  /// was answered: a quick refusal must not make the others look quick.
  /// @param kind e.g. a status code, or `no_answer`.
  void fail(std::string_view kind, time ended);

  /// Notes that a request was sent again.
  void repeat() noexcept {
    ++repeated_;
  }

  /// Gives how many operations were begun.
  [[nodiscard]] size_t offered() const noexcept {
    return offered_;
  }

  /// Gives how many were answered as wanted.
  [[nodiscard]] size_t answered() const noexcept {
    return latency_.count();
  }

  /// Gives how many failed.
  [[nodiscard]] size_t failed() const noexcept {
    return failed_;
  }

  /// Gives how many requests were sent again.
  [[nodiscard]] size_t repeated() const noexcept {
    return repeated_;
  }

  /// Gives when the last operation had ended, well or not.
  [[nodiscard]] time last_ended() const noexcept {
    return last_ended_;
  }

  /// Gives the share of the operations that failed; 0 when there were none.
  [[nodiscard]] double failures() const noexcept;

  /// Gives how many failed of each kind.
  [[nodiscard]] const std::map<std::string, size_t, std::less<>>&
  kinds() const noexcept {
    return kinds_;
  }

  /// Gives the time from when an operation was meant to begin to its answer, of
  /// those that were answered as wanted.
  [[nodiscard]] const durations& latency() const noexcept {
    return latency_;
  }

  /// Gives how late operations were begun.
  [[nodiscard]] const durations& lateness() const noexcept {
    return lateness_;
  }

  /// Gives how many operations were begun each second.
  /// @param planned how long beginning them was meant to take; above 0. What it
  ///        took longer counts.
  [[nodiscard]] double offered_per_second(time planned) const noexcept;

  /// Gives how many operations were answered as wanted each second, until the
  /// last one had ended.
  /// @param planned as above.
  [[nodiscard]] double answered_per_second(time planned) const noexcept;

private:
  size_t offered_ = 0;
  size_t failed_ = 0;
  size_t repeated_ = 0;
  time last_begun_{};
  time last_ended_{};
  durations latency_;
  durations lateness_;
  std::map<std::string, size_t, std::less<>> kinds_;
};

} // namespace carillon
