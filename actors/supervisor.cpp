#include "actors/supervisor.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

peer_actor supervisor_state::add(const peer_config& given) {
  auto& which = children_[given.self.id];
  auto made = std::make_shared<peer_config>(given);
  made->supervisor = self;
  which.config = std::move(made);
  which.restarts = restart_limit{config.max_restarts, config.restart_period};
  spawn(which);
  return which.handle;
}

void supervisor_state::on_down(const caf::down_msg& msg) {
  const auto position = positions_.find(msg.source);
  if (position == positions_.end())
    return;
  const auto id = position->second;
  positions_.erase(position);
  auto& which = children_.at(id);
  config.node->directory->remove(which.config->self, which.handle);
  if (msg.reason == caf::exit_reason::user_shutdown || !which.ending.empty()) {
    forget(id);
  } else {
    restart(which, msg.reason);
  }
}

void supervisor_state::on_neighbours(const chord::member_view& view) {
  const auto position = children_.find(view.self.id);
  if (position != children_.end())
    position->second.neighbours = view;
}

caf::typed_response_promise<left_atom> supervisor_state::leave() {
  leaving_ = self->make_response_promise<left_atom>();
  auto promise = leaving_;
  for (const auto& [id, which] : children_)
    self->request(which.handle, caf::infinite, leave_atom_v)
      .then([](left_atom) {}, [](const caf::error&) {});
  finish_leaving();
  return promise;
}

caf::typed_response_promise<left_atom>
supervisor_state::remove(const chord::ring_id& id, bool in_order) {
  auto promise = self->make_response_promise<left_atom>();
  const auto position = children_.find(id);
  if (position == children_.end()) {
    promise.deliver(left_atom_v);
    return promise;
  }
  auto& which = position->second;
  which.ending.push_back(promise);
  if (in_order)
    self->request(which.handle, caf::infinite, leave_atom_v)
      .then([](left_atom) {}, [](const caf::error&) {});
  else
    self->send_exit(which.handle, caf::exit_reason::kill);
  return promise;
}

void supervisor_state::spawn(child& which) {
  which.handle = self->spawn<caf::monitored>(peer, which.config);
  positions_.emplace(which.handle.address(), which.config->self.id);
}

void supervisor_state::restart(child& which, const caf::error& reason) {
  const auto hopeless = !which.restarts.take(config.node->time->now());
  config.node->log(subsystem::node).write(log_level::error, {}, [&] {
    return "peer " + chord::brief(which.config->self.id)
      + " has died: " + to_string(reason)
      + (hopeless ? "; it has died too often and leaves the ring"
                  : "; it is brought back");
  });
  if (hopeless) {
    give_up(which);
    return;
  }
  // Whoever founded the ring finds it again through the other peers. Without
  // any, it founds it again.
  auto again = std::make_shared<peer_config>(*which.config);
  again->start = join_ring{};
  if (children_.size() == 1 && which.neighbours.successors.empty())
    again->start = found_ring{};
  which.config = std::move(again);
  spawn(which);
}

void supervisor_state::give_up(child& which) {
  const auto& view = which.neighbours;
  const chord::leaving farewell{view.predecessor, view.successors};
  const auto tell = [&](const chord::peer_ref& neighbour) {
    if (const auto handle = config.node->directory->resolve(neighbour))
      self->send(
        handle,
        overlay_message{which.config->self, chord::message{farewell}, nullptr});
  };
  if (view.predecessor)
    tell(*view.predecessor);
  if (!view.successors.empty() && view.predecessor != view.successors.front())
    tell(view.successors.front());
  forget(which.config->self.id);
}

void supervisor_state::forget(const chord::ring_id& id) {
  auto gone = children_.extract(id);
  for (auto& promise : gone.mapped().ending)
    promise.deliver(left_atom_v);
  finish_leaving();
}

void supervisor_state::finish_leaving() {
  if (children_.empty() && leaving_.pending())
    leaving_.deliver(left_atom_v);
}

supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self,
           supervisor_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.config = std::move(config);
  self->set_down_handler(
    [&state](const caf::down_msg& msg) { state.on_down(msg); });
  return {
    [&state](put_atom, const peer_config& given) { return state.add(given); },
    [&state](const chord::member_view& view) { state.on_neighbours(view); },
    [&state](leave_atom, const chord::ring_id& id) {
      return state.remove(id, true);
    },
    [&state](erase_atom, const chord::ring_id& id) {
      return state.remove(id, false);
    },
    [&state](leave_atom) { return state.leave(); },
  };
}

} // namespace carillon
