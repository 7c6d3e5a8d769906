#include "protocols/chord/guarded_lookups.hpp"

#include <algorithm>

namespace carillon::chord {

namespace {

density told_density(const ring_id& by, const peer_list& successors,
                     const peer_list& fingers) {
  density result;
  result.add_successors(by, successors);
  result.add_fingers(by, fingers);
  return result;
}

density own_density(const routing_view& view) {
  return told_density(view.member.self().id, view.member.successors(),
                      view.fingers.entries());
}

bool is_own_entry(const routing_view& view, const peer_ref& peer) {
  const auto holds = [&](const peer_list& list) {
    return std::ranges::find(list, peer) != list.end();
  };
  return holds(view.member.successors()) || holds(view.fingers.entries());
}

/// The number of the question is in the lowest byte.
constexpr uint64_t lookup_of(uint64_t request) {
  return request & ~uint64_t{0xff};
}

} // namespace

void guarded_lookups::start(uint64_t id, const ring_id& key, timestamp now,
                            const routing_view& view, outbox& out) {
  const auto& member = view.member;
  const auto& self = member.self();
  auto& entry = add(id, key, now);
  entry.begin = self.id;
  if (member.responsible_for(key) || key == self.id) {
    finished_.push_back(
      {id, lookup_result{key, self, member.successors(), 0, 1}});
  } else {
    learn_from(
      entry, self, self.id,
      {0, member.predecessor(), member.successors(), view.fingers.entries()},
      true);
    entry.gap = gaps_.usual(own_density(view), {});
    go_on(id, entry, now, view, out);
  }
  forget_finished();
}

void guarded_lookups::start_join(uint64_t id, const peer_list& contacts,
                                 timestamp now, const routing_view& view,
                                 outbox& out) {
  const auto& self = view.member.self().id;
  auto& entry = add(id, self, now);
  // The half of the circle that ends at this peer comes before it.
  entry.begin = self.plus_power_of_two(ring_id::bits - 1);
  for (const auto& contact : contacts) {
    if (contact.id == self)
      continue;
    entry.contacts.push_back(contact.id);
    entry.before.try_emplace(contact.id.distance_to(self),
                             candidate{contact, state::fresh});
  }
  go_on(id, entry, now, view, out);
  forget_finished();
}

void guarded_lookups::handle(const peer_ref& from, const routes& msg,
                             timestamp now, const routing_view& view,
                             outbox& out) {
  const auto position = pending_.find(lookup_of(msg.request));
  if (position == pending_.end() || position->second.open.erase(from.id) == 0)
    return;
  auto& entry = position->second;
  const auto told = told_density(from.id, msg.successors, msg.fingers);
  // Only peers that this one knows by itself count: liars lead to each other.
  const auto is_contact =
    std::ranges::find(entry.contacts, from.id) != entry.contacts.end();
  if (is_contact || is_own_entry(view, from))
    gaps_.add(told);
  entry.heard.push_back(told);
  reconsider(entry, view);
  const auto is_believed = is_plausible(entry.gap, told);
  if (!is_believed)
    entry.doubted.push_back({told.mean_gap(), from, msg});
  if (!is_believed && gaps_.is_firm()) {
    disbelieved_.push_back(from.id);
    shunned_.add(from.id, now);
  }
  const auto tells_gap = told.samples() >= defaults::least_entries;
  entry.named.enter(from.id, tells_gap ? told.mean_gap() : 0);
  learn_from(entry, from, view.member.self().id, msg, is_believed);
  if (auto* who = find(entry, from.id)) {
    judge(entry, *who, is_believed);
    place(entry, *who);
  }
  go_on(position->first, entry, now, view, out);
  forget_finished();
}

void guarded_lookups::tick(timestamp now, const routing_view& view,
                           outbox& out) {
  for (auto& [id, entry] : pending_) {
    const auto open = entry.open;
    for (const auto& [peer, deadline] : open) {
      if (deadline > now)
        continue;
      silent_.push_back(peer);
      shunned_.add(peer, now);
      give_up_on(entry, peer);
    }
    if (entry.deadline <= now)
      conclude(id, entry, view);
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
    for (const auto& [peer, deadline] : entry.open)
      result = std::min(result, deadline);
  }
  return result;
}

/// Gives how far from the key peers are near, as a part of the circle: all are
/// in a ring that is too small to tell how far apart they are.
double guarded_lookups::near_of(const pending& entry) {
  return entry.gap == 0 ? 1 : defaults::guarded_near * entry.gap;
}

guarded_lookups::pending& guarded_lookups::add(uint64_t id, const ring_id& key,
                                               timestamp now) {
  auto& entry = pending_[id];
  entry.key = key;
  entry.deadline = now + defaults::guarded_timeout;
  return entry;
}

/// Takes note of the peers of a table. Of one that is not believed those after
/// the key count all the same: of them the nearest that is there is the owner,
/// whoever names it.
void guarded_lookups::learn_from(pending& entry, const peer_ref& from,
                                 const ring_id& self, const routes& table,
                                 bool is_believed) {
  std::optional<informants::number> informant;
  if (from.id != self)
    informant = entry.named.number_of(from.id);
  const auto learn_one = [&](const peer_ref& peer) {
    const auto is_before = between(entry.begin, peer.id, entry.key);
    if (peer.id == self || (is_before && !is_believed))
      return;
    auto& side = is_before ? entry.before : entry.after;
    const auto [known, is_new] =
      side.try_emplace(is_before ? peer.id.distance_to(entry.key)
                                 : entry.key.distance_to(peer.id),
                       candidate{peer});
    auto& who = known->second;
    if (informant && (is_new || who.named_by.begin() != who.named_by.end()))
      who.named_by.add(*informant);
  };
  for (const auto& peer : table.successors)
    learn_one(peer);
  for (const auto& peer : table.fingers)
    learn_one(peer);
  if (table.predecessor)
    learn_one(*table.predecessor);
  const auto forget_far_ones = [](candidates& side) {
    while (side.size() > defaults::guarded_candidates
           && std::prev(side.end())->second.state != state::asked)
      side.erase(std::prev(side.end()));
  };
  forget_far_ones(entry.before);
  forget_far_ones(entry.after);
}

/// Puts somebody who has answered on the right side of the key, where it only
/// has to be there: contacts of a peer that joins may lie anywhere.
void guarded_lookups::place(pending& entry, const candidate& whom) {
  const auto peer = whom.peer;
  if (between(entry.begin, peer.id, entry.key))
    return;
  entry.before.erase(peer.id.distance_to(entry.key));
  entry.after.insert_or_assign(entry.key.distance_to(peer.id),
                               candidate{peer, state::good});
}

/// Asks whom it makes sense to ask, or ends the lookup.
void guarded_lookups::go_on(uint64_t id, pending& entry, timestamp now,
                            const routing_view& view, outbox& out) {
  const auto own_distance = view.member.self().id.distance_to(entry.key);
  auto found = ask_witnesses(id, entry, own_distance, false, now, out);
  while (found && *found < defaults::guarded_witnesses
         && believe_likeliest(entry, view))
    found = ask_witnesses(id, entry, own_distance, false, now, out);
  // Whom it would rather leave alone is better than nobody.
  if (found && *found < defaults::guarded_witnesses)
    found = ask_witnesses(id, entry, own_distance, true, now, out);
  if (!found)
    return;
  if (*found == 0) {
    fail_lookup(id, entry);
    return;
  }
  const auto near = near_of(entry);
  for (auto& [distance, who] : entry.after) {
    if (who.state == state::bad)
      continue;
    // Who is as far away cannot be the owner.
    if (distance.as_part() > near)
      break;
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

/// Judges the tables that were heard anew by all that is known now.
void guarded_lookups::reconsider(pending& entry, const routing_view& view) {
  entry.gap = gaps_.usual(own_density(view), entry.heard);
  const auto sparsest = defaults::largest_sparseness * entry.gap;
  entry.named.set_sparsest(sparsest);
  while (std::ranges::any_of(
    entry.doubted, [&](const doubt& item) { return item.gap <= sparsest; }))
    believe_likeliest(entry, view);
}

/// Believes the densest table of those that were too sparse, which is the
/// likeliest to be true: where peers are rare by chance all tables are sparse.
/// @returns whether there was one.
bool guarded_lookups::believe_likeliest(pending& entry,
                                        const routing_view& view) {
  auto& doubted = entry.doubted;
  const auto likeliest = std::ranges::min_element(doubted, {}, &doubt::gap);
  if (likeliest == doubted.end())
    return false;
  const auto from = likeliest->from;
  if (auto* who = find(entry, from.id))
    who->state = state::good;
  learn_from(entry, from, view.member.self().id, likeliest->table, true);
  doubted.erase(likeliest);
  return true;
}

/// Has the peers right before the key say what they know.
/// @param own_distance from this peer, which is a witness itself if it is near.
/// @returns how many have, or nothing while answers are missing.
std::optional<size_t>
guarded_lookups::ask_witnesses(uint64_t id, pending& entry,
                               const ring_id& own_distance, bool with_shunned,
                               timestamp now, outbox& out) {
  const auto near = near_of(entry);
  size_t witnesses =
    own_distance != ring_id{} && own_distance.as_part() <= near ? 1 : 0;
  size_t wanted = 0;
  bool is_waiting = false;
  for (auto& [distance, who] : entry.before) {
    if (witnesses + wanted >= defaults::guarded_witnesses)
      break;
    // Who is shunned may still be the owner: those after the key are asked.
    if (who.state == state::bad
        || (!with_shunned && is_dubious(entry, who, now)))
      continue;
    const auto is_near = distance.as_part() <= near;
    if (who.state == state::good) {
      witnesses += is_near ? 1 : 0;
      continue;
    }
    if (who.state == state::fresh && !ask(id, entry, who, now, out)) {
      is_waiting |= !entry.open.empty();
      break;
    }
    is_waiting = true;
    ++wanted;
    // What this one says will name nearer ones. A peer that has yet to learn
    // how far apart peers are hears several.
    if (!is_near && gaps_.samples() + entry.questions >= defaults::least_gaps)
      break;
  }
  if (is_waiting)
    return std::nullopt;
  return witnesses;
}

/// Tells whether a peer is asked, or counts as a witness, only where nobody
/// else is left.
bool guarded_lookups::is_dubious(const pending& entry, const candidate& whom,
                                 timestamp now) const {
  if (whom.state == state::good)
    return entry.named.has_misled(whom.peer.id);
  return whom.state == state::fresh
    && (shunned_.contains(whom.peer.id, now)
        || entry.named.is_dubious(whom.named_by));
}

/// @returns whether there was room for another question.
bool guarded_lookups::ask(uint64_t id, pending& entry, candidate& whom,
                          timestamp now, outbox& out) {
  if (entry.open.size() >= defaults::guarded_parallel
      || entry.questions >= defaults::guarded_questions)
    return false;
  ++entry.questions;
  whom.state = state::asked;
  entry.open.emplace(whom.peer.id, now + defaults::lookup_hop_timeout);
  out.push_back({whom.peer, get_routes{id | entry.questions}});
  return true;
}

/// Ends a lookup that has no more time with what it knows by now.
void guarded_lookups::conclude(uint64_t id, const pending& entry,
                               const routing_view& view) {
  const auto near = near_of(entry);
  size_t witnesses = 0;
  for (const auto& [distance, who] : entry.before)
    witnesses += who.state == state::good && distance.as_part() <= near ? 1 : 0;
  const auto owner = std::ranges::find_if(entry.after, [](const auto& item) {
    return item.second.state == state::good;
  });
  if (witnesses < defaults::guarded_least_witnesses
      || owner == entry.after.end() || owner->first.as_part() > near)
    fail_lookup(id, entry);
  else
    finish(id, entry, view);
}

void guarded_lookups::give_up_on(pending& entry, const ring_id& peer) {
  entry.open.erase(peer);
  if (auto* who = find(entry, peer))
    judge(entry, *who, false);
}

void guarded_lookups::judge(pending& entry, candidate& whom, bool is_good) {
  whom.state = is_good ? state::good : state::bad;
  entry.named.judge(whom.named_by, is_good);
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
    // The owner has said that it is there.
    if (who.state == state::bad || (found.empty() && who.state != state::good))
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
    {id, lookup_result{entry.key, owner, std::move(found), entry.questions, 1},
     entry.contacts.empty() ? peer_list{} : nearest_before(entry)});
}

/// Gives those before a key who should have its owner in their lists.
peer_list guarded_lookups::nearest_before(const pending& entry) {
  peer_list result;
  for (const auto& [distance, who] : entry.before)
    if (who.state != state::bad && result.size() < defaults::successors)
      result.push_back(who.peer);
  return result;
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
