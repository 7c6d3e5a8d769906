#include "bench/simulation/hostile_peers.hpp"

#include "protocols/identity/answer.hpp"
#include "protocols/identity/record.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

std::string_view to_string(misdeed what) noexcept {
  switch (what) {
  case misdeed::drop:
    return "drop";
  case misdeed::misroute:
    return "misroute";
  case misdeed::lie:
    return "lie";
  case misdeed::tamper:
    return "tamper";
  case misdeed::replay:
    return "replay";
  }
  return "unknown";
}

misdeed_set parse_behaviour(std::string_view name) noexcept {
  misdeed_set result = 0;
  for (const auto one : misdeeds)
    if (name == "all" || name == to_string(one))
      result |= static_cast<misdeed_set>(one);
  return result;
}

bool hostile_peers::intercept(const chord::peer_ref& to,
                              const overlay_message& msg) {
  const auto is_to = contains(to.id);
  const auto is_from = contains(msg.from.id);
  if (is_to && !is_from)
    return on_arrival(to, msg);
  if (is_from && !is_to && has_begun_)
    return on_sent(to, msg);
  return false;
}

bool hostile_peers::does(misdeed one) const noexcept {
  return has_begun_ && (what_ & static_cast<misdeed_set>(one)) != 0;
}

/// Decides whether to do one of two things: where both could be done, each
/// comes every second time.
bool hostile_peers::chooses(misdeed one, misdeed other) {
  return does(one) && (!does(other) || ring_.random() % 2 == 0);
}

bool hostile_peers::on_arrival(const chord::peer_ref& at,
                               const overlay_message& msg) {
  if (const auto* said = std::get_if<p2psip::message>(&msg.body))
    return on_records(at, msg.from, *said);
  const auto& said = std::get<chord::message>(msg.body);
  if (const auto* asked = std::get_if<chord::lookup>(&said))
    return on_lookup(at, *asked);
  if (const auto* asked = std::get_if<chord::get_next_hop>(&said))
    return on_next_hop(at, msg.from, *asked);
  if (const auto* asked = std::get_if<chord::get_routes>(&said))
    return on_routes(at, msg.from, *asked);
  return false;
}

bool hostile_peers::on_lookup(const chord::peer_ref&,
                              const chord::lookup& asked) {
  if (chooses(misdeed::drop, misdeed::misroute))
    return true;
  if (!does(misdeed::misroute))
    return false;
  const auto& owner = accomplice(asked.key);
  // Straight to the origin, however the lookup travels.
  say(owner, asked.origin,
      chord::lookup_answer{asked.request,
                           asked.key,
                           owner,
                           accomplices_after(owner.id),
                           static_cast<uint16_t>(asked.hops + 1),
                           {}});
  return true;
}

bool hostile_peers::on_next_hop(const chord::peer_ref& at,
                                const chord::peer_ref& asker,
                                const chord::get_next_hop& asked) {
  if (chooses(misdeed::drop, misdeed::misroute))
    return true;
  if (!does(misdeed::misroute))
    return false;
  const auto& owner = accomplice(asked.key);
  chord::next_hop answer{asked.request, owner, true, {}};
  if (owner == at)
    answer.successors = accomplices_after(at.id);
  say(at, asker, std::move(answer));
  return true;
}

/// Gives a table in which every entry is one of them, as near as they are to
/// where it should be.
bool hostile_peers::on_routes(const chord::peer_ref& at,
                              const chord::peer_ref& asker,
                              const chord::get_routes& asked) {
  if (chooses(misdeed::drop, misdeed::misroute))
    return true;
  if (!does(misdeed::misroute))
    return false;
  chord::routes table{asked.request, {}, accomplices_after(at.id), {}};
  if (!table.successors.empty()) {
    const auto reach = at.id.distance_to(table.successors.back().id);
    for (auto i = static_cast<size_t>(std::max(reach.highest_bit(), 0));
         i < chord::ring_id::bits; ++i) {
      const auto& finger = accomplice(at.id.plus_power_of_two(i));
      if (finger != at
          && (table.fingers.empty() || table.fingers.back() != finger))
        table.fingers.push_back(finger);
    }
  }
  say(at, asker, std::move(table));
  return true;
}

bool hostile_peers::on_records(const chord::peer_ref& at,
                               const chord::peer_ref& asker,
                               const p2psip::message& said) {
  if (const auto* stored = std::get_if<p2psip::store_request>(&said))
    watch(stored->record);
  else if (const auto* copied = std::get_if<p2psip::copy_request>(&said))
    watch(copied->record);
  if (chooses(misdeed::drop, misdeed::tamper)
      && chooses(misdeed::drop, misdeed::replay))
    return true;
  if (const auto* asked = std::get_if<p2psip::fetch_request>(&said))
    questions_.insert_or_assign({asker.id, at.id, asked->request},
                                question{asked->nonce, asked->key});
  return false;
}

/// Changes what one of them is about to say.
bool hostile_peers::on_sent(const chord::peer_ref& to,
                            const overlay_message& msg) {
  if (const auto* said = std::get_if<p2psip::message>(&msg.body)) {
    const auto* given = std::get_if<p2psip::fetch_answer>(said);
    return given != nullptr && on_answer(to, msg.from, *given);
  }
  if (!does(misdeed::lie))
    return false;
  const auto lie = [&](auto truth) {
    truth.successors = accomplices_after(msg.from.id);
    say(msg.from, to, std::move(truth));
    return true;
  };
  const auto& said = std::get<chord::message>(msg.body);
  if (const auto* truth = std::get_if<chord::neighbors>(&said)) {
    auto moved = *truth;
    if (const auto& nearest = accomplice(to.id);
        chord::between(to.id, nearest.id, msg.from.id))
      moved.predecessor = nearest;
    return lie(std::move(moved));
  }
  if (const auto* truth = std::get_if<chord::routes>(&said))
    return lie(*truth);
  if (const auto* truth = std::get_if<chord::lookup_answer>(&said))
    return lie(*truth);
  const auto* truth = std::get_if<chord::next_hop>(&said);
  return truth != nullptr && !truth->successors.empty() && lie(*truth);
}

/// Answers a question for a record with something else, signed as it must be.
bool hostile_peers::on_answer(const chord::peer_ref& to,
                              const chord::peer_ref& from,
                              const p2psip::fetch_answer& given) {
  const auto asked = questions_.extract({to.id, from.id, given.request});
  if (asked.empty())
    return false;
  const auto& key = asked.mapped().key;
  const auto& former =
    answers_.try_emplace({from.id, key}, given.answer).first->second;
  const auto& context = *ring_.context;
  auto opened =
    identity::open_answer(given.answer, asked.mapped().nonce, key,
                          *context.ring, check_, context.time->now());
  if (!opened)
    return false;
  auto& answer = opened->answer;
  const auto send = [&](bytes sealed) {
    ring_.network->carry(to,
                         overlay_message{from,
                                         p2psip::message{p2psip::fetch_answer{
                                           given.request, std::move(sealed)}},
                                         nullptr});
    return true;
  };
  const auto old = archive_.find(key);
  if (chooses(misdeed::replay, misdeed::tamper)) {
    if (old == archive_.end() || answer.record == old->second.second)
      return send(former);
    answer.record = old->second.second;
  } else if (does(misdeed::tamper) && answer.record
             && !answer.record->empty()) {
    (*answer.record)[ring_.random() % answer.record->size()] ^= 1;
  } else {
    return false;
  }
  const auto& node = *ring_.identity_of(from);
  auto sealed =
    identity::seal_answer(answer, node.ticket->get()->sealed,
                          context.ring->ring(), node.keys, ring_.rng);
  return sealed && send(std::move(*sealed));
}

/// Keeps a record if it is the oldest of its key.
void hostile_peers::watch(const p2psip::shared_bytes& record) {
  if ((what_ & static_cast<misdeed_set>(misdeed::replay)) == 0)
    return;
  const auto& context = *ring_.context;
  const auto found = identity::verify_record(*record, *context.ring, check_,
                                             context.time->now());
  if (!found)
    return;
  auto& kept = archive_[found->key];
  if (kept.second.empty() || found->epoch < kept.first)
    kept = {found->epoch, *record};
}

void hostile_peers::say(const chord::peer_ref& from, const chord::peer_ref& to,
                        chord::message body) {
  ring_.network->carry(to, overlay_message{from, std::move(body), nullptr});
}

const chord::peer_ref&
hostile_peers::accomplice(const chord::ring_id& key) const {
  const auto next = peers_.lower_bound(key);
  return next == peers_.end() ? peers_.begin()->second : next->second;
}

chord::successor_list
hostile_peers::accomplices_after(const chord::ring_id& id) const {
  chord::peer_list result;
  auto next = peers_.upper_bound(id);
  for (size_t i = 0; i < peers_.size(); ++i, ++next) {
    if (next == peers_.end())
      next = peers_.begin();
    if (next->first == id || result.size() == chord::defaults::successors)
      break;
    result.push_back(next->second);
  }
  return result;
}

} // namespace carillon
