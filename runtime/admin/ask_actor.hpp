#pragma once

#include "actors/ended_actor.hpp"
#include "actors/quiet.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduled_actor.hpp>

#include <utility>

namespace carillon {

/// Asks an actor from a thread that must not wait. The question is an actor of
/// its own until the answer is there.
/// @param done takes an `Answer`, or an error when `target` has ended: called
///        at most once, on another thread.
template <class Answer, class Target, class Done, class... Question>
void ask_actor(caf::actor_system& system, const Target& target, Done done,
               Question... question) {
  // Arguments, not captures: CAF binds a null reference where there are none.
  system.spawn<caf::hidden>(
    [](caf::event_based_actor* self, const Target& whom, const Done& take,
       const Question&... what) {
      be_quiet(self);
      // An actor that ends may leave its questions without an answer.
      self->monitor(whom);
      self->set_down_handler([self](caf::down_msg&) { self->quit(); });
      self->request(whom, caf::infinite, what...)
        .then([take](const Answer& answer) { take(expected<Answer>{answer}); },
              [take](const caf::error& why) {
                take(expected<Answer>{tl::unexpected{ended_actor(why)}});
              });
    },
    target, std::move(done), std::move(question)...);
}

} // namespace carillon
