#include "actors/peer.hpp"

#include "actors/defaults.hpp"
#include "actors/finger_manager.hpp"
#include "actors/quiet.hpp"
#include "actors/share_holder.hpp"
#include "actors/trust_evaluator.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <iterator>

namespace carillon {

using chord::ring_member;

namespace {

/// Gives the trace id of another node, if it is one: it goes into logs.
std::string clean_trace(const std::string& given) {
  const auto is_hex_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  return given.size() <= defaults::max_trace
      && std::ranges::all_of(given, is_hex_digit)
    ? given
    : std::string{};
}

} // namespace

peer_state::~peer_state() {
  // A promise that is dropped would leave its asker waiting for ever.
  for (auto& [id, promise] : askers_)
    promise.deliver(
      lookup_outcome{fail(errc::unreachable, "the peer has ended")});
}

void peer_state::start(peer_config_ptr given) {
  config_ = std::move(given);
  random_.seed(static_cast<uint32_t>(config_->seed));
  auto ring = config_->ring;
  ring.keeps_unnamed |= config_->node->expected_hostile_share > 0;
  member_.emplace(config_->self, ring);
  lookups_ = chord::lookup_table{config_->node->nonce_secret};
  fingers_ = std::make_shared<const chord::finger_table>(config_->self.id);
  const peer_actor handle{self};
  const auto& node = *config_->node;
  alarm_ = {node.alarms, self};
  manager_ = self->spawn<caf::linked>(
    finger_manager,
    finger_manager_config{node.time, node.alarms, config_->self.id, handle,
                          config_->finger_refresh_interval,
                          config_->max_finger_refresh_interval, random_(),
                          node.expected_hostile_share > 0});
  holder = config_->make_holder
    ? config_->make_holder(self, *config_, handle)
    : self->spawn<caf::linked>(share_holder,
                               make_share_holder_config(*config_, handle));
  node.directory->enter(config_->self, handle);
  if (std::holds_alternative<found_ring>(config_->start))
    member_->found(some_time_ago());
  else if (std::holds_alternative<join_ring>(config_->start))
    join();
  settle();
}

void peer_state::on_place(const ring_place& place) {
  if (place.fingers) {
    fingers_ = place.fingers;
    self->send(manager_, fingers_atom_v, place.fingers);
  }
  member_->adopt(place.predecessor, place.successors, some_time_ago());
  settle();
}

void peer_state::on_message(overlay_message& msg) {
  config_->node->metrics->overlay_messages.add();
  if (auto* ring = std::get_if<chord::message>(&msg.body)) {
    if (auto* request = std::get_if<chord::lookup>(ring))
      forward(msg, *request);
    else
      on_chord(msg.from, *ring);
    return;
  }
  const auto* delivery =
    std::get_if<p2psip::delivery>(&std::get<p2psip::message>(msg.body));
  if (delivery == nullptr) {
    // Who waits until the message was dealt with waits for the holder, too.
    self->delegate(holder, msg);
    return;
  }
  if (!config_->find_addressee)
    return;
  if (const auto addressee = config_->find_addressee(delivery->addressee))
    self->send(addressee, deliver_atom_v, msg.from,
               p2psip::delivery{delivery->addressee,
                                clean_trace(delivery->trace),
                                delivery->content});
}

void peer_state::on_tick() {
  const auto now = config_->node->time->now();
  chord::outbox out;
  member_->tick(now, out);
  merge_.tick(now, *member_, random_, out);
  lookups_.tick(now, routes(), out);
  guarded_.tick(now, routes(), out);
  for (const auto& silent : {lookups_.take_silent(), guarded_.take_silent()})
    for (const auto& id : silent) {
      self->send(manager_, failed_atom_v, id);
      member_->suspect(id, now, out);
    }
  flush(out);
  if (join_retry_ <= now)
    join();
  settle();
}

void peer_state::on_failed(const chord::ring_id& id) {
  const auto now = config_->node->time->now();
  chord::outbox out;
  member_->peer_failed(id, now, out);
  lookups_.peer_failed(id, now, routes(), out);
  guarded_.peer_failed(id, now, routes(), out);
  self->send(manager_, failed_atom_v, id);
  flush(out);
  settle();
}

void peer_state::on_fingers(chord::finger_table_ptr table) {
  fingers_ = std::move(table);
}

caf::typed_response_promise<lookup_outcome>
peer_state::lookup(const chord::ring_id& key,
                   const chord::lookup_options& options) {
  auto promise = self->make_response_promise<lookup_outcome>();
  chord::outbox out;
  const auto id = start_lookup(key, options, out);
  if (!id) {
    promise.deliver(lookup_outcome{tl::unexpected{id.error()}});
    return promise;
  }
  askers_.emplace(*id, promise);
  flush(out);
  settle();
  return promise;
}

expected<uint64_t>
peer_state::start_lookup(const chord::ring_id& key,
                         const chord::lookup_options& options,
                         chord::outbox& out) {
  const auto now = config_->node->time->now();
  const auto is_guarded = options.strategy == chord::routing_strategy::guarded
    || config_->node->expected_hostile_share > 0;
  if (!is_guarded)
    return lookups_.start(key, options, now, routes(), out);
  if (guarded_.size() >= chord::defaults::pending_lookups)
    return fail(errc::overloaded, "too many guarded lookups at this peer");
  if (member_->current_state() != ring_member::state::member)
    return fail(errc::unreachable, "the peer is not part of a ring yet");
  const auto id = lookups_.next_id(config_->self.id) << 8;
  guarded_.start(id, key, now, routes(), out);
  return id;
}

void peer_state::deliver(const chord::peer_ref& to,
                         const p2psip::delivery& what) {
  // What is for somebody at this node takes no way round by another process.
  const auto handle = same_node(to, config_->self)
    ? peer_actor{self}
    : config_->node->directory->resolve(to);
  if (handle)
    self->send(handle,
               overlay_message{config_->self, p2psip::message{what}, nullptr});
}

caf::typed_response_promise<left_atom> peer_state::leave() {
  auto promise = self->make_response_promise<left_atom>();
  const auto finish = [this, promise](const auto&) {
    chord::outbox out;
    member_->leave(out);
    flush(out);
    config_->node->directory->remove(config_->self, peer_actor{self});
    auto done = promise;
    done.deliver(left_atom_v);
    self->quit(caf::exit_reason::user_shutdown);
  };
  self->request(holder, caf::infinite, leave_atom_v)
    .then([finish](left_atom) { finish(left_atom_v); },
          [finish](const caf::error& reason) { finish(reason); });
  return promise;
}

const trust_evaluator_actor& peer_state::evaluator() {
  // Most peers never ask anybody themselves.
  if (!evaluator_)
    evaluator_ =
      self->spawn<caf::linked>(trust_evaluator, trust::defaults::max_peers);
  return evaluator_;
}

peer_view peer_state::view() const {
  return {{config_->self, member_->predecessor(), member_->successors()},
          member_->current_state(),
          fingers_->entries().size()};
}

chord::routing_view peer_state::routes() const {
  return {*member_, *fingers_};
}

void peer_state::on_chord(const chord::peer_ref& from,
                          const chord::message& msg) {
  const auto now = config_->node->time->now();
  chord::outbox out;
  if (const auto* question = std::get_if<chord::get_next_hop>(&msg)) {
    chord::answer_next_hop(routes(), from, *question, out);
    for (const auto& silent : question->exclude)
      member_->suspect(silent, now, out);
    flush(out);
    settle();
    return;
  }
  if (const auto* question = std::get_if<chord::get_routes>(&msg)) {
    chord::answer_routes(routes(), from, *question, out);
    flush(out);
    return;
  }
  if (const auto* table = std::get_if<chord::routes>(&msg)) {
    guarded_.handle(from, *table, now, routes(), out);
    for (const auto& id : guarded_.take_disbelieved())
      self->send(manager_, failed_atom_v, id);
    flush(out);
    settle();
    return;
  }
  const auto* answer = std::get_if<chord::lookup_answer>(&msg);
  if (answer != nullptr && !answer->path.empty()) {
    chord::pass_back(*answer, out);
    flush(out);
    return;
  }
  member_->handle(from, msg, now, out);
  merge_.handle(from, msg, now, *member_, *fingers_, out);
  lookups_.handle(from, msg, now, routes(), out);
  flush(out);
  settle();
}

/// Sends a lookup on, or answers it. Most messages of a busy ring pass here:
/// what goes on is the message that came, and nothing is copied.
void peer_state::forward(overlay_message& msg, chord::lookup& request) {
  const auto view = routes();
  const auto way = chord::find_route(view, request.key, request.final, {});
  if (!chord::can_go_on(way, request)) {
    forward_past(request, {});
    return;
  }
  const auto handle = config_->node->directory->resolve(*way.next);
  if (!handle) {
    forward_past(request, {way.next->id});
    return;
  }
  chord::go_on(view, way, request);
  msg.from = config_->self;
  msg.credit.reset();
  self->send(handle, std::move(msg));
}

/// As above, past peers that turn out to be dead on the way.
void peer_state::forward_past(const chord::lookup& request,
                              std::vector<chord::ring_id> dead) {
  if (!dead.empty())
    on_failed(dead.back());
  // Goes on until a hop is found that is alive, or nobody is left.
  for (;;) {
    chord::outbox out;
    chord::forward_lookup(routes(), request, dead, out);
    if (out.empty() || send(out.front()))
      return;
    dead.push_back(out.front().to.id);
    on_failed(dead.back());
  }
}

void peer_state::join() {
  join_retry_ = timestamp::max();
  const auto& node = *config_->node;
  const auto now = node.time->now();
  // Some of them are expected to lie.
  const auto wanted = node.expected_hostile_share > 0
    ? defaults::guarded_join_contacts
    : defaults::join_contacts;
  auto contacts = node.directory->contacts(wanted, config_->self.id, random_);
  chord::outbox out;
  if (const auto id = start_join_lookup(std::move(contacts), now, out)) {
    join_lookup_ = *id;
  } else if (member_->current_state() == ring_member::state::isolated) {
    // Nobody is left: what was a ring of many is now one of this peer.
    member_->found(now);
  } else {
    join_retry_ = now + defaults::join_retry_interval;
  }
  flush(out);
}

expected<uint64_t> peer_state::start_join_lookup(chord::peer_list contacts,
                                                 timestamp now,
                                                 chord::outbox& out) {
  if (contacts.empty() || config_->node->expected_hostile_share == 0)
    return lookups_.start_join(std::move(contacts), config_->lookups, now,
                               routes(), out);
  const auto id = lookups_.next_id(config_->self.id) << 8;
  guarded_.start_join(id, contacts, now, routes(), out);
  return id;
}

void peer_state::finish_join(const chord::finished_lookup& found) {
  join_lookup_.reset();
  const auto& node = *config_->node;
  const auto now = node.time->now();
  if (!found.result) {
    node.log(subsystem::ring).write(log_level::warning, {}, [&] {
      return "peer " + chord::brief(config_->self.id)
        + " cannot join: " + to_string(found.result.error());
    });
    // Those it knows are outside as well, and would wait for it as it waits
    // for them: somebody has to be the ring that the others join.
    if (member_->current_state() == ring_member::state::isolated
        || has_lost_patience()) {
      member_->found(now);
      return;
    }
    join_retry_ = now + defaults::join_retry_interval;
    return;
  }
  chord::outbox out;
  member_->join(
    {found.result->owner, found.result->successors.peers(), found.before}, now,
    out);
  flush(out);
}

/// Counts an attempt to join that has failed.
/// @returns whether it was the last one.
bool peer_state::has_lost_patience() {
  const auto* how = std::get_if<join_ring>(&config_->start);
  ++failed_joins_;
  return how != nullptr && how->patience && failed_joins_ >= *how->patience;
}

/// @returns whether the receiver is there; the message is used up then.
bool peer_state::send(chord::outgoing& msg) {
  const auto handle = config_->node->directory->resolve(msg.to);
  if (!handle)
    return false;
  self->send(handle,
             overlay_message{config_->self, std::move(msg.body), nullptr});
  return true;
}

void peer_state::flush(chord::outbox& out) {
  for (auto& msg : out) {
    if (send(msg))
      continue;
    if (const auto* request = std::get_if<chord::lookup>(&msg.body);
        request != nullptr && request->origin != config_->self)
      forward_past(*request, {msg.to.id});
    on_failed(msg.to.id);
  }
}

/// Gives a random moment of the last round of a quiet ring: peers that start
/// together must not all work at the same moments.
timestamp peer_state::some_time_ago() {
  const auto interval = config_->ring.max_stabilize_interval.count();
  const auto phase =
    static_cast<int64_t>(random_()) % std::max<int64_t>(interval, 1);
  return config_->node->time->now() - duration{phase};
}

void peer_state::settle() {
  for (const auto& lost : member_->take_lost())
    merge_.remember(lost, config_->node->time->now(), random_);
  finish_lookups();
  if (member_->revision() != published_revision_)
    publish_neighbours();
  if (member_->current_state() == ring_member::state::isolated && !join_lookup_
      && join_retry_ == timestamp::max())
    join();
  request_tick();
}

void peer_state::finish_lookups() {
  auto finished = lookups_.take_finished();
  std::ranges::move(guarded_.take_finished(), std::back_inserter(finished));
  for (auto& found : finished) {
    count(found);
    if (found.id == join_lookup_) {
      finish_join(found);
      continue;
    }
    const auto asker = askers_.find(found.id);
    if (asker == askers_.end())
      continue;
    asker->second.deliver(lookup_outcome{std::move(found.result)});
    askers_.erase(asker);
  }
}

void peer_state::count(const chord::finished_lookup& found) const {
  auto& metrics = *config_->node->metrics;
  if (found.result)
    metrics.count_lookup(found.result->hops);
  else
    metrics.failed_lookups.fetch_add(1, std::memory_order_relaxed);
}

void peer_state::publish_neighbours() {
  published_revision_ = member_->revision();
  const chord::member_view neighbours{config_->self, member_->predecessor(),
                                      member_->successors()};
  self->send(manager_, neighbours);
  self->send(holder, neighbours);
  if (config_->supervisor)
    self->send(config_->supervisor, neighbours);
}

void peer_state::request_tick() {
  const auto due =
    std::min({member_->next_deadline(), lookups_.next_deadline(),
              guarded_.next_deadline(), merge_.next_deadline(), join_retry_});
  alarm_.set(due);
}

peer_actor::behavior_type peer(peer_actor::stateful_pointer<peer_state> self,
                               peer_config_ptr config) {
  be_quiet(self);
  auto& state = self->state;
  state.start(std::move(config));
  return {
    [&state](tick_atom) { state.on_tick(); },
    [&state](overlay_message& msg) { state.on_message(msg); },
    [&state](const ring_place& place) { state.on_place(place); },
    [&state](fingers_atom, chord::finger_table_ptr& table) {
      state.on_fingers(std::move(table));
    },
    [&state](failed_atom, const chord::ring_id& id) { state.on_failed(id); },
    [&state](lookup_atom, const chord::ring_id& key,
             const chord::lookup_options& options) {
      return state.lookup(key, options);
    },
    [&state](put_atom put, p2psip::shared_bytes& record) {
      return state.self->delegate(state.holder, put, std::move(record));
    },
    [&state](get_atom get, std::string& key, uint8_t rank) {
      return state.self->delegate(state.holder, get, std::move(key), rank);
    },
    [&state](repair_atom repair, const chord::peer_ref& holder,
             const std::string& key) {
      state.self->send(state.holder, repair, holder, key);
    },
    [&state](deliver_atom, const chord::peer_ref& to,
             const p2psip::delivery& what) { state.deliver(to, what); },
    [&state](const chord::ring_id& id, trust::outcome what) {
      state.self->send(state.evaluator(), id, what);
    },
    [&state](view_atom view, const chord::ring_id& id) {
      return state.self->delegate(state.evaluator(), view, id);
    },
    [&state](view_atom) { return state.view(); },
    [&state](leave_atom) { return state.leave(); },
  };
}

} // namespace carillon
