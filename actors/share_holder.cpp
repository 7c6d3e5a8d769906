#include "actors/share_holder.hpp"

#include "actors/defaults.hpp"
#include "actors/peer.hpp"
#include "actors/quiet.hpp"
#include "protocols/p2psip/defaults.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

namespace limits = p2psip::defaults;

void share_holder_state::start(share_holder_config given) {
  config_ = std::move(given);
  alarm_ = {config_.node->alarms, self};
  client.emplace(self, config_, [this] { request_tick(); });
  copies_.emplace(
    config_,
    [this](const chord::peer_ref& to, p2psip::message body) {
      return send(to, std::move(body));
    },
    [this](const chord::peer_ref& to, const chord::ring_id& position,
           const std::optional<error>& refusal) {
      arc_->on_copied(to, position, refusal);
    });
  arc_.emplace(
    config_, keeper_, *copies_,
    [this](const chord::peer_ref& to, p2psip::message body) {
      send(to, std::move(body));
    },
    [this](const chord::ring_id& key, const arc_keeper::found_function& then) {
      find_owner(key, then);
    });
  held_ = {config_.node->metrics, &node_metrics::records};
  next_expiry_ = config_.node->time->now() + defaults::expiry_interval;
  load();
}

void share_holder_state::on_message(const overlay_message& msg) {
  if (loading_) {
    if (early_.size() < limits::pending_requests)
      early_.push_back(msg);
    return;
  }
  handle(msg.from, std::get<p2psip::message>(msg.body));
  finish_leaving();
  request_tick();
}

void share_holder_state::on_neighbours(const chord::member_view& view) {
  if (loading_) {
    early_view_ = view;
    return;
  }
  arc_->on_neighbours(view);
  copies_->update_candidates(arc_->candidates(), arc_->knows_all_candidates());
  finish_leaving();
  request_tick();
}

void share_holder_state::on_tick() {
  const auto now = config_.node->time->now();
  client->tick(now);
  copies_->tick(now);
  if (next_expiry_ <= now) {
    next_expiry_ = now + defaults::expiry_interval;
    for (const auto& key : keeper_.expire(now))
      self->send(config_.node->writer, erase_atom_v, config_.self.id, key);
    held_.set(keeper_.size());
  }
  arc_->tick(now);
  finish_leaving();
  request_tick();
}

void share_holder_state::on_outdated(const chord::peer_ref& holder,
                                     const std::string& key) {
  send(holder, p2psip::outdated_notice{key});
}

caf::typed_response_promise<left_atom> share_holder_state::leave() {
  leaving_ = self->make_response_promise<left_atom>();
  leave_deadline_ = config_.node->time->now() + defaults::leave_timeout;
  arc_->leave();
  finish_leaving();
  request_tick();
  return leaving_;
}

void share_holder_state::load() {
  self
    ->request(config_.node->writer, caf::infinite, load_atom_v, config_.self.id)
    .then([this](const loaded_records& records) { on_loaded(records); },
          [this](const caf::error& reason) { self->quit(reason); });
}

void share_holder_state::on_loaded(const loaded_records& records) {
  if (!records) {
    // Serving without the records that the disk holds would deny them.
    config_.node->log(subsystem::storage).write(log_level::error, {}, [&] {
      return "peer " + chord::brief(config_.self.id)
        + " cannot read its records: " + to_string(records.error());
    });
    self->quit(caf::sec::runtime_error);
    return;
  }
  to_restore_ = records->size();
  for (const auto& record : *records)
    restore(record);
  if (to_restore_ == 0)
    finish_loading();
}

void share_holder_state::restore(const p2psip::shared_bytes& record) {
  const auto count = [this] {
    if (--to_restore_ == 0)
      finish_loading();
  };
  self->request(config_.worker(), caf::infinite, load_atom_v, record)
    .then(
      [this, record, count](const verified_record& info) {
        // What does not verify any more is of no use to anybody; its binding
        // is over, too.
        if (info)
          keeper_.restore({*info, record});
        count();
      },
      [count](const caf::error&) { count(); });
}

void share_holder_state::finish_loading() {
  loading_ = false;
  held_.set(keeper_.size());
  if (const auto view = std::exchange(early_view_, std::nullopt))
    on_neighbours(*view);
  for (const auto& msg : std::exchange(early_, {}))
    handle(msg.from, std::get<p2psip::message>(msg.body));
}

void share_holder_state::handle(const chord::peer_ref& from,
                                const p2psip::message& msg) {
  if (const auto* store = std::get_if<p2psip::store_request>(&msg))
    on_store(from, *store);
  else if (const auto* stored = std::get_if<p2psip::store_answer>(&msg))
    client->on_store_answer(from, *stored);
  else if (const auto* copy = std::get_if<p2psip::copy_request>(&msg))
    on_copy(from, *copy);
  else if (const auto* copied = std::get_if<p2psip::copy_answer>(&msg))
    copies_->on_copy_answer(from, *copied);
  else if (const auto* fetch = std::get_if<p2psip::fetch_request>(&msg))
    on_fetch(from, *fetch);
  else if (const auto* fetched = std::get_if<p2psip::fetch_answer>(&msg))
    client->on_fetch_answer(from, *fetched);
  else if (const auto* asked = std::get_if<p2psip::digest_request>(&msg))
    arc_->on_question(from, *asked);
  else if (const auto* digests = std::get_if<p2psip::digest_answer>(&msg))
    arc_->on_answer(from, *digests);
  else if (const auto* wanted = std::get_if<p2psip::copies_wanted>(&msg))
    arc_->on_wanted(from, *wanted);
  else if (const auto* notice = std::get_if<p2psip::outdated_notice>(&msg))
    arc_->on_notice(*notice);
}

void share_holder_state::on_store(const chord::peer_ref& from,
                                  const p2psip::store_request& msg) {
  const auto refuse = [this, from, request = msg.request](error why) {
    send(from, p2psip::store_answer{request, std::move(why), 0});
  };
  if (!copies_->has_room()) {
    refuse({errc::overloaded, "this peer stores too many records at once"});
    return;
  }
  verify(check_atom_v, msg.record,
         [this, from, msg, refuse](const verified_record& info) {
           if (!info) {
             refuse(info.error());
             return;
           }
           if (!arc_->covers(info->position)) {
             refuse({errc::not_responsible, info->key});
             return;
           }
           const entry offered{*info, msg.record};
           const auto taken = keeper_.take(offered, config_.node->time->now());
           if (!taken) {
             refuse(taken.error());
             return;
           }
           // All disks work at the same time.
           const auto store = copies_->spread(from, msg, arc_->candidates(),
                                              arc_->knows_all_candidates());
           write(offered, *taken,
                 [this, store](const std::optional<error>& failure) {
                   copies_->on_written(store, failure);
                 });
         });
}

void share_holder_state::on_copy(const chord::peer_ref& from,
                                 const p2psip::copy_request& msg) {
  const auto answer = [this, from,
                       request = msg.request](std::optional<error> refusal) {
    send(from, p2psip::copy_answer{request, std::move(refusal)});
  };
  // A copy holds the name of a user who is away, too.
  verify(
    load_atom_v, msg.record,
    [this, from, answer, record = msg.record](const verified_record& info) {
      if (!info) {
        answer(info.error());
        return;
      }
      const entry offered{*info, record};
      const auto taken = keeper_.take(offered, config_.node->time->now(),
                                      identity::expiry_rule::any);
      arc_->on_copy(from, offered, taken);
      if (taken)
        write(offered, *taken, answer);
      else
        answer(taken.error());
    });
}

void share_holder_state::on_fetch(const chord::peer_ref& from,
                                  const p2psip::fetch_request& msg) {
  const auto now = config_.node->time->now();
  identity::answer answer;
  answer.nonce = msg.nonce;
  answer.key = msg.key;
  answer.peer = config_.self.id;
  answer.peer_index = config_.self.index;
  answer.time = now;
  if (const auto* found = keeper_.answer_for(msg.key, now))
    answer.record = *found->content;
  self
    ->request(config_.worker(), caf::infinite, seal_atom_v, std::move(answer),
              config_.identity)
    .then([this, from, request = msg.request](sealed_bytes& sealed) {
      if (sealed)
        send(from, p2psip::fetch_answer{request, std::move(*sealed)});
    });
}

/// Has a worker check a record, by a rule of its own for each atom, and hands
/// on what it says.
template <class Atom, class Done>
void share_holder_state::verify(Atom how, const p2psip::shared_bytes& record,
                                Done done) {
  self->request(config_.worker(), caf::infinite, how, record)
    .then(
      [this, done](const verified_record& info) {
        done(info);
        request_tick();
      },
      [done](const caf::error&) {
        done(verified_record{
          fail(errc::unreachable, "an actor of this process has ended")});
      });
}

/// Writes a record that was taken, if it is `fresh`; hands on why not, or
/// nothing when it is on disk.
template <class Done>
void share_holder_state::write(const entry& offered, bool fresh, Done done) {
  if (!fresh) {
    done(std::optional<error>{});
    return;
  }
  const auto failed = [this, info = offered.info, done](error why) {
    keeper_.revert(info.key, info.content);
    done(std::optional<error>{std::move(why)});
  };
  self
    ->request(config_.node->writer, caf::infinite, put_atom_v, config_.self.id,
              offered.info.key, offered.content)
    .then(
      [this, offered, failed, done](const write_outcome& written) {
        if (!written) {
          failed(written.error());
          return;
        }
        keeper_.confirm(offered);
        held_.set(keeper_.size());
        done(std::optional<error>{});
        request_tick();
      },
      [failed](const caf::error&) {
        failed({errc::unreachable, "the record writer has ended"});
      });
}

/// Has the peer look for the owner of a key.
void share_holder_state::find_owner(const chord::ring_id& key,
                                    const arc_keeper::found_function& then) {
  self
    ->request(config_.peer, caf::infinite, lookup_atom_v, key, config_.lookups)
    .then(
      [this, then](const lookup_outcome& found) {
        then(found);
        request_tick();
      },
      [then](const caf::error&) {
        then(lookup_outcome{fail(errc::unreachable, "the peer has ended")});
      });
}

/// Tells that the peer may go, once nothing is left to hand over or there is
/// no time left.
void share_holder_state::finish_leaving() {
  if (!leaving_.pending())
    return;
  const bool is_late = leave_deadline_ <= config_.node->time->now();
  if (!is_late && !(copies_->is_repaired() && arc_->is_done()))
    return;
  leave_deadline_ = timestamp::max();
  leaving_.deliver(left_atom_v);
}

bool share_holder_state::send(const chord::peer_ref& to, p2psip::message body) {
  const auto handle = config_.node->directory->resolve(to);
  if (!handle) {
    self->send(config_.peer, failed_atom_v, to.id);
    return false;
  }
  self->send(handle, overlay_message{config_.self, std::move(body), nullptr});
  return true;
}

void share_holder_state::request_tick() {
  auto due = std::min({client->next_deadline(), copies_->next_deadline(),
                       arc_->next_deadline(), leave_deadline_});
  if (keeper_.size() > 0)
    due = std::min(due, next_expiry_);
  alarm_.set(due);
}

share_holder_config make_share_holder_config(const peer_config& config,
                                             const peer_actor& peer) {
  return {config.node,    config.identity,
          config.self,    peer,
          config.lookups, std::holds_alternative<join_ring>(config.start)};
}

share_holder_actor::behavior_type
share_holder(share_holder_actor::stateful_pointer<share_holder_state> self,
             share_holder_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.start(std::move(config));
  return {
    [&state](tick_atom) { state.on_tick(); },
    [&state](const overlay_message& msg) { state.on_message(msg); },
    [&state](const chord::member_view& view) { state.on_neighbours(view); },
    [&state](put_atom, const p2psip::shared_bytes& record) {
      return state.client->put(record);
    },
    [&state](get_atom, std::string& key, uint8_t rank) {
      return state.client->get(std::move(key), rank);
    },
    [&state](repair_atom, const chord::peer_ref& to, const std::string& key) {
      state.on_outdated(to, key);
    },
    [&state](leave_atom) { return state.leave(); },
  };
}

} // namespace carillon
