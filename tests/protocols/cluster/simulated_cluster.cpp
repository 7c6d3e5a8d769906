#include "tests/protocols/cluster/simulated_cluster.hpp"

#include "protocols/cluster/defaults.hpp"

#include <algorithm>
#include <numeric>

namespace carillon::cluster {

using namespace std::chrono_literals;

simulated_cluster::simulated_cluster(unsigned seed, uint32_t peers)
  : random_(seed)
  , peers_(peers) {
  layout_.order.resize(peers);
  std::iota(layout_.order.begin(), layout_.order.end(), 0U);
  std::shuffle(layout_.order.begin(), layout_.order.end(), random_);
}

size_t simulated_cluster::add() {
  const auto which = machines_.size();
  machine next;
  next.self = {1 + which * 1000 + random_() % 1000,
               "member-" + std::to_string(which),
               "host-" + std::to_string(which) + ":7490"};
  next.clock_offset = std::chrono::seconds{random_() % 1'000'000};
  next.disk = which == 0 ? found_cluster(next.self, 42, peers_)
                         : council_state{0, next.self.id, 0, 0, {}};
  machines_.push_back(std::move(next));
  return which;
}

void simulated_cluster::start(size_t which) {
  auto& where = machines_[which];
  where.up.emplace(
    process{council{council_config{where.self, layout_}, where.disk,
                    std::minstd_rand{random_()}, local_time(where)},
            ++where.runs,
            {},
            {}});
}

void simulated_cluster::crash(size_t which) {
  machines_[which].up.reset();
}

void simulated_cluster::leave(size_t which) {
  auto& where = machines_[which];
  where.up->logic.leave(local_time(where));
  take_effects(which);
}

void simulated_cluster::run(duration length) {
  run_until([] { return false; }, length);
}

bool simulated_cluster::run_until(const std::function<bool()>& holds,
                                  duration longest) {
  const auto end = now_ + longest;
  while (now_ < end && !holds())
    step();
  return holds();
}

std::set<uint32_t> simulated_cluster::running(size_t which) const {
  const auto& where = machines_[which];
  return where.up ? where.up->running : std::set<uint32_t>{};
}

bool simulated_cluster::is_settled(const std::set<size_t>& members) const {
  const view* agreed = nullptr;
  size_t most = 0;
  size_t least = peers_;
  size_t total = 0;
  for (const auto which : members) {
    const auto* known = committed(which);
    if (known == nullptr || known->members.size() != members.size()
        || find_member(*known, machines_[which].self.id) == nullptr
        || (agreed != nullptr && *agreed != *known))
      return false;
    agreed = known;
    const auto count = running(which).size();
    most = std::max(most, count);
    least = std::min(least, count);
    total += count;
  }
  return total == peers_ && most - least <= 1;
}

const view* simulated_cluster::committed(size_t which) const {
  const auto& where = machines_[which];
  return where.up ? where.up->logic.committed() : nullptr;
}

std::optional<size_t> simulated_cluster::leader() const {
  for (size_t i = 0; i < machines_.size(); ++i) {
    if (machines_[i].up && machines_[i].up->logic.is_leader())
      return i;
  }
  return std::nullopt;
}

bool simulated_cluster::has_left(size_t which) const {
  return machines_[which].up->logic.has_left();
}

bool simulated_cluster::can_reach(size_t from, size_t to) const {
  return groups_.empty()
    || std::ranges::any_of(groups_, [&](const std::set<size_t>& group) {
           return group.contains(from) && group.contains(to);
         });
}

void simulated_cluster::step() {
  now_ += 10ms;
  while (!network_.empty() && network_.begin()->first <= now_) {
    const auto next = std::move(network_.begin()->second);
    network_.erase(network_.begin());
    auto& where = machines_[next.to];
    if (!where.up || where.up->run != next.run
        || !can_reach(next.from, next.to))
      continue;
    where.up->logic.handle(next.what, local_time(where));
    take_effects(next.to);
    run_peers(next.to);
  }
  for (size_t i = 0; i < machines_.size(); ++i) {
    auto& where = machines_[i];
    if (!where.up)
      continue;
    if (where.up->logic.next_deadline() <= local_time(where)) {
      where.up->logic.tick(local_time(where));
      take_effects(i);
    }
    run_peers(i);
  }
  check();
}

void simulated_cluster::take_effects(size_t which) {
  auto& where = machines_[which];
  const auto done = where.up->logic.take_effects();
  if (done.save)
    where.disk = *done.save;
  for (const auto& each : done.messages)
    post(which, each);
}

void simulated_cluster::post(size_t from, const outgoing& what) {
  std::vector<size_t> receivers;
  for (size_t i = 0; i < machines_.size(); ++i) {
    if (i != from && (what.to == 0 || machines_[i].self.id == what.to))
      receivers.push_back(i);
  }
  if (receivers.empty())
    return;
  const auto to = receivers[random_() % receivers.size()];
  std::uniform_real_distribution<double> chance;
  if (!machines_[to].up || !can_reach(from, to)
      || chance(random_) < faults.loss)
    return;
  // What members say to each other survives its encoding.
  const auto read = decode_message(encode(what.what));
  if (!read || *read != what.what)
    violation = "a message was not encoded well";
  const auto delay = duration{static_cast<duration::rep>(
    chance(random_) * static_cast<double>(faults.max_delay.count()))};
  network_.emplace(now_ + delay,
                   parcel{from, to, machines_[to].up->run, what.what});
}

/// Starts and stops peers as the council says. To stop one takes a while.
void simulated_cluster::run_peers(size_t which) {
  auto& where = machines_[which];
  auto& up = *where.up;
  std::set<uint32_t> wanted;
  const auto* known = up.logic.committed();
  if (known != nullptr && up.logic.may_run(local_time(where))) {
    for (const auto i : seats_of(*known, where.self.id))
      wanted.insert(i);
  }
  for (const auto i : up.running) {
    if (!wanted.contains(i))
      up.stopping.try_emplace(i, now_ + 10ms * (random_() % 90));
  }
  std::erase_if(up.stopping, [&](const auto& entry) {
    if (entry.second > now_)
      return false;
    up.running.erase(entry.first);
    return true;
  });
  if (up.stopping.empty() && known != nullptr)
    up.logic.applied(known->version.number);
  for (const auto i : wanted) {
    if (!up.stopping.contains(i))
      up.running.insert(i);
  }
}

void simulated_cluster::check() {
  std::map<uint32_t, size_t> seen;
  for (size_t i = 0; i < machines_.size(); ++i) {
    for (const auto peer : running(i)) {
      const auto [known, fresh] = seen.emplace(peer, i);
      if (!fresh && violation.empty())
        violation = "peer " + std::to_string(peer) + " runs on machines "
          + std::to_string(known->second) + " and " + std::to_string(i);
    }
  }
  check_views();
}

/// No two views with one number hold, and incarnations rise with each change of
/// the holder.
void simulated_cluster::check_views() {
  for (size_t i = 0; i < machines_.size(); ++i) {
    const auto* known = committed(i);
    if (known == nullptr)
      continue;
    const auto [other, fresh] = views_.emplace(known->version.number, *known);
    if (!fresh) {
      if (other->second != *known && violation.empty())
        violation = "two views with the same number";
      continue;
    }
    for (uint32_t peer = 0; peer < known->seats.size(); ++peer) {
      const auto& present = known->seats[peer];
      auto& last = last_seats_[peer];
      if (present.holder == 0 || present.incarnation <= last.incarnation) {
        if (present.holder != 0 && present.incarnation == last.incarnation
            && present.holder != last.holder && violation.empty())
          violation = "two holders with the same incarnation";
        continue;
      }
      moves += last.holder != 0 && last.holder != present.holder ? 1 : 0;
      last = present;
    }
  }
}

} // namespace carillon::cluster
