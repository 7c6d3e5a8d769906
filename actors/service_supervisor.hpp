#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "actors/restart_limit.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>

#include <functional>
#include <memory>
#include <string>

namespace carillon {

/// A service of a node and where it is entered.
struct service_supervisor_config {
  node_context_ptr node;
  /// The name under which peers deliver to it.
  std::string name;
  std::shared_ptr<addressee_directory> addressees;
  /// Spawns it.
  std::function<delivery_actor(caf::actor_system&)> make;
  restart_limit restarts;
};

/// The service and how often it has died.
struct service_supervisor_state {
  static constexpr const char* name = "service_supervisor";

  explicit service_supervisor_state(service_supervisor_actor::pointer owner)
    : self(owner) {}

  service_supervisor_state(const service_supervisor_state&) = delete;

  /// Ends the service.
  ~service_supervisor_state();

  void start(service_supervisor_config given);
  void on_down(const caf::down_msg& msg);

  service_supervisor_actor::pointer self;
  delivery_actor service;

private:
  void spawn();

  service_supervisor_config config_;
};

/// Brings a service back that dies. One that dies too often is given up, with
/// an error in the log, and the process lives on.
service_supervisor_actor::behavior_type service_supervisor(
  service_supervisor_actor::stateful_pointer<service_supervisor_state> self,
  service_supervisor_config config);

} // namespace carillon
