#include "protocols/chord/ring_member.hpp"

#include <algorithm>

namespace carillon::chord {

ring_member::ring_member(peer_ref self, ring_config config)
  : self_(std::move(self))
  , config_(config) {}

void ring_member::found(timestamp now) {
  state_ = state::member;
  schedule_round(now);
  ++revision_;
}

void ring_member::join(found_place where, timestamp now, outbox& out) {
  state_ = state::joining;
  joining_ = std::make_unique<found_place>(std::move(where));
  ask(stage::asking_successor, joining_->successor, now, out);
}

void ring_member::adopt(std::optional<peer_ref> predecessor,
                        successor_list successors, timestamp now) {
  state_ = state::member;
  successors_ = std::move(successors);
  set_predecessor(std::move(predecessor), now);
  // Nothing is expected to change.
  spread_revision_ = ++revision_;
  quiet_rounds_ = UINT32_MAX;
  schedule_round(now);
}

void ring_member::handle(const peer_ref& from, const message& msg,
                         timestamp now, outbox& out) {
  if (from == self_)
    return;
  handle_one(from, msg, now, out);
  spread_changes(out);
}

void ring_member::handle_one(const peer_ref& from, const message& msg,
                             timestamp now, outbox& out) {
  if (const auto* question = std::get_if<get_neighbors>(&msg)) {
    if (state_ == state::member)
      out.push_back({from,
                     neighbors{question->request,
                               suitors_.best_successor_of(from, self_.id,
                                                          predecessor_, now),
                               successors_}});
  } else if (const auto* answer = std::get_if<neighbors>(&msg)) {
    on_neighbors(from, *answer, now, out);
  } else if (std::holds_alternative<notify>(msg)) {
    if (state_ == state::member)
      rectify(from, now, out);
  } else if (std::holds_alternative<neighbors_changed>(msg)) {
    if (!successors_.empty() && successors_.front() == from)
      hurry(now, out);
  } else if (const auto* alive = std::get_if<ping>(&msg)) {
    out.push_back({from, pong{alive->request}});
  } else if (const auto* reply = std::get_if<pong>(&msg)) {
    if (checks_predecessor_ && reply->request == rectify_request_
        && predecessor_ == from) {
      checks_predecessor_ = false;
      rectify_candidate_.reset();
      predecessor_heard_ = now;
    }
    unnamed_.on_pong(from, *reply);
  } else if (const auto* farewell = std::get_if<leaving>(&msg)) {
    if (state_ == state::member)
      on_leaving(from, *farewell, now, out);
  }
}

void ring_member::tick(timestamp now, outbox& out) {
  do_due(now, out);
  spread_changes(out);
}

void ring_member::do_due(timestamp now, outbox& out) {
  if (stage_ != stage::idle && asked_deadline_ <= now) {
    // One lost message must not cost a neighbour its place.
    if (asked_times_ < config_.neighbour_attempts)
      ask_again(now, out);
    else
      on_silence(now, out);
  }
  if (checks_predecessor_ && rectify_deadline_ <= now) {
    if (predecessor_ && rectify_times_ < config_.neighbour_attempts) {
      ping_predecessor(now, out);
    } else {
      lose_predecessor(now);
    }
  }
  if (state_ != state::member)
    return;
  if (predecessor_ && predecessor_heard_ + config_.predecessor_timeout <= now)
    check_predecessor(now, out);
  for (const auto& silent : unnamed_.tick(config_, now, last_request_, out))
    drop_successor(silent.id);
  if (state_ != state::member)
    return;
  if (stage_ == stage::idle && next_round_ <= now)
    start_round(now, out);
}

void ring_member::peer_failed(const ring_id& id, timestamp now, outbox& out) {
  drop_failed(id, now, out);
  spread_changes(out);
}

void ring_member::drop_failed(const ring_id& id, timestamp now, outbox& out) {
  suitors_.forget(id);
  if (stage_ != stage::idle && asked_.id == id) {
    on_silence(now, out);
    return;
  }
  if (predecessor_ && predecessor_->id == id)
    lose_predecessor(now);
  if (state_ != state::member)
    return;
  const auto was_first = !successors_.empty() && successors_.front().id == id;
  drop_successor(id);
  if (was_first && state_ == state::member)
    start_round(now, out);
}

void ring_member::suspect(const ring_id& id, timestamp now, outbox& out) {
  if (state_ != state::member)
    return;
  if (!successors_.empty() && successors_.front().id == id)
    hurry(now, out);
  if (predecessor_ && predecessor_->id == id
      && predecessor_heard_ + config_.stabilize_interval <= now)
    check_predecessor(now, out);
}

void ring_member::consider(const peer_ref& candidate) {
  if (state_ != state::member || candidate == self_)
    return;
  const auto& next = considered_ ? *considered_
    : successors_.empty()        ? self_
                                 : successors_.front();
  if (!between(self_.id, candidate.id, next.id))
    return;
  considered_ = candidate;
  next_round_ = std::min(next_round_, last_round_ + config_.stabilize_interval);
}

bool ring_member::take_in(const peer_ref& newcomer, timestamp now,
                          outbox& out) {
  if (!config_.keeps_unnamed || state_ != state::member || successors_.empty()
      || !between(successors_.front().id, newcomer.id, self_.id))
    return false;
  auto list = successors_.peers();
  const auto place = std::ranges::find_if(list, [&](const peer_ref& other) {
    return between(self_.id, newcomer.id, other.id);
  });
  if (place == list.end() && list.size() >= config_.successors)
    return false;
  list.insert(place, newcomer);
  if (list.size() > config_.successors)
    list.pop_back();
  unnamed_.add(newcomer, config_, now);
  successors_ = std::move(list);
  list_changed_ = true;
  ++revision_;
  spread_changes(out);
  return true;
}

peer_list ring_member::take_lost() {
  return std::exchange(lost_, {});
}

void ring_member::leave(outbox& out) {
  if (state_ == state::member) {
    const leaving farewell{predecessor_, successors_};
    if (predecessor_)
      out.push_back({*predecessor_, farewell});
    if (!successors_.empty() && predecessor_ != successors_.front())
      out.push_back({successors_.front(), farewell});
  }
  state_ = state::outside;
  stage_ = stage::idle;
  checks_predecessor_ = false;
  rectify_candidate_.reset();
  considered_.reset();
  predecessor_.reset();
  successors_ = {};
  ++revision_;
}

bool ring_member::responsible_for(const ring_id& key) const noexcept {
  if (state_ != state::member)
    return false;
  if (predecessor_)
    return in_arc(predecessor_->id, key, self_.id);
  return successors_.empty();
}

timestamp ring_member::next_deadline() const noexcept {
  auto result = timestamp::max();
  if (stage_ != stage::idle)
    result = std::min(result, asked_deadline_);
  else if (state_ == state::member)
    result = std::min(result, next_round_);
  if (state_ == state::member)
    result = std::min(result, unnamed_.next_deadline());
  if (checks_predecessor_)
    result = std::min(result, rectify_deadline_);
  else if (state_ == state::member && predecessor_)
    result = std::min(result, predecessor_heard_ + config_.predecessor_timeout);
  return result;
}

/// Reacts to what has changed: rounds come often again, and who has this peer's
/// list is told that it is old.
void ring_member::spread_changes(outbox& out) {
  if (spread_revision_ == revision_)
    return;
  spread_revision_ = revision_;
  quiet_rounds_ = 0;
  next_round_ = std::min(next_round_, last_round_ + config_.stabilize_interval);
  if (std::exchange(list_changed_, false) && state_ == state::member
      && predecessor_)
    out.push_back({*predecessor_, neighbors_changed{}});
}

/// Has the next round now, or as soon as rounds may follow each other.
void ring_member::hurry(timestamp now, outbox& out) {
  if (state_ != state::member)
    return;
  next_round_ = std::min(next_round_, last_round_ + config_.stabilize_interval);
  if (stage_ == stage::idle && next_round_ <= now)
    start_round(now, out);
}

void ring_member::schedule_round(timestamp now) {
  last_round_ = now;
  auto pause = config_.stabilize_interval;
  for (auto i = defaults::restless_rounds;
       i < quiet_rounds_ && pause < config_.max_stabilize_interval; ++i)
    pause *= 2;
  next_round_ = now + std::min(pause, config_.max_stabilize_interval);
  if (quiet_rounds_ < UINT32_MAX)
    ++quiet_rounds_;
}

void ring_member::start_round(timestamp now, outbox& out) {
  schedule_round(now);
  asked_candidates_ = 0;
  if (!successors_.empty()) {
    ask(stage::asking_successor, successors_.front(), now, out);
  } else if (predecessor_) {
    // A ring of one is its own successor; somebody has joined before it.
    ask(stage::asking_candidate, *predecessor_, now, out);
  } else {
    ask_considered(now, out);
  }
}

void ring_member::ask(stage what, const peer_ref& whom, timestamp now,
                      outbox& out) {
  stage_ = what;
  asked_ = whom;
  asked_request_ = ++last_request_;
  asked_times_ = 0;
  ask_again(now, out);
}

void ring_member::ask_again(timestamp now, outbox& out) {
  ++asked_times_;
  asked_deadline_ = now + config_.neighbour_timeout;
  out.push_back({asked_, get_neighbors{asked_request_}});
}

/// Asks the predecessor whether it is alive, unless that is being done.
void ring_member::check_predecessor(timestamp now, outbox& out) {
  if (checks_predecessor_)
    return;
  checks_predecessor_ = true;
  rectify_request_ = ++last_request_;
  rectify_times_ = 0;
  ping_predecessor(now, out);
}

void ring_member::ping_predecessor(timestamp now, outbox& out) {
  ++rectify_times_;
  rectify_deadline_ = now + config_.neighbour_timeout;
  out.push_back({*predecessor_, ping{rectify_request_}});
}

void ring_member::finish_round(outbox& out) {
  stage_ = stage::idle;
  if (!successors_.empty())
    out.push_back({successors_.front(), notify{}});
}

void ring_member::on_neighbors(const peer_ref& from, const neighbors& msg,
                               timestamp now, outbox& out) {
  if (stage_ == stage::idle || msg.request != asked_request_ || from != asked_)
    return;
  // A candidate that does not know whom it comes before is of another ring,
  // which has to learn of that peer.
  if (stage_ == stage::asking_candidate && !successors_.empty()
      && successors_.front() != asked_
      && std::ranges::find(msg.successors, successors_.front())
        == msg.successors.end())
    out.push_back({asked_, introduce{successors_.front(), 0}});
  if (state_ == state::joining && config_.keeps_unnamed)
    successors_ = std::move(joining_->others);
  adopt_list(asked_, msg.successors, now, out);
  const auto names_nearer =
    msg.predecessor && between(self_.id, msg.predecessor->id, asked_.id);
  if (stage_ == stage::asking_candidate) {
    if (names_nearer && ++asked_candidates_ < defaults::candidates_of_round)
      ask(stage::asking_candidate, *msg.predecessor, now, out);
    else
      finish_round(out);
    return;
  }
  if (state_ == state::joining) {
    state_ = state::member;
    schedule_round(now);
    if (config_.keeps_unnamed)
      for (const auto& peer : joining_->before)
        out.push_back({peer, introduce{self_, 0}});
    joining_.reset();
    // A hint only, until the true predecessor notifies: it tells the arc.
    if (msg.predecessor && between(asked_.id, msg.predecessor->id, self_.id))
      set_predecessor(msg.predecessor, now);
  }
  if (names_nearer)
    ask(stage::asking_candidate, *msg.predecessor, now, out);
  else
    ask_considered(now, out);
}

/// Ends a round with a question to the peer that others have named, if it still
/// lies before the successor.
void ring_member::ask_considered(timestamp now, outbox& out) {
  const auto candidate = std::exchange(considered_, std::nullopt);
  if (candidate
      && (successors_.empty()
          || between(self_.id, candidate->id, successors_.front().id)))
    ask(stage::asking_candidate, *candidate, now, out);
  else
    finish_round(out);
}

void ring_member::on_silence(timestamp now, outbox& out) {
  const auto silent = asked_.id;
  const auto was_candidate = stage_ == stage::asking_candidate;
  stage_ = stage::idle;
  if (state_ == state::joining) {
    state_ = state::isolated;
    return;
  }
  if (predecessor_ && predecessor_->id == silent)
    lose_predecessor(now);
  drop_successor(silent);
  if (state_ != state::member)
    return;
  if (was_candidate)
    finish_round(out);
  else
    start_round(now, out);
}

void ring_member::rectify(const peer_ref& notifier, timestamp now,
                          outbox& out) {
  if (predecessor_ == notifier) {
    predecessor_heard_ = now;
    return;
  }
  if (!predecessor_ || between(predecessor_->id, notifier.id, self_.id)) {
    if (predecessor_) {
      out.push_back({*predecessor_, neighbors_changed{}});
      suitors_.remember(*predecessor_, now);
    }
    set_predecessor(notifier, now);
    checks_predecessor_ = false;
    rectify_candidate_.reset();
    // In a ring of one the newcomer is the successor, too.
    if (successors_.empty() && stage_ == stage::idle)
      start_round(now, out);
    return;
  }
  suitors_.remember(notifier, now);
  check_predecessor(now, out);
  // Of several notifiers the nearest will be the predecessor.
  if (!rectify_candidate_
      || between(rectify_candidate_->id, notifier.id, self_.id))
    rectify_candidate_ = notifier;
}

void ring_member::on_leaving(const peer_ref& from, const leaving& msg,
                             timestamp now, outbox& out) {
  suitors_.forget(from.id);
  if (predecessor_ == from) {
    auto next = msg.predecessor;
    if (next && *next == self_)
      next.reset();
    set_predecessor(std::move(next), now);
  }
  const auto was_first = !successors_.empty() && successors_.front() == from;
  if (!remove_successor(from.id))
    return;
  if (was_first && !msg.successors.empty() && msg.successors.front() != self_) {
    // The leaving peer's list may be younger than the rest of this one.
    adopt_list(msg.successors.front(),
               {msg.successors.begin() + 1, msg.successors.end()}, now, out);
  }
  if (was_first && stage_ == stage::idle)
    start_round(now, out);
}

void ring_member::adopt_list(const peer_ref& head, const peer_list& tail,
                             timestamp now, outbox& out) {
  peer_list merged;
  merged.reserve(config_.successors);
  merged.push_back(head);
  for (const auto& peer : tail) {
    // Past this peer the list of the successor goes round the ring; entries
    // out of order are a mistake or a lie.
    if (merged.size() == config_.successors
        || !between(merged.back().id, peer.id, self_.id))
      break;
    merged.push_back(peer);
  }
  if (config_.keeps_unnamed)
    unnamed_.keep(self_.id, successors_, merged, config_, now, last_request_,
                  out);
  if (merged == successors_.peers())
    return;
  successors_ = std::move(merged);
  list_changed_ = true;
  ++revision_;
}

/// @returns whether the list held it
bool ring_member::remove_successor(const ring_id& id) {
  peer_list left;
  for (const auto& peer : successors_) {
    if (peer.id != id)
      left.push_back(peer);
  }
  if (left.size() == successors_.size())
    return false;
  successors_ = std::move(left);
  list_changed_ = true;
  ++revision_;
  return true;
}

void ring_member::drop_successor(const ring_id& id) {
  const auto known = std::ranges::find(successors_, id, &peer_ref::id);
  if (known == successors_.end())
    return;
  lost_.push_back(*known);
  remove_successor(id);
  if (!successors_.empty())
    return;
  // Nobody is left whom it could go on with, and it cannot tell a dead ring
  // from its own isolation: it has to find its place anew. Its predecessor is
  // no successor, unless only these two are left, which a lookup will show.
  state_ = state::isolated;
}

/// Drops a predecessor that is silent for whoever waits to replace it.
void ring_member::lose_predecessor(timestamp now) {
  if (predecessor_) {
    lost_.push_back(*predecessor_);
    suitors_.forget(predecessor_->id);
  }
  checks_predecessor_ = false;
  set_predecessor(std::exchange(rectify_candidate_, std::nullopt), now);
}

void ring_member::set_predecessor(std::optional<peer_ref> peer, timestamp now) {
  predecessor_heard_ = now;
  if (predecessor_ == peer)
    return;
  predecessor_ = std::move(peer);
  ++revision_;
}

} // namespace carillon::chord
