#pragma once

#include <caf/default_attachable.hpp>
#include <caf/scheduled_actor.hpp>

namespace carillon {

/// Replaces CAF's default handlers, which print to standard output: messages
/// that nobody expects are dropped, an exception or an exit ends the actor
/// with its reason, so that its supervisor decides.
inline void be_quiet(caf::scheduled_actor* self) {
  self->set_default_handler(
    [](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
      return caf::sec::unexpected_message;
    });
  self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) {});
  self->set_error_handler([](caf::scheduled_actor* me, caf::error& reason) {
    // An answer that bounced concerns one request only; its deadline ends it.
    if (reason.category() != caf::atom("system"))
      me->quit(std::move(reason));
  });
  self->set_exception_handler(
    [](caf::scheduled_actor*, std::exception_ptr&) -> caf::error {
      return caf::sec::runtime_error;
    });
}

} // namespace carillon
