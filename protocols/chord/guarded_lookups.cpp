#include "protocols/chord/guarded_lookups.hpp"

#include <algorithm>

namespace carillon::chord {

namespace {

density own_density(const routing_view& view) {
  density result;
  const auto& self = view.member.self().id;
  result.add_successors(self, view.member.successors());
  result.add_fingers(self, view.fingers.entries());
  return result;
}

density told_density(const peer_ref& by, const routes& msg) {
  density result;
  result.add_successors(by.id, msg.successors);
  result.add_fingers(by.id, msg.fingers);
  return result;
}

/// The number of the question is in the lowest byte.
constexpr uint64_t lookup_of(uint64_t request) {
  return request & ~uint64_t{0xff};
}

} // namespace

void guarded_lookups::start(uint64_t id, const ring_id& key, timestamp now,
                            const routing_view& view, outbox& out) {
  auto& entry = pending_[id];
  entry.key = key;
  entry.deadline = now + defaults::guarded_timeout;
  entry.near = defaults::guarded_near * own_density(view).mean_gap();
  const auto& member = view.member;
  if (member.responsible_for(key) || key == member.self().id) {
    finished_.push_back(
      {id, lookup_result{key, member.self(), member.successors(), 0, 1}});
  } else {
    learn_all(entry, view, member.successors());
    learn_all(entry, view, view.fingers.entries());
    if (member.predecessor())
      learn(entry, view, *member.predecessor());
    go_on(id, entry, now, view, out);
  }
  forget_finished();
}

void guarded_lookups::handle(const peer_ref& from, const routes& msg,
                             timestamp now, const routing_view& view,
                             outbox& out) {
  const auto position = pending_.find(lookup_of(msg.request));
  if (position == pending_.end() || position->second.open.erase(from.id) == 0)
    return;
  auto& entry = position->second;
  auto* who = find(entry, from.id);
  const auto is_believed =
    is_plausible(own_density(view), told_density(from, msg));
  if (is_believed) {
    learn_all(entry, view, msg.successors);
    learn_all(entry, view, msg.fingers);
    if (msg.predecessor)
      learn(entry, view, *msg.predecessor);
  }
  // Whoever comes after the key only has to be there.
  const auto is_after = entry.after.contains(entry.key.distance_to(from.id));
  if (who != nullptr)
    who->state = is_believed || is_after ? state::good : state::bad;
  if (!is_believed) {
    disbelieved_.push_back(from.id);
    shunned_.add(from.id, now);
  }
  go_on(position->first, entry, now, view, out);
  forget_finished();
}

void guarded_lookups::tick(timestamp now, const routing_view& view,
                           outbox& out) {
  for (auto& [id, entry] : pending_) {
    const auto open = entry.open;
    for (const auto& peer : open) {
      const auto* who = find(entry, peer);
      if (who != nullptr && who->deadline > now)
        continue;
      silent_.push_back(peer);
      shunned_.add(peer, now);
      give_up_on(entry, peer);
    }
    if (entry.deadline <= now)
      fail_lookup(id, entry);
    else if (entry.open.size() < open.size())
      go_on(id, entry, now, view, out);
  }
  forget_finished();
}

void guarded_lookups::peer_failed(const ring_id& peer, timestamp now,
                                  const routing_view& view, outbox& out) {
  for (auto& [id, entry] : pending_) {
    if (!entry.open.contains(peer))
      continue;
    give_up_on(entry, peer);
    go_on(id, entry, now, view, out);
  }
  forget_finished();
}

std::vector<finished_lookup> guarded_lookups::take_finished() {
  return std::exchange(finished_, {});
}

std::vector<ring_id> guarded_lookups::take_silent() {
  return std::exchange(silent_, {});
}

std::vector<ring_id> guarded_lookups::take_disbelieved() {
  return std::exchange(disbelieved_, {});
}

timestamp guarded_lookups::next_deadline() const noexcept {
  auto result = timestamp::max();
  for (const auto& [id, entry] : pending_) {
    result = std::min(result, entry.deadline);
    for (const auto* side : {&entry.before, &entry.after})
      for (const auto& [distance, who] : *side)
        if (who.state == state::asked)
          result = std::min(result, who.deadline);
  }
  return result;
}

/// Takes note of a peer on its side of the key.
void guarded_lookups::learn(pending& entry, const routing_view& view,
                            const peer_ref& peer) {
  const auto& self = view.member.self().id;
  if (peer.id == self)
    return;
  if (between(self, peer.id, entry.key))
    entry.before.try_emplace(peer.id.distance_to(entry.key),
                             candidate{peer, state::fresh, {}});
  else
    entry.after.try_emplace(entry.key.distance_to(peer.id),
                            candidate{peer, state::fresh, {}});
}

void guarded_lookups::learn_all(pending& entry, const routing_view& view,
                                const peer_list& peers) {
  for (const auto& peer : peers)
    learn(entry, view, peer);
  const auto forget_far_ones = [](candidates& side) {
    while (side.size() > defaults::guarded_candidates
           && std::prev(side.end())->second.state != state::asked)
      side.erase(std::prev(side.end()));
  };
  forget_far_ones(entry.before);
  forget_far_ones(entry.after);
}

/// Asks whom it makes sense to ask, or ends the lookup.
void guarded_lookups::go_on(uint64_t id, pending& entry, timestamp now,
                            const routing_view& view, outbox& out) {
  // The nearest before the key that are not known to be of no use.
  size_t witnesses = 0;
  bool is_waiting = false;
  for (auto& [distance, who] : entry.before) {
    if (witnesses == defaults::guarded_witnesses)
      break;
    // Others will do. Who comes after the key is asked in any case.
    if (who.state == state::fresh && shunned_.contains(who.peer.id, now))
      who.state = state::bad;
    if (who.state == state::bad)
      continue;
    ++witnesses;
    if (who.state == state::good)
      continue;
    is_waiting = true;
    if (who.state == state::fresh && !ask(id, entry, who, now, out))
      break;
    // What this one says will name nearer ones.
    if (distance.as_part() > entry.near)
      break;
  }
  if (is_waiting && !entry.open.empty())
    return;
  for (auto& [distance, who] : entry.after) {
    if (who.state == state::bad)
      continue;
    if (who.state == state::good) {
      finish(id, entry, view);
      return;
    }
    if (who.state == state::fresh && !ask(id, entry, who, now, out))
      break;
    return;
  }
  if (entry.open.empty())
    fail_lookup(id, entry);
}

/// @returns whether there was room for another question.
bool guarded_lookups::ask(uint64_t id, pending& entry, candidate& whom,
                          timestamp now, outbox& out) {
  if (entry.open.size() >= defaults::guarded_parallel
      || entry.questions >= defaults::guarded_questions)
    return false;
  ++entry.questions;
  whom.state = state::asked;
  whom.deadline = now + defaults::lookup_hop_timeout;
  entry.open.insert(whom.peer.id);
  out.push_back({whom.peer, get_routes{id | entry.questions}});
  return true;
}

void guarded_lookups::give_up_on(pending& entry, const ring_id& peer) {
  entry.open.erase(peer);
  if (auto* who = find(entry, peer))
    who->state = state::bad;
}

guarded_lookups::candidate* guarded_lookups::find(pending& entry,
                                                  const ring_id& peer) {
  if (const auto near = entry.before.find(peer.distance_to(entry.key));
      near != entry.before.end())
    return &near->second;
  const auto far = entry.after.find(entry.key.distance_to(peer));
  return far == entry.after.end() ? nullptr : &far->second;
}

void guarded_lookups::finish(uint64_t id, const pending& entry,
                             const routing_view& view) {
  peer_list found;
  for (const auto& [distance, who] : entry.after) {
    if (who.state == state::bad)
      continue;
    found.push_back(who.peer);
    if (found.size() > defaults::successors)
      break;
  }
  const auto owner = found.front();
  found.erase(found.begin());
  // Round the ring, this peer follows as well.
  if (found.size() < defaults::successors && owner != view.member.self())
    found.push_back(view.member.self());
  finished_.push_back(
    {id,
     lookup_result{entry.key, owner, std::move(found), entry.questions, 1}});
}

void guarded_lookups::fail_lookup(uint64_t id, const pending& entry) {
  finished_.push_back(
    {id,
     fail(errc::timeout,
          "key " + brief(entry.key) + ", " + std::to_string(entry.questions)
            + " peers asked")});
}

void guarded_lookups::forget_finished() {
  for (const auto& entry : finished_)
    pending_.erase(entry.id);
}

} // namespace carillon::chord
