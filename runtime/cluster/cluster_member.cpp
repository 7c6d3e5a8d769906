#include "runtime/cluster/cluster_member.hpp"

#include "actors/quiet.hpp"
#include "protocols/cluster/defaults.hpp"
#include "protocols/cluster/signed_message.hpp"
#include "runtime/cluster/cluster_files.hpp"
#include "runtime/cluster/ring_question.hpp"
#include "runtime/defaults.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

void cluster_member_state::start(cluster_member_config given) {
  config_ = std::move(given);
  random_.seed(static_cast<uint32_t>(config_.council.self.id));
  connections_.emplace(
    self, cluster_greeting{config_.council.self.id, config_.node_identity},
    config_.io, config_.node->log(subsystem::node),
    [this](cluster::member_id id, bool is_another) {
      if (is_another)
        remotes_->drop_member(id);
      for (const auto& [index, peer] : locals_)
        announce(connections_->find(id, random_), index);
    });
  alarm_ = {config_.node->alarms, self};
  remotes_.emplace(config_.peers, config_.directory);
  other_links_.emplace(self, *connections_, config_.directory);
  config_.directory->observe(
    [me = cluster_member_actor{self}](const chord::peer_ref& peer,
                                      const peer_actor& handle) {
      caf::anon_send(me, put_atom_v, peer, handle);
    },
    [me = cluster_member_actor{self}](cluster::member_id id) {
      caf::anon_send(me, mark_atom_v, tick_atom_v, id);
    });
  council_.emplace(config_.council, config_.state, random_, now());
  on_tick();
}

timestamp cluster_member_state::now() const {
  return config_.node->time->now();
}

void cluster_member_state::on_tick() {
  connect();
  council_->tick(now());
  take_effects();
  settle();
  watch_ring();
  report();
  request_tick();
}

void cluster_member_state::request_tick() {
  // Connections, and the end of the lease, are looked at now and then.
  alarm_.set_latest(std::min(council_->next_deadline(),
                             now() + cluster::defaults::beat_interval));
}

void cluster_member_state::connect() {
  // Of two members the one with the lower id connects to the other; whoever is
  // on the way in or lost connects to all.
  const auto is_lost = council_->wants_in();
  const auto& members = council_->accepted().members;
  for (const auto& each : members) {
    if (is_lost || config_.council.self.id < each.id)
      connections_->connect(each.endpoint, each.id, now());
  }
  if (!is_lost)
    return;
  for (const auto& seed : config_.seeds) {
    const auto known =
      std::ranges::find(members, seed, &cluster::member::endpoint);
    connections_->connect(seed, known == members.end() ? 0 : known->id, now());
  }
}

void cluster_member_state::take_effects() {
  const auto done = council_->take_effects();
  if (done.save) {
    if (const auto saved = save_council_state(config_.data_dir, *done.save);
        !saved) {
      config_.node->log(subsystem::node).write(log_level::error, {}, [&] {
        return "this member leaves the cluster: " + to_string(saved.error());
      });
      // Nothing may be said that a later run would not know of.
      for (const auto& [index, peer] : locals_)
        stop_peer(index, false);
      self->quit(caf::exit_reason::unhandled_exception);
      return;
    }
  }
  for (const auto& each : done.messages) {
    if (const auto to = connections_->find(each.to, random_))
      send(to, each.what);
  }
}

void cluster_member_state::send(const cluster_member_actor& to,
                                const cluster::message& what) {
  const auto encoded = cluster::encode(what);
  expected<bytes> signature = bytes{};
  if (cluster::needs_signature(what))
    signature = cluster::sign_message(encoded, config_.node->ring->ring(),
                                      config_.identity->keys, rng_);
  if (signature)
    self->send(to, check_atom_v, std::string{as_text(encoded)},
               std::string{as_text(*signature)});
  else
    config_.node->log(subsystem::node).write(log_level::error, {}, [&] {
      return "cluster: " + to_string(signature.error());
    });
}

void cluster_member_state::report() {
  standing current{council_->accepted().version,
                   council_->leader(),
                   council_->may_run(now()),
                   {}};
  for (const auto& [id, other] : connections_->all())
    current.connected.push_back(id);
  if (current == reported_)
    return;
  reported_ = std::move(current);
  auto next = describe();
  const auto log = config_.node->log(subsystem::node);
  for (const auto& [level, text] :
       changes_between(*config_.status->get(), next))
    log.write(level, {}, [&line = text] { return line; });
  config_.status->replace(std::move(next));
}

cluster_report cluster_member_state::describe() const {
  const auto& view = council_->accepted();
  cluster_report result;
  result.has_majority = reported_.has_majority;
  for (const auto& each : view.members) {
    const auto is_self = each.id == config_.council.self.id;
    result.members.push_back(
      {each.name, each.endpoint, cluster::seats_of(view, each.id).size(),
       is_self, each.id == reported_.leader,
       is_self || connections_->all().contains(each.id)});
  }
  for (const auto& seat : view.seats) {
    const auto holder =
      std::ranges::find(view.members, seat.holder, &cluster::member::id);
    result.holders.emplace_back();
    if (holder != view.members.end())
      result.holders.back() =
        static_cast<size_t>(holder - view.members.begin());
  }
  return result;
}

// -- other members ------------------------------------------------------------

void cluster_member_state::on_message(const std::string& data,
                                      const std::string& signature) {
  const auto msg = cluster::open_message(
    as_bytes(data), as_bytes(signature), config_.node->ring->ring(),
    config_.identity->keys.public_half().signature);
  if (!msg) {
    config_.node->log(subsystem::node).write(log_level::warning, {}, [&] {
      return "cluster: " + to_string(msg.error());
    });
    return;
  }
  council_->handle(*msg, now());
  take_effects();
  settle();
  request_tick();
}

uint64_t cluster_member_state::on_greeting(uint64_t id, const std::string& node,
                                           const caf::strong_actor_ptr& who) {
  return connections_->greet(id, node, who) ? config_.council.self.id : 0;
}

void cluster_member_state::on_down(const caf::down_msg& msg) {
  if (const auto id = connections_->remove(msg.source)) {
    // Who has left in order is missed by nobody.
    const auto* known = cluster::find_member(council_->accepted(), *id);
    config_.node->log(subsystem::node)
      .write(known != nullptr ? log_level::warning : log_level::debug, {}, [&] {
        return "lost the connection to the member "
          + (known != nullptr ? known->name + " at " + known->endpoint
                              : std::to_string(*id));
      });
    remotes_->drop_member(*id);
  }
}

void cluster_member_state::on_remote_peer(uint64_t member, uint32_t index,
                                          uint64_t incarnation,
                                          const caf::strong_actor_ptr& who) {
  remotes_->enter(member, index, incarnation, caf::actor_cast<peer_actor>(who));
}

void cluster_member_state::on_remote_end(uint64_t member, uint32_t index,
                                         uint64_t incarnation) {
  remotes_->remove(member, index, incarnation);
}

std::string cluster_member_state::seal(const std::string& question) {
  return std::string{as_text(cluster::seal_secrets(
    config_.secrets, as_bytes(question), config_.secret, rng_))};
}

// -- deliveries ---------------------------------------------------------------

void cluster_member_state::pass_on(const chord::peer_ref& from,
                                   const p2psip::delivery& what) {
  for (const auto& [id, other] : connections_->all()) {
    if (config_.directory->take(id, *remotes_->window_to(id)))
      self->send(other, put_atom_v, from, what);
  }
}

/// The other member does not know of the credit: its answer gives it back.
void cluster_member_state::relay(const peer_actor& to,
                                 const overlay_message& msg) {
  self->request(to, defaults::cluster_relay_timeout, msg)
    .then([credit = msg.credit] {},
          [credit = msg.credit](const caf::error&) {});
}

void cluster_member_state::mark(uint64_t member) {
  const auto window = remotes_->window_to(member);
  const auto to = connections_->find(member, random_);
  if (!to) {
    window->lost();
    return;
  }
  self
    ->request(to, defaults::cluster_connect_timeout, mark_atom_v,
              window->mark())
    .then([window](uint64_t reached) { window->reached(reached); },
          [window](const caf::error&) { window->lost(); });
}

void cluster_member_state::hand_over(const chord::peer_ref& from,
                                     const p2psip::delivery& what) {
  if (const auto addressee = config_.addressees->find(what.addressee))
    self->send(addressee, deliver_atom_v, from, what);
}

bool cluster_member_state::send_over_link(const chord::peer_ref& to,
                                          const overlay_message& msg) {
  return config_.links.send(to, msg);
}

void cluster_member_state::send_otherwise(const chord::peer_ref& to,
                                          const overlay_message& msg) {
  other_links_->send(to, msg);
}

void cluster_member_state::ask_for_call_back(const std::string& request) {
  for (const auto& [id, other] : connections_->all()) {
    if (config_.directory->take(id, *remotes_->window_to(id)))
      self->send(other, deliver_atom_v, request);
  }
}

void cluster_member_state::call_back(const std::string& request) {
  const auto said = link::decode_frame(as_bytes(request));
  const auto* asked =
    said ? std::get_if<link::call_back_request>(&*said) : nullptr;
  if (asked != nullptr)
    config_.links.call_back(*asked);
}

// -- peers of this process ----------------------------------------------------

/// Starts and stops peers as the council says.
void cluster_member_state::settle() {
  const auto* view = council_->committed();
  if (view == nullptr || view->seats.size() != config_.peers.size()) {
    finish_leaving(false);
    return;
  }
  if (view->version.number != last_view_) {
    last_view_ = view->version.number;
    remotes_->obey(*view);
  }
  const auto may_run = council_->may_run(now());
  const auto me = config_.council.self.id;
  auto is_ending = false;
  for (auto& [index, peer] : locals_) {
    const auto& seat = view->seats[index];
    const auto wanted =
      may_run && seat.holder == me && seat.incarnation == peer.incarnation;
    // Whoever may not run peers any more has no time for farewells.
    if (!wanted
        && (!peer.is_ending() || (peer.now == phase::leaving && !may_run)))
      stop_peer(index, may_run);
    is_ending = is_ending || peer.is_ending();
  }
  if (!is_ending)
    council_->applied(view->version.number);
  finish_leaving(is_ending);
  if (!may_run)
    return;
  for (const auto index : cluster::seats_of(*view, me)) {
    if (!locals_.contains(index))
      start_peer(index, view->seats[index].incarnation);
  }
}

void cluster_member_state::start_peer(uint32_t index, uint64_t incarnation) {
  locals_[index] = {phase::searching, incarnation, {}};
  // Somebody has to found the ring: the first peer, unless there is one.
  if (index == 0)
    look_for_ring(index);
  else
    spawn_peer(index, join_ring{});
}

void cluster_member_state::look_for_ring(uint32_t index) {
  ask_for_ring(self, all_peers(), [this, index](bool is_nowhere) {
    if (is_nowhere && config_.links.may_found())
      spawn_peer(index, found_ring{});
    else
      spawn_peer(index, config_.links.join);
  });
}

/// Has the first peer found the ring anew when it is gone: peers that move to
/// other members all at once can leave none behind.
void cluster_member_state::watch_ring() {
  const auto first = locals_.find(0);
  if (first == locals_.end() || first->second.now != phase::running) {
    ringless_ = 0;
    return;
  }
  if (now() < next_ring_question_)
    return;
  next_ring_question_ = now() + 2 * defaults::cluster_question_timeout;
  ask_for_ring(self, all_peers(), [this](bool is_nowhere) {
    const auto known = locals_.find(0);
    ringless_ = is_nowhere && config_.links.may_found() ? ringless_ + 1 : 0;
    if (ringless_ < defaults::cluster_ring_questions || known == locals_.end()
        || known->second.now != phase::running)
      return;
    ringless_ = 0;
    config_.node->log(subsystem::ring).write(log_level::warning, {}, [] {
      return "no peer of the cluster is in a ring; the first one founds it "
             "again";
    });
    stop_peer(0, false);
  });
}

std::vector<peer_actor> cluster_member_state::all_peers() const {
  auto result = remotes_->handles();
  for (const auto& [index, known] : locals_) {
    if (known.handle)
      result.push_back(known.handle);
  }
  return result;
}

void cluster_member_state::spawn_peer(uint32_t index, peer_start how) {
  const auto known = locals_.find(index);
  if (known == locals_.end() || known->second.now != phase::searching)
    return;
  known->second.now = phase::running;
  auto wanted = config_.make_peer(config_.peers[index]);
  wanted.start = how;
  // A user's adapter stays where the phone is, also when the peer moves that
  // others know the user by.
  wanted.find_addressee =
    [known = config_.addressees,
     me = cluster_member_actor{self}](const std::string& addressee) {
      const auto here = known->find(addressee);
      return here ? here : delivery_actor{me};
    };
  config_.node->log(subsystem::ring).write(log_level::info, {}, [&] {
    return "peer " + chord::brief(config_.peers[index].id)
      + " runs on this member now";
  });
  self
    ->request(config_.supervisor, caf::infinite, put_atom_v, std::move(wanted))
    .then([](const peer_actor&) {});
}

void cluster_member_state::stop_peer(uint32_t index, bool in_order) {
  locals_[index].now = in_order ? phase::leaving : phase::stopping;
  const auto& id = config_.peers[index].id;
  const auto done = [this, index](left_atom) {
    const auto known = locals_.find(index);
    if (known == locals_.end() || !known->second.is_ending())
      return;
    locals_.erase(known);
    config_.node->log(subsystem::ring).write(log_level::info, {}, [&] {
      return "peer " + chord::brief(config_.peers[index].id)
        + " does not run on this member any more";
    });
    settle();
  };
  if (in_order)
    self->request(config_.supervisor, caf::infinite, leave_atom_v, id)
      .then(done);
  else
    self->request(config_.supervisor, caf::infinite, erase_atom_v, id)
      .then(done);
}

void cluster_member_state::on_local_peer(const chord::peer_ref& peer,
                                         const peer_actor& handle) {
  const auto known = locals_.find(peer.index);
  if (known == locals_.end())
    return;
  known->second.handle = handle;
  for (const auto& [id, other] : connections_->all())
    announce(other, peer.index);
}

void cluster_member_state::announce(const cluster_member_actor& to,
                                    uint32_t index) {
  const auto& peer = locals_.at(index);
  if (peer.handle)
    self->send(to, put_atom_v, config_.council.self.id, index, peer.incarnation,
               caf::actor_cast<caf::strong_actor_ptr>(peer.handle));
  else
    self->send(to, erase_atom_v, config_.council.self.id, index,
               peer.incarnation);
}

caf::typed_response_promise<left_atom> cluster_member_state::leave() {
  leaving_ = self->make_response_promise<left_atom>();
  auto promise = leaving_;
  leaving_until_ = now() + cluster::defaults::leave_timeout;
  council_->leave(now());
  take_effects();
  settle();
  request_tick();
  return promise;
}

void cluster_member_state::finish_leaving(bool is_ending) {
  // Without a majority nobody can let it go.
  if (leaving_.pending()
      && ((council_->has_left() && !is_ending) || now() >= leaving_until_))
    leaving_.deliver(left_atom_v);
}

cluster_member_actor::behavior_type cluster_member(
  cluster_member_actor::stateful_pointer<cluster_member_state> self,
  cluster_member_config config) {
  be_quiet(self);
  auto& state = self->state;
  self->set_down_handler(
    [&state](const caf::down_msg& msg) { state.on_down(msg); });
  state.start(std::move(config));
  return {
    [&state](deliver_atom, const chord::peer_ref& from,
             const p2psip::delivery& what) { state.pass_on(from, what); },
    [&state](view_atom, uint64_t id, const std::string& node,
             const caf::strong_actor_ptr& who) {
      return state.on_greeting(id, node, who);
    },
    [&state](check_atom, const std::string& data,
             const std::string& signature) {
      state.on_message(data, signature);
    },
    [&state](put_atom, uint64_t member, uint32_t index, uint64_t incarnation,
             const caf::strong_actor_ptr& who) {
      state.on_remote_peer(member, index, incarnation, who);
    },
    [&state](erase_atom, uint64_t member, uint32_t index,
             uint64_t incarnation) {
      state.on_remote_end(member, index, incarnation);
    },
    [&state](get_atom, const std::string& question) {
      return state.seal(question);
    },
    [&state](put_atom, const chord::peer_ref& from,
             const p2psip::delivery& what) { state.hand_over(from, what); },
    [&state](deliver_atom, const chord::peer_ref& to,
             const overlay_message& msg) {
      return state.send_over_link(to, msg);
    },
    [&state](put_atom, const chord::peer_ref& to, const overlay_message& msg) {
      state.send_otherwise(to, msg);
    },
    [&state](deliver_atom, const std::string& request) {
      state.call_back(request);
    },
    [](mark_atom, uint64_t number) { return number; },
    [&state](tick_atom) { state.on_tick(); },
    [&state](put_atom, const chord::peer_ref& peer, const peer_actor& handle) {
      state.on_local_peer(peer, handle);
    },
    [&state](put_atom, const std::string& request) {
      state.ask_for_call_back(request);
    },
    [&state](mark_atom, tick_atom, uint64_t member) { state.mark(member); },
    [&state](deliver_atom, const peer_actor& to, const overlay_message& msg) {
      state.relay(to, msg);
    },
    [&state](leave_atom) { return state.leave(); },
  };
}

} // namespace carillon
