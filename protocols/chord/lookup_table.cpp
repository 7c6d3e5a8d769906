#include "protocols/chord/lookup_table.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace carillon::chord {

namespace {

/// A request number is the lookup's id and the number of its question, so
/// that an answer to an earlier question can be told from the current one.
constexpr uint64_t make_request(uint64_t id, uint8_t step) {
  return (id << 8) | step;
}

/// An attempt that failed is followed by one of another kind.
routing_strategy strategy_of(const lookup_options& options, size_t attempt) {
  if (attempt % 2 == 0)
    return options.strategy;
  return options.strategy == routing_strategy::iterative
    ? routing_strategy::semi_recursive
    : routing_strategy::iterative;
}

} // namespace

expected<uint64_t> lookup_table::start(const ring_id& key,
                                       const lookup_options& options,
                                       timestamp now, const routing_view& view,
                                       outbox& out) {
  if (pending_.size() >= capacity_)
    return fail(errc::overloaded,
                std::to_string(capacity_)
                  + " lookups are under way at this peer");
  if (view.member.current_state() != ring_member::state::member)
    return fail(errc::unreachable, "the peer is not part of a ring yet");
  const auto id = add(key, options, view);
  begin_attempt(pending_.at(id), now, view, out);
  forget_finished();
  return id;
}

expected<uint64_t>
lookup_table::start_join(peer_list contacts, const lookup_options& options,
                         timestamp now, const routing_view& view, outbox& out) {
  if (contacts.empty())
    return fail(errc::unreachable, "no peer is known to join through");
  auto plan = options;
  plan.strategy = routing_strategy::iterative;
  const auto id = add(view.member.self().id, plan, view);
  auto& entry = pending_.at(id);
  entry.contacts = std::move(contacts);
  begin_attempt(entry, now, view, out);
  forget_finished();
  return id;
}

void lookup_table::handle(const peer_ref& from, const message& msg,
                          timestamp now, const routing_view& view,
                          outbox& out) {
  if (const auto* answer = std::get_if<lookup_answer>(&msg)) {
    // The answer to an earlier attempt is as good as one to the last.
    auto* entry = find(answer->request);
    if (entry != nullptr && entry->key == answer->key)
      succeed(*entry, answer->owner, answer->successors, answer->hops);
  } else if (const auto* hop = std::get_if<next_hop>(&msg)) {
    auto* entry = find(hop->request);
    if (entry != nullptr && hop->request == make_request(entry->id, entry->step)
        && from == entry->asked)
      on_next_hop(*entry, from, *hop, now, view, out);
  }
  forget_finished();
}

void lookup_table::tick(timestamp now, const routing_view& view, outbox& out) {
  for (auto& [id, entry] : pending_) {
    if (entry.attempt_deadline <= now) {
      next_attempt(entry, now, view, out);
    } else if (entry.hop_deadline <= now) {
      silent_.push_back(entry.asked.id);
      on_silence(entry, now, view, out);
    }
  }
  forget_finished();
}

void lookup_table::peer_failed(const ring_id& id, timestamp now,
                               const routing_view& view, outbox& out) {
  for (auto& [number, entry] : pending_) {
    if (entry.asked.id == id)
      on_silence(entry, now, view, out);
  }
  forget_finished();
}

std::vector<finished_lookup> lookup_table::take_finished() {
  return std::exchange(finished_, {});
}

std::vector<ring_id> lookup_table::take_silent() {
  return std::exchange(silent_, {});
}

timestamp lookup_table::next_deadline() const noexcept {
  auto result = timestamp::max();
  for (const auto& [id, entry] : pending_)
    result = std::min({result, entry.attempt_deadline, entry.hop_deadline});
  return result;
}

/// SipHash of the peer and a count, under the secret.
uint64_t lookup_table::next_id(const ring_id& self) {
  ++started_;
  if (secret_.size() < crypto_shorthash_KEYBYTES)
    return started_;
  std::array<uint8_t, ring_id::size + sizeof(started_)> input;
  std::copy_n(self.data().begin(), ring_id::size, input.begin());
  for (size_t i = 0; i < sizeof(started_); ++i)
    input[ring_id::size + i] = static_cast<uint8_t>(started_ >> (8 * i));
  std::array<uint8_t, crypto_shorthash_BYTES> digest;
  crypto_shorthash(digest.data(), input.data(), input.size(), secret_.data());
  uint64_t result = 0;
  for (size_t i = 0; i < 7; ++i)
    result = (result << 8) | digest[i];
  return result;
}

uint64_t lookup_table::add(const ring_id& key, const lookup_options& options,
                           const routing_view& view) {
  const auto id = next_id(view.member.self().id);
  auto& entry = pending_[id];
  entry.id = id;
  entry.self = view.member.self();
  entry.key = key;
  entry.options = options;
  return id;
}

void lookup_table::begin_attempt(pending& entry, timestamp now,
                                 const routing_view& view, outbox& out) {
  // From outside the ring only questions can be asked.
  entry.strategy = entry.contacts.empty()
    ? strategy_of(entry.options, entry.attempt)
    : routing_strategy::iterative;
  entry.attempt_deadline = now + entry.options.attempt_timeout;
  entry.hops = 0;
  step_from_self(entry, now, view, out);
}

void lookup_table::next_attempt(pending& entry, timestamp now,
                                const routing_view& view, outbox& out) {
  if (++entry.attempt >= entry.options.attempts) {
    give_up(entry, errc::timeout);
    return;
  }
  // Whoever was asked last has not brought the lookup on. An owner gets a
  // second chance, because nobody can stand in for it but its replicas.
  if (!entry.asked_final && entry.exclude.size() < defaults::excluded_peers)
    entry.exclude.push_back(entry.asked.id);
  begin_attempt(entry, now, view, out);
}

void lookup_table::step_from_self(pending& entry, timestamp now,
                                  const routing_view& view, outbox& out) {
  if (entry.hops >= defaults::hop_limit) {
    next_attempt(entry, now, view, out);
    return;
  }
  if (!entry.contacts.empty()) {
    step_from_contact(entry, now, view, out);
    return;
  }
  auto way = find_route(view, entry.key, false, entry.exclude);
  if (way.what == route::kind::none && !entry.exclude.empty()) {
    // In a small ring there may be nobody else: ask the silent ones again.
    entry.exclude.clear();
    way = find_route(view, entry.key, false, entry.exclude);
  }
  if (way.what == route::kind::here)
    succeed(entry, view.member.self(), view.member.successors(), 0);
  else if (way.what == route::kind::none)
    give_up(entry, errc::unreachable);
  else
    ask(entry, *way.next, way.what == route::kind::owner, now, out);
}

void lookup_table::step_from_contact(pending& entry, timestamp now,
                                     const routing_view& view, outbox& out) {
  const auto position =
    std::ranges::find_if(entry.contacts, [&](const peer_ref& peer) {
      return !contains(entry.exclude, peer.id);
    });
  if (position == entry.contacts.end()) {
    give_up(entry, errc::unreachable);
    return;
  }
  const auto contact = *position;
  // The next attempt begins elsewhere.
  std::rotate(entry.contacts.begin(), position + 1, entry.contacts.end());
  if (!contains(entry.exclude, view.member.self().id))
    entry.exclude.push_back(view.member.self().id);
  ask(entry, contact, false, now, out);
}

void lookup_table::ask(pending& entry, const peer_ref& hop, bool final,
                       timestamp now, outbox& out) {
  if (entry.hops == 0)
    entry.tried.emplace_back(entry.strategy, hop.id);
  entry.asked = hop;
  entry.asked_final = final;
  const auto request = make_request(entry.id, ++entry.step);
  ++entry.hops;
  if (entry.strategy == routing_strategy::iterative) {
    entry.hop_deadline = now + entry.options.hop_timeout;
    out.push_back(
      {hop, get_next_hop{request, entry.key, final, entry.exclude}});
    return;
  }
  entry.hop_deadline = entry.attempt_deadline;
  lookup msg;
  msg.request = request;
  msg.key = entry.key;
  msg.origin = entry.self;
  msg.strategy = entry.strategy;
  msg.hops = entry.hops;
  msg.final = final;
  if (entry.strategy == routing_strategy::recursive)
    msg.path.push_back(entry.self);
  out.push_back({hop, std::move(msg)});
}

void lookup_table::on_silence(pending& entry, timestamp now,
                              const routing_view& view, outbox& out) {
  if (entry.exclude.size() >= defaults::excluded_peers) {
    next_attempt(entry, now, view, out);
    return;
  }
  entry.exclude.push_back(entry.asked.id);
  // Where many have gone lately, going round them takes longer than an attempt.
  entry.attempt_deadline = now + entry.options.attempt_timeout;
  step_from_self(entry, now, view, out);
}

void lookup_table::on_next_hop(pending& entry, const peer_ref& from,
                               const next_hop& msg, timestamp now,
                               const routing_view& view, outbox& out) {
  if (msg.final && msg.next == from) {
    succeed(entry, from, msg.successors, entry.hops);
    return;
  }
  const auto is_progress =
    msg.final || between(from.id, msg.next.id, entry.key);
  if (!is_progress || contains(entry.exclude, msg.next.id)
      || entry.hops >= defaults::hop_limit) {
    on_silence(entry, now, view, out);
    return;
  }
  ask(entry, msg.next, msg.final, now, out);
}

void lookup_table::succeed(pending& entry, const peer_ref& owner,
                           const successor_list& successors, uint16_t hops) {
  finished_.push_back(
    {entry.id,
     lookup_result{entry.key, owner, successors, hops, entry.attempt + 1}});
}

void lookup_table::give_up(pending& entry, errc why) {
  finished_.push_back(
    {entry.id,
     fail(why, "key " + brief(entry.key) + ", tried " + describe(entry))});
}

std::string lookup_table::describe(const pending& entry) {
  std::string result;
  for (const auto& [strategy, hop] : entry.tried) {
    if (!result.empty())
      result += ", ";
    result += to_string(strategy);
    result += " via ";
    result += brief(hop);
  }
  return result;
}

lookup_table::pending* lookup_table::find(uint64_t request) noexcept {
  const auto position = pending_.find(request >> 8);
  return position == pending_.end() ? nullptr : &position->second;
}

void lookup_table::forget_finished() {
  for (const auto& entry : finished_)
    pending_.erase(entry.id);
}

} // namespace carillon::chord
