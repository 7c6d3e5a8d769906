#include "actors/service_supervisor.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

service_supervisor_state::~service_supervisor_state() {
  if (!service)
    return;
  config_.addressees->remove(config_.name);
  caf::anon_send_exit(service, caf::exit_reason::user_shutdown);
}

void service_supervisor_state::start(service_supervisor_config given) {
  config_ = std::move(given);
  spawn();
}

void service_supervisor_state::on_down(const caf::down_msg& msg) {
  if (msg.source != service.address())
    return;
  config_.addressees->remove(config_.name);
  const bool again = config_.restarts.take(config_.node->time->now());
  config_.node->log(subsystem::node).write(log_level::error, {}, [&] {
    return "the service " + config_.name + " has died: " + to_string(msg.reason)
      + (again ? "; it is brought back"
               : "; it has died too often: this node goes on without it");
  });
  service = nullptr;
  if (again)
    spawn();
}

void service_supervisor_state::spawn() {
  service = config_.make(self->system());
  self->monitor(service);
  config_.addressees->enter(config_.name, service);
}

service_supervisor_actor::behavior_type service_supervisor(
  service_supervisor_actor::stateful_pointer<service_supervisor_state> self,
  service_supervisor_config config) {
  be_quiet(self);
  auto& state = self->state;
  self->set_down_handler(
    [&state](const caf::down_msg& msg) { state.on_down(msg); });
  state.start(std::move(config));
  return {
    [&state](view_atom) { return state.service; },
  };
}

} // namespace carillon
