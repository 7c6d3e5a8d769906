#include "tests/support/ring_simulation.hpp"

#include "protocols/chord/router.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "protocols/link/frames.hpp"

#include <algorithm>
#include <stdexcept>

namespace carillon::test {

using namespace chord;
using namespace std::chrono_literals;

namespace {

/// Says a message as a link would, and gives what the other side understands.
message pass_through_link(const peer_ref& from, const peer_ref& to,
                          const message& body) {
  const auto got =
    link::decode_frame(link::encode(link::overlay_frame{to.id, from, body}));
  if (!got)
    throw std::runtime_error{to_string(got.error())};
  return std::get<message>(std::get<link::overlay_frame>(*got).body);
}

} // namespace

ring_simulation::ring_simulation(config cfg, uint64_t seed)
  : config_(cfg)
  , rng_(seed)
  , now_(std::chrono::hours(1)) {}

void ring_simulation::settle(size_t count) {
  peer_list peers;
  for (size_t i = 0; i < count; ++i)
    peers.push_back(new_peer());
  for (const auto& view :
       settled_ring(std::move(peers), config_.ring.successors)) {
    auto& member =
      members_.try_emplace(view.self.id, view.self, config_.ring).first->second;
    member.adopt(view.predecessor, view.successors, now_);
  }
}

ring_id ring_simulation::join() {
  const auto self = new_peer();
  const auto successor = find_successor(self.id);
  auto& member =
    members_.try_emplace(self.id, self, config_.ring).first->second;
  outbox out;
  if (successor)
    member.join({*successor, {}, {}}, now_, out);
  else
    member.found(now_);
  send(self, std::move(out));
  return self.id;
}

void ring_simulation::crash(const ring_id& id) {
  members_.erase(id);
}

void ring_simulation::leave(const ring_id& id) {
  auto& member = members_.at(id);
  outbox out;
  member.leave(out);
  const auto self = member.self();
  members_.erase(id);
  send(self, std::move(out));
}

void ring_simulation::stabilize(const ring_id& id) {
  auto& member = members_.at(id);
  outbox out;
  // What the others have to do meanwhile they do late.
  now_ = std::max(now_, member.next_deadline());
  member.tick(now_, out);
  send(member.self(), std::move(out));
}

void ring_simulation::advance(duration time) {
  constexpr duration step = 50ms;
  for (const auto end = now_ + time; now_ < end;) {
    now_ = std::min(now_ + step, end);
    while (!network_.empty() && network_.begin()->first <= now_) {
      const auto msg = std::move(network_.begin()->second);
      network_.erase(network_.begin());
      deliver(msg);
    }
    for (const auto& id : ids()) {
      auto& member = members_.at(id);
      outbox out;
      if (member.next_deadline() <= now_)
        member.tick(now_, out);
      send(member.self(), std::move(out));
    }
    rejoin_isolated();
  }
}

void ring_simulation::drain() {
  while (!network_.empty()) {
    const auto msg = std::move(network_.begin()->second);
    network_.erase(network_.begin());
    deliver(msg);
  }
}

bool ring_simulation::can_lose(const ring_id& id) const {
  return std::ranges::all_of(members_, [&](const auto& entry) {
    const auto& successors = entry.second.successors();
    return entry.first == id
      || std::ranges::any_of(successors, [&](const peer_ref& peer) {
             return peer.id != id && members_.contains(peer.id);
           });
  });
}

std::vector<member_view> ring_simulation::views() const {
  std::vector<member_view> result;
  for (const auto& [id, member] : members_) {
    if (member.current_state() == ring_member::state::member)
      result.push_back(
        {member.self(), member.predecessor(), member.successors()});
  }
  return result;
}

std::vector<ring_id> ring_simulation::ids() const {
  std::vector<ring_id> result;
  for (const auto& entry : members_)
    result.push_back(entry.first);
  return result;
}

ring_id ring_simulation::random_id() {
  auto position = members_.begin();
  std::advance(position, static_cast<long>(rng_() % members_.size()));
  return position->first;
}

peer_ref ring_simulation::new_peer() {
  std::array<uint8_t, ring_id::size> data;
  for (auto& byte : data)
    byte = static_cast<uint8_t>(rng_());
  if (!config_.foreign)
    return {ring_id{data}, 0, node_};
  auto node = std::make_shared<node_info>();
  std::ranges::copy(data, node->fingerprint.begin());
  return {ring_id{data}, 0, std::move(node)};
}

void ring_simulation::send(const peer_ref& from, outbox out) {
  for (auto& msg : out) {
    if (config_.loss > 0 && std::bernoulli_distribution{config_.loss}(rng_))
      continue;
    auto due = now_;
    if (config_.delay > 0us)
      due += duration{static_cast<int64_t>(
        rng_() % static_cast<uint64_t>(config_.delay.count()))};
    if (config_.foreign)
      msg.body = pass_through_link(from, msg.to, msg.body);
    network_.emplace(due, envelope{due, from, msg.to, std::move(msg.body)});
  }
}

void ring_simulation::deliver(const envelope& msg) {
  outbox out;
  const auto receiver = members_.find(msg.to.id);
  if (receiver != members_.end()) {
    receiver->second.handle(msg.from, msg.body, now_, out);
    send(receiver->second.self(), std::move(out));
    return;
  }
  const auto sender = members_.find(msg.from.id);
  if (!config_.perfect_detection || sender == members_.end())
    return;
  sender->second.peer_failed(msg.to.id, now_, out);
  send(sender->second.self(), std::move(out));
}

std::optional<peer_ref> ring_simulation::find_successor(const ring_id& id) {
  std::vector<const ring_member*> doors;
  for (const auto& entry : members_) {
    if (entry.second.current_state() == ring_member::state::member
        && entry.first != id)
      doors.push_back(&entry.second);
  }
  if (doors.empty())
    return std::nullopt;
  const auto* hop = doors[rng_() % doors.size()];
  std::vector<ring_id> dead{id};
  auto final = false;
  for (size_t hops = 0; hops < 4 * members_.size() + 16; ++hops) {
    const finger_table no_fingers{hop->self().id};
    const auto way = find_route({*hop, no_fingers}, id, final, dead);
    if (way.what == route::kind::here)
      return hop->self();
    if (way.what == route::kind::none)
      break;
    const auto next = members_.find(way.next->id);
    if (next == members_.end()
        || next->second.current_state() != ring_member::state::member) {
      dead.push_back(way.next->id);
      continue;
    }
    final = way.what == route::kind::owner;
    hop = &next->second;
  }
  return hop->self();
}

void ring_simulation::rejoin_isolated() {
  for (const auto& id : ids()) {
    auto& member = members_.at(id);
    if (member.current_state() != ring_member::state::isolated)
      continue;
    outbox out;
    if (const auto successor = find_successor(id))
      member.join({*successor, {}, {}}, now_, out);
    else
      member.found(now_);
    send(member.self(), std::move(out));
  }
}

} // namespace carillon::test
