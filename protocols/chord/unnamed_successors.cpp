#include "protocols/chord/unnamed_successors.hpp"

#include <algorithm>

namespace carillon::chord {

void unnamed_successors::keep(const ring_id& self,
                              const successor_list& present, peer_list& merged,
                              const ring_config& config, timestamp now,
                              uint64_t& last_request, outbox& out) {
  const auto is_named = [named = merged](const peer_ref& peer) {
    return std::ranges::find(named, peer) != named.end();
  };
  std::erase_if(
    all_, [&](const unnamed_peer& known) { return is_named(known.peer); });
  for (const auto& peer : present) {
    if (is_named(peer) || !between(merged.front().id, peer.id, self))
      continue;
    const auto place = std::ranges::find_if(merged, [&](const peer_ref& other) {
      return between(self, peer.id, other.id);
    });
    merged.insert(place, peer);
    auto known = std::ranges::find(all_, peer, &unnamed_peer::peer);
    if (known == all_.end())
      known = all_.insert(all_.end(),
                          unnamed_peer{peer, 0, 0, timestamp::max(), now});
    if (known->deadline == timestamp::max() && known->next <= now) {
      known->times = 0;
      ask(*known, config, now, last_request, out);
    }
  }
  if (merged.size() > config.successors)
    merged.resize(config.successors);
  // Who has no place in the list any more is of no concern.
  std::erase_if(all_, [&](const unnamed_peer& known) {
    return std::ranges::find(merged, known.peer) == merged.end();
  });
}

void unnamed_successors::add(const peer_ref& peer, const ring_config& config,
                             timestamp now) {
  // It may have been dropped from the list and come back since.
  std::erase_if(all_,
                [&](const unnamed_peer& known) { return known.peer == peer; });
  all_.push_back(
    {peer, 0, 0, timestamp::max(), now + config.max_stabilize_interval});
}

void unnamed_successors::on_pong(const peer_ref& from, const pong& msg) {
  for (auto& known : all_)
    if (known.peer == from && known.request == msg.request)
      known.deadline = timestamp::max();
}

peer_list unnamed_successors::tick(const ring_config& config, timestamp now,
                                   uint64_t& last_request, outbox& out) {
  peer_list silent;
  for (auto& known : all_) {
    if (known.deadline > now)
      continue;
    if (known.times < config.neighbour_attempts)
      ask(known, config, now, last_request, out);
    else
      silent.push_back(known.peer);
  }
  for (const auto& peer : silent)
    std::erase_if(
      all_, [&](const unnamed_peer& known) { return known.peer == peer; });
  return silent;
}

timestamp unnamed_successors::next_deadline() const noexcept {
  auto result = timestamp::max();
  for (const auto& known : all_)
    result = std::min(result, known.deadline);
  return result;
}

void unnamed_successors::ask(unnamed_peer& whom, const ring_config& config,
                             timestamp now, uint64_t& last_request,
                             outbox& out) {
  ++whom.times;
  whom.request = ++last_request;
  whom.deadline = now + config.neighbour_timeout;
  whom.next = now + config.max_stabilize_interval;
  out.push_back({whom.peer, ping{whom.request}});
}

} // namespace carillon::chord
