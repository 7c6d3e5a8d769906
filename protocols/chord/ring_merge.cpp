#include "protocols/chord/ring_merge.hpp"

#include <algorithm>

namespace carillon::chord {

namespace {

/// Tells the answers to probes from those to a member's own questions.
constexpr uint64_t probe_bit = uint64_t{1} << 63;

bool holds(const peer_list& peers, const peer_ref& peer) {
  return std::ranges::find(peers, peer) != peers.end();
}

bool is_neighbour(const ring_member& member, const peer_ref& peer) {
  return member.predecessor() == peer || holds(member.successors(), peer);
}

/// Gives the peer known to be the nearest before a point, other than the first
/// successor's predecessor: null when it is this peer itself.
const peer_ref* find_preceding(const ring_member& member,
                               const finger_table& fingers,
                               const ring_id& point) {
  const auto& self = member.self().id;
  const auto& predecessor = member.predecessor();
  if (predecessor && between(predecessor->id, point, self))
    return &*predecessor;
  const std::vector<ring_id> exclude{point};
  const auto* nearest = fingers.closest_preceding(point, exclude);
  for (const auto& peer : member.successors()) {
    if (between(self, peer.id, point)
        && (nearest == nullptr || between(nearest->id, peer.id, point)))
      nearest = &peer;
  }
  return nearest;
}

void introduce_to(ring_member& member, const finger_table& fingers,
                  const peer_ref& from, const introduce& msg, timestamp now,
                  outbox& out) {
  const auto& peer = msg.peer;
  if (member.current_state() != ring_member::state::member
      || peer == member.self() || holds(member.successors(), peer))
    return;
  const auto& successors = member.successors();
  if (successors.empty()
      || between(member.self().id, peer.id, successors.front().id)) {
    member.consider(peer);
    return;
  }
  if (peer == from && member.take_in(peer, now, out))
    return;
  const auto* next = find_preceding(member, fingers, peer.id);
  if (next != nullptr && msg.hops < defaults::hop_limit)
    out.push_back(
      {*next, introduce{peer, static_cast<uint16_t>(msg.hops + 1)}});
}

/// Draws a time around the mean.
duration probe_pause(std::minstd_rand& random) {
  constexpr auto mean = defaults::lost_probe_interval.count();
  return duration{
    std::uniform_int_distribution<int64_t>{mean / 2, mean * 3 / 2}(random)};
}

} // namespace

void ring_merge::remember(const peer_ref& lost, timestamp now,
                          std::minstd_rand& random) {
  if (lost_.empty())
    next_probe_ = now + probe_pause(random);
  std::erase_if(lost_,
                [&](const lost_peer& known) { return known.peer == lost; });
  if (lost_.size() >= defaults::lost_peers)
    lost_.erase(lost_.begin());
  lost_.push_back({lost, now});
}

void ring_merge::handle(const peer_ref& from, const message& msg, timestamp now,
                        ring_member& member, const finger_table& fingers,
                        outbox& out) {
  if (const auto* told = std::get_if<introduce>(&msg))
    introduce_to(member, fingers, from, *told, now, out);
  else if (const auto* answer = std::get_if<neighbors>(&msg))
    on_answer(from, *answer, now, member, fingers, out);
}

void ring_merge::tick(timestamp now, const ring_member& member,
                      std::minstd_rand& random, outbox& out) {
  if (next_deadline() > now)
    return;
  std::erase_if(lost_, [&](const lost_peer& known) {
    return known.since + defaults::lost_peer_memory <= now
      || is_neighbour(member, known.peer);
  });
  next_probe_ = now + probe_pause(random);
  if (lost_.empty())
    return;
  last_probe_ = (last_probe_ + 1) | probe_bit;
  const auto& chosen = lost_[random() % lost_.size()].peer;
  out.push_back({chosen, get_neighbors{last_probe_}});
}

void ring_merge::on_answer(const peer_ref& from, const neighbors& msg,
                           timestamp now, ring_member& member,
                           const finger_table& fingers, outbox& out) {
  if ((msg.request & probe_bit) == 0)
    return;
  const auto removed = std::erase_if(
    lost_, [&](const lost_peer& known) { return known.peer == from; });
  if (removed == 0 || member.current_state() != ring_member::state::member)
    return;
  // Where one has come back there may be more.
  next_probe_ =
    std::min(next_probe_, now + defaults::lost_probe_pause_after_answer);
  if (msg.predecessor == member.self() || holds(msg.successors, member.self()))
    return;
  introduce_to(member, fingers, member.self(), {from, 0}, now, out);
  out.push_back({from, introduce{member.self(), 0}});
}

} // namespace carillon::chord
