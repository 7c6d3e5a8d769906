#include "actors/user_registration.hpp"

#include "actors/sip_status.hpp"
#include "actors/user_notes.hpp"
#include "protocols/identity/node_fingerprint.hpp"
#include "protocols/quantity.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/stored_bindings.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

user_registration::user_registration(adapter_core& core)
  : core_(&core)
  , bootstrap_(core)
  , phones_(registrar_limits(core.ring())) {}

bool user_registration::holds_admission(const std::vector<note>& notes) const {
  const auto key =
    user_prefix(core_->config().user.user) + std::string{user_notes::admission};
  const auto found = std::ranges::find(notes, key, &note::key);
  return found != notes.end()
    && identity::open_admission(found->value, core_->ring(), core_->check(),
                                core_->now());
}

void user_registration::restore(const std::vector<note>& notes) {
  const auto prefix = user_prefix(core_->user().aor.user);
  for (const auto& item : notes) {
    const auto name = std::string_view{item.key}.substr(prefix.size());
    if (name == user_notes::admission) {
      take_admission(item.value);
      // One that has ended is of no use any more.
      if (!admission_)
        core_->self->send(core_->config().node->writer, erase_atom_v, item.key);
    } else if (name == user_notes::succession) {
      restore_succession(item.value);
    } else if (name == user_notes::phones) {
      auto phones =
        sip::decode_bindings(item.value).value_or(std::vector<sip::binding>{});
      // They were stored the latest first.
      std::ranges::reverse(phones);
      for (auto& phone : phones)
        phones_.restore(std::move(phone), core_->now());
    }
  }
}

void user_registration::restore_succession(const bytes& encoded) {
  const auto& own = *core_->credentials();
  const auto proof =
    identity::open_succession(encoded, core_->ring(), core_->check());
  if (proof && proof->new_bundle == own.keys->public_half().id()
      && proof->new_epoch == own.epoch)
    succession_ = encoded;
}

void user_registration::start() {
  forget_predecessor();
}

void user_registration::tick(timestamp now) {
  bootstrap_.tick(now);
  if (renewal_time() > now)
    return;
  renewing_ = true;
  job renewal;
  renewal.trace = core_->make_trace();
  waiting_.push_back(std::move(renewal));
  start_next();
}

void user_registration::on_register(phone_request request) {
  if (waiting_.size() >= defaults::waiting_registers) {
    core_->refuse(
      request,
      {sip_status::service_unavailable, "too many registrations are waiting"});
    return;
  }
  job next;
  next.trace = core_->make_trace();
  core_->step(next.trace, call_steps::register_received,
              "from " + to_string(request.source));
  next.request = std::move(request);
  waiting_.push_back(std::move(next));
  start_next();
}

void user_registration::start_next() {
  while (!current_ && !waiting_.empty()) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next.next = phones_;
    if (next.request ? !apply(next) : !needs_renewal())
      continue;
    current_ = std::move(next);
    publish();
  }
}

/// Applies a REGISTER to the bindings, and answers it when that is all.
/// @returns whether something has to be stored first.
bool user_registration::apply(job& it) {
  const auto& request = *it.request;
  const auto now = core_->now();
  const auto outcome = it.next.apply(request.message, request.source, now);
  if (outcome.status != sip_status::ok) {
    core_->log(log_level::warning, it.trace, [&] {
      return "refused the REGISTER of " + to_string(request.source) + ": "
        + outcome.why;
    });
    core_->observe(it.trace, call_steps::register_refused, outcome.why);
    answer(it, outcome);
    return false;
  }
  // A location may be left in the ring that this adapter has forgotten.
  const bool withdraws = !request.message.contacts().empty()
    && it.next.bindings(now).empty() && admission_;
  if (outcome.changed || withdraws)
    return true;
  answer(it, outcome);
  return false;
}

void user_registration::publish() {
  current_->where = make_location(current_->next);
  if (is_admitted() && current_->request)
    store_location();
  else if (current_->where.tombstone && current_->request)
    // The ring knows nothing about the user that could be withdrawn.
    store_notes({});
  else
    ask_bootstrap();
}

void user_registration::ask_bootstrap() {
  bootstrap_.ask(current_->trace, current_->where, succession_,
                 admission_ ? admission_->encoded : bytes{},
                 [this](const bootstrap_client::outcome& answer) {
                   if (!answer) {
                     refusal_ = answer.error();
                     refuse(answer.error());
                     return;
                   }
                   take_admission(*answer);
                   core_->step(current_->trace, call_steps::location_stored,
                               "by the bootstrap server");
                   store_admission();
                 });
}

void user_registration::store_admission() {
  const auto prefix = user_prefix(core_->user().aor.user);
  std::vector<note> notes{
    {prefix + std::string{user_notes::admission}, admission_->encoded}};
  if (!succession_.empty())
    notes.push_back(
      {prefix + std::string{user_notes::succession}, succession_});
  store_notes(notes);
}

void user_registration::store_location() {
  const auto& user = core_->user();
  core_->with_private_key(
    [where = current_->where, admission = admission_->encoded, ring = user.ring,
     keys = user.keys](Botan::RandomNumberGenerator& rng) {
      return identity::seal_location(where, admission, ring, *keys, rng);
    },
    [this](expected<bytes> record) {
      if (record)
        send_location(std::move(*record));
      else
        refuse(to_sip_failure(record.error()));
    });
}

void user_registration::send_location(bytes record) {
  core_->store(std::move(record), [this](const put_outcome& stored) {
    if (stored) {
      core_->step(current_->trace, call_steps::location_stored,
                  quantity(stored->copies, "copy", "copies"));
      store_notes({});
    } else {
      refuse(to_sip_failure(stored.error()));
    }
    core_->settle();
  });
}

/// Writes the bindings and other notes, so that the node finds them after a
/// restart.
void user_registration::store_notes(const std::vector<note>& notes) {
  auto all = notes;
  all.push_back(
    {user_prefix(core_->user().aor.user) + std::string{user_notes::phones},
     sip::encode_bindings(current_->next.bindings(core_->now()))});
  current_->missing = all.size();
  for (const auto& item : all)
    core_->remember(item.key, item.value, storage::durability::synced,
                    [this, trace = current_->trace](const write_outcome& done) {
                      // The first failure has ended this job.
                      if (!current_ || current_->trace != trace)
                        return;
                      if (!done)
                        refuse(to_sip_failure(done.error()));
                      else if (--current_->missing == 0)
                        finish();
                      core_->settle();
                    });
}

void user_registration::finish() {
  const auto ended = std::move(*current_);
  current_.reset();
  phones_ = ended.next;
  if (ended.request) {
    answer(ended, {sip_status::ok, {}, true});
    core_->step(
      ended.trace, call_steps::registered,
      quantity(phones_.bindings(core_->now()).size(), "contact", "contacts"));
  } else {
    renewing_ = false;
    retry_delay_ = defaults::renewal_retry;
    core_->log(log_level::info, ended.trace, [&] {
      return "renewed the admission of " + core_->user().aor.user;
    });
  }
  forget_predecessor();
  start_next();
}

void user_registration::refuse(const sip_failure& why) {
  const auto ended = std::move(*current_);
  current_.reset();
  core_->log(log_level::warning, ended.trace, [&] {
    return std::string{ended.request ? "a registration" : "a renewal"} + " of "
      + core_->user().aor.user + " has failed: " + why.why;
  });
  if (ended.request) {
    core_->observe(ended.trace, call_steps::register_refused, why.why);
    core_->refuse(*ended.request, why);
  } else {
    renewing_ = false;
    retry_at_ = core_->now() + retry_delay_;
    retry_delay_ = std::min(2 * retry_delay_, defaults::max_renewal_retry);
  }
  start_next();
}

void user_registration::answer(const job& it,
                               const sip::registrar::outcome& outcome) {
  const auto& request = *it.request;
  auto response = make_failure(request.message, {outcome.status, outcome.why},
                               core_->layer().tokens().to_tag(request.message),
                               core_->settings().domain.name);
  it.next.describe(response, core_->now());
  core_->respond(request.id, response);
}

std::optional<sip_failure> user_registration::why_not_admitted() const {
  if (is_admitted())
    return std::nullopt;
  if (refusal_)
    return refusal_;
  return sip_failure{sip_status::service_unavailable,
                     "the ring has not admitted the user's keys yet"};
}

timestamp user_registration::busy_until(timestamp now) const {
  const bool renews = renewing_
    || (admission_ && admission_->content.expires > now
        && renewal_start() <= now);
  if (current_ || !waiting_.empty() || renews)
    return now;
  const auto phones = phones_.bindings(now);
  const auto last =
    std::ranges::max_element(phones, {}, &sip::binding::expires);
  return last == phones.end() ? timestamp{} : last->expires;
}

bool user_registration::is_admitted() const {
  return admission_ && admission_->is_own
    && admission_->content.expires > core_->now();
}

/// Tells whether a renewal that has waited is needed still: a REGISTER may have
/// brought about an admission meanwhile.
bool user_registration::needs_renewal() {
  renewing_ = false;
  renewing_ = renewal_time() <= core_->now();
  return renewing_;
}

timestamp user_registration::renewal_time() const noexcept {
  if (!admission_ || renewing_)
    return timestamp::max();
  return std::max(retry_at_, renewal_start());
}

timestamp user_registration::renewal_start() const noexcept {
  const auto& [encoded, content, is_own] = *admission_;
  const auto lifetime = content.expires - content.not_before;
  return is_own ? content.expires - lifetime / defaults::renewal_part
                : timestamp{};
}

/// Has the vault forget the keys before these, once the ring has these.
void user_registration::forget_predecessor() {
  if (!core_->credentials()->predecessor || !is_admitted())
    return;
  const auto user = core_->user().aor.user;
  core_->self
    ->request(core_->config().keys, caf::infinite, erase_atom_v, user,
              admission_->content.bundle)
    .then(
      [this, user](const write_outcome& done) {
        if (!done) {
          core_->log(log_level::error, {}, [&] {
            return "cannot remove the old keys of " + user + ": "
              + to_string(done.error());
          });
          return;
        }
        core_->forget_predecessor();
        core_->log(log_level::info, {}, [&] {
          return "the ring has taken the new keys of " + user
            + "; the old ones are removed";
        });
      },
      [](const caf::error&) {
        // The keeper has ended with the node; the next start removes them.
      });
}

identity::location
user_registration::make_location(const sip::registrar& phones) {
  const auto now = core_->now();
  const auto& place = core_->config().place;
  identity::location result;
  result.aor = core_->user().aor;
  result.peer = place.id;
  result.peer_index = place.index;
  result.node = identity::fingerprint_of(*place.node);
  result.endpoint = place.node->endpoint;
  // The time serves, as long as two changes do not come at the same moment.
  const auto time = static_cast<uint64_t>(now.time_since_epoch().count());
  result.epoch = last_epoch_ = std::max(last_epoch_ + 1, time);
  const auto live = phones.bindings(now);
  result.tombstone = live.empty();
  result.expires = now + core_->ring().settings().location_lifetime;
  if (!live.empty()) {
    const auto last = std::ranges::max(live, {}, &sip::binding::expires);
    result.expires = std::min(result.expires, last.expires);
  }
  return result;
}

void user_registration::take_admission(bytes encoded) {
  auto content = identity::open_admission(encoded, core_->ring(),
                                          core_->check(), core_->now());
  if (!content)
    return;
  const bool is_own =
    content->bundle == core_->credentials()->keys->public_half().id();
  if (is_own && !content->succession.empty())
    succession_ = content->succession;
  if (is_own)
    refusal_.reset();
  admission_ = known_admission{std::move(encoded), std::move(*content), is_own};
}

sip::registrar::config registrar_limits(const identity::ring_descriptor& ring) {
  sip::registrar::config result;
  const auto longest = static_cast<uint32_t>(
    std::min<int64_t>(std::chrono::duration_cast<std::chrono::seconds>(
                        ring.settings().location_lifetime)
                        .count(),
                      result.max_expires));
  result.max_expires = longest;
  result.default_expires = std::min(result.default_expires, longest);
  return result;
}

} // namespace carillon
