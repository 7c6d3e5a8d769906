#include "actors/arc_keeper.hpp"

#include "actors/defaults.hpp"
#include "protocols/p2psip/replica_set.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

using p2psip::range_sync;

arc_keeper::arc_keeper(const share_holder_config& config,
                       const p2psip::record_keeper& records, replicator& copies,
                       send_function send, find_function find_owner)
  : config_(&config)
  , records_(&records)
  , copies_(&copies)
  , send_(std::move(send))
  , find_owner_(std::move(find_owner))
  , digests_(records)
  , sync_(records)
  , random_(
      static_cast<uint32_t>(std::hash<chord::ring_id>{}(config.self.id))) {
  next_comparison_ =
    config.node->time->now() + jitter(defaults::anti_entropy_interval);
}

void arc_keeper::on_neighbours(const chord::member_view& view) {
  neighbours_ = view;
  const auto is_near = [&](const chord::peer_ref& peer) {
    return peer == view.predecessor
      || std::ranges::find(view.successors, peer) != view.successors.end()
      || peer == heir_;
  };
  copies_->keep_repairs(is_near);
  sync_.keep(is_near);
  compare_after_change();
}

bool arc_keeper::covers(const chord::ring_id& key) const noexcept {
  const auto own = arc();
  return chord::in_arc(own.from, key, own.to);
}

chord::peer_list arc_keeper::candidates() const {
  return p2psip::replica_candidates(config_->self, neighbours_.successors);
}

bool arc_keeper::knows_all_candidates() const {
  const auto& next = neighbours_.successors;
  return next.empty()
    || (neighbours_.predecessor
        && std::ranges::find(next, *neighbours_.predecessor) != next.end());
}

// -- messages -----------------------------------------------------------------

void arc_keeper::on_question(const chord::peer_ref& from,
                             const p2psip::digest_request& msg) {
  if (auto answer = digests_.answer(msg, config_->node->time->now()))
    send_(from, *std::move(answer));
}

void arc_keeper::on_answer(const chord::peer_ref& from,
                           const p2psip::digest_answer& msg) {
  synchronize([&](p2psip::sync_output& out) {
    sync_.on_answer(from, msg, config_->node->time->now(), out);
  });
}

void arc_keeper::on_wanted(const chord::peer_ref& from,
                           const p2psip::copies_wanted& msg) {
  for (const auto& position : msg.positions) {
    if (const auto* found = records_->find_at(position))
      copies_->add_wanted(from, position, found->content);
  }
  copies_->send_repairs();
}

void arc_keeper::on_notice(const p2psip::outdated_notice& msg) {
  const auto now = config_->node->time->now();
  if (now < next_noticed_ || !covers(chord::ring_id::hash(as_bytes(msg.key))))
    return;
  next_noticed_ = now + defaults::noticed_sync_interval;
  for (const auto& holder : replicas())
    sync_.start(holder, arc(), now);
}

void arc_keeper::on_copy(const chord::peer_ref& from,
                         const p2psip::record_keeper::entry& record,
                         const expected<bool>& taken) {
  synchronize([&](p2psip::sync_output& out) {
    sync_.on_copy(from, record.info.position,
                  taken ? std::nullopt : std::optional{taken.error()},
                  config_->node->time->now(), out);
  });
  if (taken.value_or(false))
    pass_on(from, record);
}

void arc_keeper::on_copied(const chord::peer_ref& to,
                           const chord::ring_id& position,
                           const std::optional<error>& refusal) {
  synchronize([&](p2psip::sync_output& out) {
    sync_.on_copied(to, position, refusal, config_->node->time->now(), out);
  });
}

// -- comparing with the holders of copies -------------------------------------

void arc_keeper::leave() {
  const auto now = config_->node->time->now();
  auto heirs = candidates();
  // Peers of the same process leave together with this one.
  std::erase_if(heirs, [this](const chord::peer_ref& peer) {
    return same_place(peer, config_->self);
  });
  heirs.resize(
    std::min<size_t>(heirs.size(), config_->node->ring->settings().replicas));
  if (records_->size() > 0) {
    for (const auto& heir : heirs)
      sync_.start(heir, arc(), now);
  }
  synchronize([&](p2psip::sync_output& out) { sync_.tick(now, out); });
}

void arc_keeper::tick(timestamp now) {
  if (next_comparison_ <= now && records_->size() > 0)
    compare_with_replicas(now);
  synchronize([&](p2psip::sync_output& out) { sync_.tick(now, out); });
}

timestamp arc_keeper::next_deadline() const noexcept {
  const auto result = std::min(sync_.next_deadline(), next_handover_);
  return records_->size() > 0 ? std::min(result, next_comparison_) : result;
}

/// Gives the keys that this peer is responsible for, as far as it knows.
p2psip::key_range arc_keeper::arc() const noexcept {
  const auto& predecessor = neighbours_.predecessor;
  return {predecessor ? predecessor->id : config_->self.id, config_->self.id};
}

/// Gives the peers that are meant to hold copies of this peer's records.
chord::peer_list arc_keeper::replicas() const {
  auto result = candidates();
  const auto wanted = config_->node->ring->settings().replicas - 1u;
  result.resize(std::min<size_t>(result.size(), wanted));
  return result;
}

/// The owner of an arc sees to it that its holders have the same records.
void arc_keeper::compare_after_change() {
  if (!neighbours_.predecessor)
    return;
  const auto own = arc();
  const auto was = std::exchange(arc_start_, own.from);
  const bool has_grown =
    !was || (own.from != *was && !chord::between(*was, own.from, own.to));
  if (was && own.from != *was)
    plan_handover();
  auto holders = replicas();
  const auto before = std::exchange(compared_with_, holders);
  // In a ring that is new nobody has anything.
  if (records_->size() == 0 && !config_->joins)
    return;
  // What has become this peer's was the next one's, on whichever node.
  const auto& next = neighbours_.successors;
  if (has_grown && !next.empty()
      && std::ranges::find(holders, next.front()) == holders.end())
    holders.push_back(next.front());
  const auto due = config_->node->time->now()
    + (records_->size() > 0 ? jitter(defaults::sync_jitter) : duration::zero());
  for (const auto& holder : holders) {
    if (has_grown || std::ranges::find(before, holder) == before.end())
      sync_.start(holder, own, due);
  }
}

void arc_keeper::compare_with_replicas(timestamp now) {
  next_comparison_ = now + defaults::anti_entropy_interval / 2
    + jitter(defaults::anti_entropy_interval);
  if (!neighbours_.predecessor)
    return;
  for (const auto& holder : replicas())
    sync_.start(holder, arc(), now);
  plan_handover();
}

/// What the owner of a record did not have, its replicas may lack as well.
void arc_keeper::pass_on(const chord::peer_ref& from,
                         const p2psip::record_keeper::entry& record) {
  if (!neighbours_.predecessor || !covers(record.info.position))
    return;
  for (const auto& holder : replicas()) {
    if (holder != from)
      copies_->add_repair(holder, record.info.position, record.content);
  }
  copies_->send_repairs();
}

/// Has something happen to the comparisons, and does what they want.
template <class Event>
void arc_keeper::synchronize(Event event) {
  p2psip::sync_output out;
  event(out);
  for (auto& msg : out.messages)
    send_(msg.to, std::move(msg.body));
  for (const auto& copy : out.copies)
    copies_->add_repair(copy.to, copy.record.info.position,
                        copy.record.content);
  copies_->send_repairs();
  hand_over();
}

// -- giving others what they are responsible for ------------------------------

/// Has the owners of all records that are not this peer's own be given what
/// they lack. A peer that joins asks its neighbours itself; but the many that
/// come between when two rings become one do not know whom to ask, and neither
/// does one that takes over from an owner which died before its neighbours knew
/// each other: a copy may lie with a peer that was not meant to have it.
void arc_keeper::plan_handover() {
  if (heir_)
    sync_.stop(*std::exchange(heir_, std::nullopt),
               range_sync::direction::to_other);
  foreign_ = {config_->self.id, arc().from};
  next_handover_ = config_->node->time->now() + defaults::handover_delay
    + jitter(defaults::sync_jitter);
}

/// Goes on with handing records to their new owners, one owner at a time.
void arc_keeper::hand_over() {
  const auto now = config_->node->time->now();
  if (heir_ && !sync_.is_under_way(*heir_, range_sync::direction::to_other))
    finish_heir(now);
  if (next_handover_ <= now && !is_seeking_heir_)
    seek_heir(now);
}

/// Takes what the heir is responsible for, which ends at its own position, off
/// the foreign keys.
void arc_keeper::finish_heir(timestamp now) {
  const auto heir = *std::exchange(heir_, std::nullopt);
  if (!chord::between(foreign_->from, heir.id, foreign_->to)) {
    forget_foreign();
    return;
  }
  foreign_->from = heir.id;
  next_handover_ = now;
}

/// Looks for the owner of the first record in the foreign keys. An heir that is
/// still being compared with has had its time.
void arc_keeper::seek_heir(timestamp now) {
  if (heir_)
    sync_.stop(*std::exchange(heir_, std::nullopt),
               range_sync::direction::to_other);
  std::optional<chord::ring_id> next;
  records_->visit(*foreign_, now,
                  [&](const p2psip::record_keeper::entry& held) {
                    next = held.info.position;
                    return false;
                  });
  if (!next) {
    forget_foreign();
    return;
  }
  // The heir need not be asked about keys that this peer has nothing of.
  static const auto one = chord::ring_id{}.plus_power_of_two(0);
  foreign_->from = one.distance_to(*next);
  is_seeking_heir_ = true;
  next_handover_ = now + defaults::handover_timeout;
  find_owner_(*next,
              [this, begin = foreign_->from](const lookup_outcome& found) {
                is_seeking_heir_ = false;
                // Of keys that were planned anew an owner in between is of no
                // use: those before it would be left out.
                if (found && foreign_ && foreign_->from == begin)
                  hand_over_to(found->owner);
              });
}

void arc_keeper::hand_over_to(const chord::peer_ref& owner) {
  if (owner == config_->self) {
    // The arc has grown again.
    forget_foreign();
    return;
  }
  heir_ = owner;
  auto part = *foreign_;
  if (chord::between(part.from, owner.id, part.to))
    part.to = owner.id;
  sync_.start(owner, part, config_->node->time->now(),
              range_sync::direction::to_other);
}

void arc_keeper::forget_foreign() {
  foreign_.reset();
  next_handover_ = timestamp::max();
}

duration arc_keeper::jitter(duration longest) {
  return duration{
    std::uniform_int_distribution<int64_t>{0, longest.count()}(random_)};
}

} // namespace carillon
