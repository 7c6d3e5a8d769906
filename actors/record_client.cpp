#include "actors/record_client.hpp"

#include "actors/ended_actor.hpp"
#include "protocols/p2psip/defaults.hpp"
#include "protocols/p2psip/replica_set.hpp"

#include <botan/hash.h>
#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

namespace limits = p2psip::defaults;

record_client::record_client(share_holder_actor::pointer self,
                             share_holder_config& config,
                             std::function<void()> on_deadline)
  : self_(self)
  , config_(&config)
  , on_deadline_(std::move(on_deadline)) {}

record_client::~record_client() {
  // A promise that is dropped would leave its asker waiting for ever.
  const auto ended = fail(errc::unreachable, "the peer has ended");
  while (!puts_.empty())
    finish_put(puts_.begin()->first, ended);
  while (!gets_.empty())
    finish_get(gets_.begin()->first, ended);
}

record_client::put_promise
record_client::put(const p2psip::shared_bytes& record) {
  auto promise = self_->make_response_promise<put_outcome>();
  if (puts_.size() >= limits::pending_requests) {
    promise.deliver(put_outcome{fail(errc::overloaded)});
    return promise;
  }
  const auto request = ++last_request_;
  puts_.emplace(request, pending_put{promise, record, {}, {}});
  self_->request(config_->worker(), caf::infinite, check_atom_v, record)
    .then(
      [this, request](const verified_record& info) {
        if (!info) {
          finish_put(request, tl::unexpected{info.error()});
          return;
        }
        if (const auto entry = puts_.find(request); entry != puts_.end()) {
          entry->second.position = info->position;
          find_owner(request);
        }
      },
      [this, request](const caf::error& reason) {
        finish_put(request, tl::unexpected{ended_actor(reason)});
      });
  return promise;
}

record_client::get_promise record_client::get(std::string key, uint8_t rank) {
  auto promise = self_->make_response_promise<fetch_outcome>();
  if (gets_.size() >= limits::pending_requests) {
    promise.deliver(fetch_outcome{{}, fail(errc::overloaded)});
    return promise;
  }
  const auto request = ++last_request_;
  const auto position = chord::ring_id::hash(as_bytes(key));
  pending_get entry{promise, std::move(key), position, rank, {}};
  entry.nonce = make_nonce(request);
  gets_.emplace(request, std::move(entry));
  find_holders(request);
  return promise;
}

void record_client::on_store_answer(const chord::peer_ref& from,
                                    const p2psip::store_answer& msg) {
  const auto position = puts_.find(msg.request);
  if (position == puts_.end() || position->second.owner != from)
    return;
  if (!msg.refusal)
    finish_put(msg.request, stored_record{from, msg.copies});
  else if (msg.refusal->code == errc::not_responsible)
    retry_put(msg.request, *msg.refusal);
  else
    finish_put(msg.request, tl::unexpected{*msg.refusal});
}

void record_client::on_fetch_answer(const chord::peer_ref& from,
                                    const p2psip::fetch_answer& msg) {
  const auto position = gets_.find(msg.request);
  if (position == gets_.end() || position->second.holder != from)
    return;
  auto& entry = position->second;
  entry.deadline = timestamp::max();
  self_
    ->request(config_->worker(), caf::infinite, check_atom_v,
              answer_check{msg.answer, entry.nonce, entry.key})
    .then(
      [this, request = msg.request, holder = from.id](opened_answer& opened) {
        if (!opened)
          finish_get(request, tl::unexpected{opened.error()});
        else if (opened->answer.peer != holder)
          finish_get(
            request,
            fail(errc::name_mismatch, "the answer is of another peer"));
        else
          finish_get(
            request,
            fetched_record{opened->node, std::move(opened->answer.record)});
      },
      [this, request = msg.request](const caf::error& reason) {
        finish_get(request, tl::unexpected{ended_actor(reason)});
      });
}

void record_client::tick(timestamp now) {
  std::vector<uint64_t> late;
  for (const auto& [request, entry] : puts_) {
    if (entry.deadline <= now)
      late.push_back(request);
  }
  for (const auto request : late)
    retry_put(request, {errc::timeout, "the owner does not answer"});
  late.clear();
  for (const auto& [request, entry] : gets_) {
    if (entry.deadline <= now)
      late.push_back(request);
  }
  for (const auto request : late)
    finish_get(request, fail(errc::timeout, "the holder does not answer"));
}

timestamp record_client::next_deadline() const noexcept {
  auto result = timestamp::max();
  for (const auto& [request, entry] : puts_)
    result = std::min(result, entry.deadline);
  for (const auto& [request, entry] : gets_)
    result = std::min(result, entry.deadline);
  return result;
}

void record_client::find_holders(uint64_t request) {
  const auto now = config_->node->time->now();
  forget_holders(now);
  const auto position = gets_.at(request).position;
  auto& known = holders_[position];
  if (known.found && now < known.until) {
    send_fetch(request, *known.found);
    return;
  }
  known.waiting.push_back(request);
  if (known.waiting.size() > 1)
    return;
  self_
    ->request(config_->peer, caf::infinite, lookup_atom_v, position,
              config_->lookups)
    .then([this, position](
            const lookup_outcome& found) { on_holders(position, found); },
          [this, position](const caf::error& reason) {
            on_holders(position, tl::unexpected{ended_actor(reason)});
          });
}

void record_client::on_holders(const chord::ring_id& position,
                               const lookup_outcome& found) {
  auto& known = holders_[position];
  const auto waiting = std::exchange(known.waiting, {});
  if (found) {
    known.found = *found;
    known.until = config_->node->time->now() + limits::holders_memory;
  } else {
    holders_.erase(position);
  }
  for (const auto request : waiting) {
    if (found)
      send_fetch(request, *found);
    else
      finish_get(request, tl::unexpected{found.error()});
  }
}

/// Now and then, so that it costs next to nothing for each question.
void record_client::forget_holders(timestamp now) {
  if (now < next_forgetting_)
    return;
  next_forgetting_ = now + limits::holders_memory;
  std::erase_if(holders_, [now](const auto& entry) {
    return entry.second.found && entry.second.until <= now
      && entry.second.waiting.empty();
  });
}

void record_client::find_owner(uint64_t request) {
  auto& entry = puts_.at(request);
  entry.deadline = timestamp::max();
  self_
    ->request(config_->peer, caf::infinite, lookup_atom_v, entry.position,
              config_->lookups)
    .then(
      [this, request](const lookup_outcome& found) {
        if (found)
          send_store(request, *found);
        else
          retry_put(request, found.error());
      },
      [this, request](const caf::error& reason) {
        finish_put(request, tl::unexpected{ended_actor(reason)});
      });
}

void record_client::send_store(uint64_t request,
                               const chord::lookup_result& found) {
  const auto position = puts_.find(request);
  if (position == puts_.end())
    return;
  auto& entry = position->second;
  entry.owner = found.owner;
  entry.deadline = config_->node->time->now() + limits::store_timeout;
  on_deadline_();
  if (!send(found.owner, p2psip::store_request{request, entry.record}))
    retry_put(request, {errc::unreachable, "the owner is gone"});
}

void record_client::retry_put(uint64_t request, const error& why) {
  const auto position = puts_.find(request);
  if (position == puts_.end())
    return;
  if (++position->second.attempt < limits::store_attempts)
    find_owner(request);
  else
    finish_put(request, tl::unexpected{why});
}

void record_client::finish_put(uint64_t request, put_outcome outcome) {
  // A late answer of a former owner may have come first.
  const auto position = puts_.find(request);
  if (position == puts_.end())
    return;
  auto entry = std::move(position->second);
  puts_.erase(position);
  entry.promise.deliver(std::move(outcome));
}

void record_client::send_fetch(uint64_t request,
                               const chord::lookup_result& found) {
  const auto position = gets_.find(request);
  if (position == gets_.end())
    return;
  auto& entry = position->second;
  entry.hops = found.hops;
  const auto replicas = config_->node->ring->settings().replicas;
  chord::peer_list holders{found.owner};
  for (auto& peer : p2psip::replica_candidates(found.owner, found.successors)) {
    if (holders.size() < replicas)
      holders.push_back(std::move(peer));
  }
  if (entry.rank >= holders.size()) {
    finish_get(request, fail(errc::unreachable, "there are no more holders"));
    return;
  }
  entry.holder = holders[entry.rank];
  entry.deadline = config_->node->time->now() + limits::fetch_timeout;
  on_deadline_();
  if (!send(entry.holder,
            p2psip::fetch_request{request, entry.nonce, entry.key}))
    finish_get(request, fail(errc::unreachable, "the holder is gone"));
}

void record_client::finish_get(uint64_t request,
                               expected<fetched_record> result) {
  const auto position = gets_.find(request);
  if (position == gets_.end())
    return;
  auto entry = std::move(position->second);
  gets_.erase(position);
  std::optional<chord::peer_ref> holder;
  if (entry.holder.node)
    holder = entry.holder;
  entry.promise.deliver(
    fetch_outcome{std::move(holder), std::move(result), entry.hops});
}

bool record_client::send(const chord::peer_ref& to, p2psip::message body) {
  const auto handle = config_->node->directory->resolve(to);
  if (!handle) {
    self_->send(config_->peer, failed_atom_v, to.id);
    return false;
  }
  self_->send(handle, overlay_message{config_->self, std::move(body), nullptr});
  return true;
}

identity::answer::nonce_type record_client::make_nonce(uint64_t request) const {
  const auto sha = Botan::HashFunction::create_or_throw("SHA-256");
  sha->update(config_->node->nonce_secret);
  sha->update(config_->self.id.data().data(), chord::ring_id::size);
  sha->update_be(request);
  sha->update_be(static_cast<uint64_t>(
    config_->node->time->now().time_since_epoch().count()));
  const auto digest = sha->final();
  identity::answer::nonce_type result;
  std::copy_n(digest.begin(), result.size(), result.begin());
  return result;
}

} // namespace carillon
