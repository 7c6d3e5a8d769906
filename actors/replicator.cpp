#include "actors/replicator.hpp"

#include "protocols/p2psip/defaults.hpp"

#include <algorithm>
#include <vector>

namespace carillon {

namespace limits = p2psip::defaults;

namespace {

/// Tells whether a peer that refused a copy may take it another time.
bool is_passing(errc reason) noexcept {
  return reason == errc::timeout || reason == errc::unreachable
    || reason == errc::overloaded || reason == errc::storage_failed
    || reason == errc::quota_exceeded;
}

} // namespace

replicator::replicator(const share_holder_config& config, send_function send,
                       repaired_function repaired)
  : config_(&config)
  , send_(std::move(send))
  , repaired_(std::move(repaired)) {}

bool replicator::has_room() const noexcept {
  return stores_.size() < limits::pending_requests;
}

uint64_t replicator::spread(const chord::peer_ref& asker,
                            const p2psip::store_request& msg,
                            const chord::peer_list& candidates, bool are_all) {
  pending_store store;
  store.asker = asker;
  store.asker_request = msg.request;
  store.record = msg.record;
  store.patience = config_->node->time->now() + 2 * limits::copy_timeout;
  store.wanted = config_->node->ring->settings().replicas - 1u;
  take_candidates(store, candidates, are_all);
  const auto id = ++last_request_;
  stores_.emplace(id, std::move(store));
  ask_for_copies(id);
  return id;
}

void replicator::update_candidates(const chord::peer_list& candidates,
                                   bool are_all) {
  std::vector<uint64_t> stores;
  for (auto& [id, store] : stores_) {
    take_candidates(store, candidates, are_all);
    stores.push_back(id);
  }
  for (const auto id : stores) {
    ask_for_copies(id);
    settle_store(id);
  }
}

void replicator::take_candidates(pending_store& store,
                                 const chord::peer_list& candidates,
                                 bool are_all) {
  store.candidates = candidates;
  std::erase_if(store.candidates, [&](const chord::peer_ref& peer) {
    return std::ranges::find(store.tried, peer) != store.tried.end();
  });
  std::ranges::reverse(store.candidates);
  store.may_have_more = !are_all;
}

/// Only time and other candidates can bring the store to an end.
bool replicator::waits_for_candidates(const pending_store& store) {
  return store.asked == 0 && store.written && store.may_have_more
    && store.copies < store.wanted && !store.refusal && !store.failure;
}

void replicator::on_written(uint64_t store,
                            const std::optional<error>& failure) {
  auto& entry = stores_.at(store);
  entry.written = true;
  if (failure)
    entry.failure = failure;
  settle_store(store);
}

void replicator::add_repair(const chord::peer_ref& to,
                            const chord::ring_id& position,
                            p2psip::shared_bytes record) {
  repairs_.push_back({to, position, std::move(record)});
}

void replicator::add_wanted(const chord::peer_ref& to,
                            const chord::ring_id& position,
                            p2psip::shared_bytes record) {
  if (repairs_.size() < limits::pending_requests)
    repairs_.push_back({to, position, std::move(record), true});
}

void replicator::send_repairs() {
  while (!repairs_.empty() && repairs_in_flight_ < limits::repairs_in_flight) {
    auto next = std::move(repairs_.front());
    repairs_.pop_front();
    if (ask(next.to, next.record, next))
      ++repairs_in_flight_;
    else if (!next.is_wanted)
      retry_later(next);
  }
}

void replicator::keep_repairs(
  const std::function<bool(const chord::peer_ref&)>& is_wanted) {
  std::erase_if(repairs_, [&](const repair& item) {
    return !item.is_wanted && !is_wanted(item.to);
  });
  std::erase_if(waiting_,
                [&](const auto& item) { return !is_wanted(item.second.to); });
  repairs_in_flight_ -= std::erase_if(copies_, [&](const auto& item) {
    const auto* asked = std::get_if<repair>(&item.second.purpose);
    return asked != nullptr && !asked->is_wanted && !is_wanted(asked->to);
  });
}

void replicator::on_copy_answer(const chord::peer_ref& from,
                                const p2psip::copy_answer& msg) {
  const auto position = copies_.find(msg.request);
  if (position != copies_.end() && position->second.holder == from)
    finish_copy(msg.request, msg.refusal);
}

void replicator::tick(timestamp now) {
  std::vector<uint64_t> late;
  for (const auto& [request, copy] : copies_) {
    if (copy.deadline <= now)
      late.push_back(request);
  }
  for (const auto request : late)
    finish_copy(request, error{errc::timeout, "a replica does not answer"});
  std::vector<uint64_t> stores;
  for (const auto& [id, store] : stores_) {
    if (store.patience <= now && waits_for_candidates(store))
      stores.push_back(id);
  }
  for (const auto id : stores)
    settle_store(id);
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    repairs_.push_back(std::move(waiting_.begin()->second));
    waiting_.erase(waiting_.begin());
  }
  send_repairs();
}

timestamp replicator::next_deadline() const noexcept {
  auto result = waiting_.empty() ? timestamp::max() : waiting_.begin()->first;
  for (const auto& [request, copy] : copies_)
    result = std::min(result, copy.deadline);
  for (const auto& [id, store] : stores_) {
    if (waits_for_candidates(store))
      result = std::min(result, store.patience);
  }
  return result;
}

/// Asks candidates until enough copies are on their way.
void replicator::ask_for_copies(uint64_t store) {
  auto& entry = stores_.at(store);
  while (entry.copies + entry.asked < entry.wanted
         && !entry.candidates.empty()) {
    const auto holder = std::move(entry.candidates.back());
    entry.candidates.pop_back();
    entry.tried.push_back(holder);
    if (ask(holder, entry.record, store))
      ++entry.asked;
  }
}

bool replicator::ask(const chord::peer_ref& holder,
                     const p2psip::shared_bytes& record,
                     std::variant<uint64_t, repair> purpose) {
  const auto request = ++last_request_;
  if (!send_(holder, p2psip::copy_request{request, record}))
    return false;
  const auto deadline = config_->node->time->now() + limits::copy_timeout;
  copies_.emplace(request, pending_copy{holder, std::move(purpose), deadline});
  return true;
}

void replicator::finish_copy(uint64_t request,
                             const std::optional<error>& refusal) {
  auto copy = std::move(copies_.at(request));
  copies_.erase(request);
  if (auto* asked = std::get_if<repair>(&copy.purpose)) {
    finish_repair(*asked, refusal);
    return;
  }
  const auto store = std::get<uint64_t>(copy.purpose);
  auto& entry = stores_.at(store);
  --entry.asked;
  if (!refusal)
    ++entry.copies;
  else if (refusal->code != errc::timeout)
    entry.refusal = refusal;
  else
    // It may have lost a message only, and still be meant to have a copy.
    retry_later({copy.holder, {}, entry.record});
  ask_for_copies(store);
  settle_store(store);
}

void replicator::finish_repair(const repair& asked,
                               const std::optional<error>& refusal) {
  --repairs_in_flight_;
  if (!asked.is_wanted) {
    if (refusal && is_passing(refusal->code))
      retry_later(asked);
    else
      repaired_(asked.to, asked.position, refusal);
  }
  send_repairs();
}

void replicator::retry_later(const repair& failed) {
  auto next = failed;
  next.delay = std::min(2 * failed.delay, defaults::max_repair_retry);
  waiting_.emplace(config_->node->time->now() + failed.delay, std::move(next));
}

/// Answers the asker when nothing more can come.
void replicator::settle_store(uint64_t store) {
  const auto& entry = stores_.at(store);
  if (entry.asked > 0 || !entry.written)
    return;
  // A peer that has just come knows too few others: what it acknowledges now
  // might die with it.
  if (waits_for_candidates(entry)
      && config_->node->time->now() < entry.patience)
    return;
  p2psip::store_answer answer{entry.asker_request, entry.failure,
                              entry.copies + 1};
  // Silent replicas are dead and do not count. Where live ones refuse, this
  // peer may have missed something: the asker must not believe in the record.
  if (!answer.refusal && entry.copies < entry.wanted && entry.refusal)
    answer.refusal = entry.refusal;
  send_(entry.asker, std::move(answer));
  stores_.erase(store);
}

} // namespace carillon
