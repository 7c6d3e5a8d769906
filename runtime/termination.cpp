#include "runtime/termination.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <utility>

namespace carillon {

namespace {

/// Tells whether somebody wants the process to outlive its terminal, as
/// nohup(1) does.
bool ignores_hangup() noexcept {
  struct sigaction present {};
  return ::sigaction(SIGHUP, nullptr, &present) == 0
    && present.sa_handler == SIG_IGN;
}

sigset_t termination_signals() noexcept {
  sigset_t result;
  ::sigemptyset(&result);
  ::sigaddset(&result, SIGINT);
  ::sigaddset(&result, SIGTERM);
  if (!ignores_hangup())
    ::sigaddset(&result, SIGHUP);
  return result;
}

timespec to_timespec(duration value) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(value);
  const std::chrono::nanoseconds rest = value - seconds;
  return {static_cast<time_t>(seconds.count()), rest.count()};
}

/// Waits for a signal.
/// @returns whether one came before the end.
bool wait_until(std::chrono::steady_clock::time_point end) {
  const auto signals = termination_signals();
  // A tracer interrupts the wait without a signal having come.
  for (;;) {
    const auto left =
      std::chrono::ceil<duration>(end - std::chrono::steady_clock::now());
    const auto limit = to_timespec(std::max(left, duration::zero()));
    if (::sigtimedwait(&signals, nullptr, &limit) != -1)
      return true;
    if (errno != EINTR)
      return false;
  }
}

} // namespace

termination::termination() {
  const auto signals = termination_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool termination::requested() const noexcept {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGINT) == 1
    || ::sigismember(&pending, SIGTERM) == 1;
}

void termination::request() noexcept {
  ::kill(::getpid(), SIGTERM);
}

void termination::wait() const noexcept {
  const auto signals = termination_signals();
  int which = 0;
  ::sigwait(&signals, &which);
}

void termination::hurry(duration longest, duration grace,
                        std::function<void(std::string_view)> announce) const {
  // It ends with the process, and touches nothing of it.
  std::thread{[longest, grace, announce = std::move(announce)] {
    const auto begin = std::chrono::steady_clock::now();
    while (wait_until(begin + longest)) {
      if (std::chrono::steady_clock::now() - begin < grace)
        continue;
      announce("a second signal: ending at once");
      std::_Exit(EXIT_FAILURE);
    }
    announce("ending in order takes too long: ending at once");
    std::_Exit(EXIT_FAILURE);
  }}.detach();
}

} // namespace carillon
