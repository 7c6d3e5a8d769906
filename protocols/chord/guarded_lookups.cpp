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
      entry, view,
      {0, member.predecessor(), member.successors(), view.fingers.entries()},
      true);
    entry.gap = usual_gap(view);
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
  if (told.samples() >= defaults::least_entries) {
    // Only peers that this one knows by itself count: liars lead to each other.
    const auto is_contact =
      std::ranges::find(entry.contacts, from.id) != entry.contacts.end();
    if (is_contact || is_own_entry(view, from))
      learn_gap(told.mean_gap());
  }
  entry.gap = usual_gap(view);
  const auto is_believed = is_plausible(entry.gap, told);
  if (!is_believed)
    entry.doubted.push_back({told.mean_gap(), from, msg});
  // A few tables are not enough to accuse anybody.
  if (!is_believed && gaps_.size() >= defaults::least_gaps) {
    disbelieved_.push_back(from.id);
    shunned_.add(from.id, now);
  }
  learn_from(entry, view, msg, is_believed);
  if (auto* who = find(entry, from.id)) {
    who->state = is_believed ? state::good : state::bad;
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

/// Takes note of how far apart the peers of a table are, believed or not.
void guarded_lookups::learn_gap(double gap) {
  if (gaps_.size() < defaults::remembered_gaps)
    gaps_.push_back(gap);
  else
    gaps_[next_gap_++ % gaps_.size()] = gap;
}

/// Gives how far apart peers are, as this peer's own table and the last ones of
/// others tell it. Nobody can name peers that are not there, so lies are always
/// too sparse, and what a quarter of the tables stays below is true even if
/// half of them lie.
double guarded_lookups::usual_gap(const routing_view& view) const {
  const auto& self = view.member.self().id;
  const auto own =
    told_density(self, view.member.successors(), view.fingers.entries());
  auto known = gaps_;
  if (own.samples() >= defaults::least_entries)
    known.push_back(own.mean_gap());
  if (known.empty())
    return 0;
  if (known.size() < defaults::least_gaps)
    return defaults::densest_of_few * *std::ranges::min_element(known);
  const auto usual = known.begin() + static_cast<long>(known.size() / 4);
  std::ranges::nth_element(known, usual);
  return *usual;
}

/// Takes note of a peer on its side of the key.
void guarded_lookups::learn(pending& entry, const ring_id& self,
                            const peer_ref& peer) {
  if (peer.id == self)
    return;
  if (between(entry.begin, peer.id, entry.key))
    entry.before.try_emplace(peer.id.distance_to(entry.key),
                             candidate{peer, state::fresh});
  else
    entry.after.try_emplace(entry.key.distance_to(peer.id),
                            candidate{peer, state::fresh});
}

/// Takes note of the peers of a table. Of one that is not believed those after
/// the key count all the same: of them the nearest that is there is the owner,
/// whoever names it.
void guarded_lookups::learn_from(pending& entry, const routing_view& view,
                                 const routes& table, bool is_believed) {
  const auto& self = view.member.self().id;
  const auto learn_one = [&](const peer_ref& peer) {
    if (is_believed || !between(entry.begin, peer.id, entry.key))
      learn(entry, self, peer);
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
  while (found && *found < defaults::guarded_least_witnesses
         && believe_likeliest(entry, view))
    found = ask_witnesses(id, entry, own_distance, false, now, out);
  // Whom it would rather leave alone is better than nobody.
  if (found && *found < defaults::guarded_least_witnesses)
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

/// Believes the densest table of those that were too sparse, which is the
/// likeliest to be true: where peers are rare by chance all tables are sparse.
/// @returns whether there was one.
bool guarded_lookups::believe_likeliest(pending& entry,
                                        const routing_view& view) {
  auto& doubted = entry.doubted;
  const auto likeliest = std::ranges::min_element(doubted, {}, &doubt::gap);
  if (likeliest == doubted.end())
    return false;
  if (auto* who = find(entry, likeliest->from.id))
    who->state = state::good;
  learn_from(entry, view, likeliest->table, true);
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
        || (who.state == state::fresh && !with_shunned
            && shunned_.contains(who.peer.id, now)))
      continue;
    const auto is_near = distance.as_part() <= near;
    if (who.state == state::good) {
      witnesses += is_near ? 1 : 0;
      continue;
    }
    // All that are near have been asked.
    if (!is_near && witnesses >= defaults::guarded_least_witnesses)
      break;
    if (who.state == state::fresh && !ask(id, entry, who, now, out)) {
      is_waiting |= !entry.open.empty();
      break;
    }
    is_waiting = true;
    ++wanted;
    // What this one says will name nearer ones. A peer that has yet to learn
    // how far apart peers are hears several.
    if (!is_near && gaps_.size() + entry.questions >= defaults::least_gaps)
      break;
  }
  if (is_waiting)
    return std::nullopt;
  return witnesses;
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
