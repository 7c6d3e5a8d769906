#pragma once

#include "bench/durations.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace carillon {

/// What came of a closed loop.
struct closed_loop_result {
  /// From the first question to the last answer.
  std::chrono::nanoseconds elapsed{};
  /// Of those that were answered.
  durations latency;
};

/// Asks questions inside the process, so many at a time: each answer is
/// followed by the next question. Blocks until all are answered.
/// @param ask is given an actor and the number of the question, sends a request
///        and gives the handle of its response. Runs on a thread of the system.
/// @param take is given each answer, likewise; failed requests are skipped.
template <class Answer, class Ask, class Take>
closed_loop_result run_closed_loop(caf::actor_system& system, size_t questions,
                                   size_t concurrency, Ask ask, Take take) {
  using clock_type = std::chrono::steady_clock;
  struct loop {
    size_t asked = 0;
    size_t ended = 0;
    closed_loop_result result;
  };
  const auto begin = clock_type::now();
  auto state = std::make_shared<loop>();
  caf::scoped_actor waiting{system, true};
  const auto waiter = caf::actor_cast<caf::actor>(waiting);
  // With an argument: CAF 0.17 reads those of a function that has none.
  const auto body = [=](caf::event_based_actor* self,
                        const std::shared_ptr<loop>&) {
    const auto next = std::make_shared<std::function<void()>>();
    *next = [=, weak = std::weak_ptr{next}] {
      if (state->asked == questions)
        return;
      const auto start = clock_type::now();
      const auto finish = [=] {
        if (++state->ended == questions)
          self->send(waiter, caf::ok_atom_v);
        else if (const auto again = weak.lock())
          (*again)();
      };
      ask(self, state->asked++)
        .then(
          [=](const Answer& answer) {
            state->result.latency.add(clock_type::now() - start);
            take(answer);
            finish();
          },
          [=](const caf::error&) { finish(); });
    };
    for (size_t i = 0; i < concurrency && i < questions; ++i)
      (*next)();
    return caf::behavior{[next](caf::ok_atom) {
    }};
  };
  const auto worker = system.spawn(body, state);
  if (questions > 0)
    waiting->receive([](caf::ok_atom) {});
  caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
  state->result.elapsed = clock_type::now() - begin;
  return std::move(state->result);
}

} // namespace carillon
