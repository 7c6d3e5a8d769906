#include "actors/trusted_keys.hpp"

#include "actors/sip_status.hpp"
#include "protocols/identity/pin.hpp"
#include "protocols/quantity.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

trusted_keys::trusted_keys(adapter_core& core)
  : core_(&core) {}

void trusted_keys::restore(const std::vector<note>& pins) {
  const auto prefix = pin_prefix(core_->user().aor.user).size();
  for (const auto& item : pins) {
    if (const auto id = identity::fingerprint::from_bytes(item.value))
      pins_.insert_or_assign(item.key.substr(prefix), *id);
  }
}

void trusted_keys::restore_callers(const std::vector<note>& pins) {
  const auto prefix = caller_pin_prefix(core_->user().aor.user).size();
  for (const auto& item : pins) {
    const auto user = item.key.substr(prefix);
    const auto id = identity::fingerprint::from_bytes(item.value);
    // A crash may have left the one that was replaced.
    if (!id || pins_.contains(user)
        || callers_.size() >= core_->settings().max_caller_pins) {
      core_->self->send(core_->config().node->writer, erase_atom_v, item.key);
      continue;
    }
    callers_by_age_.emplace(++last_caller_, user);
    callers_.emplace(user, std::pair{*id, last_caller_});
  }
}

void trusted_keys::read(const identity::address_of_record& who,
                        const std::string& trace, const done& then) {
  if (const auto kept = find_kept(who)) {
    then(kept);
    return;
  }
  const auto revoked = core_->config().node->revoked->get();
  core_->self->request(core_->config().reader, caf::infinite, get_atom_v, who)
    .then(
      [this, who, trace, then, revoked](const key_reading& found) {
        report(found, trace);
        keep(who, found, revoked);
        then(std::make_shared<const reading>(reading{found, false}));
        core_->settle();
      },
      [this, then](const caf::error& why) {
        then(std::make_shared<const reading>(
          reading{{tl::unexpected{ended_actor(why)}, {}}, false}));
        core_->settle();
      });
}

bool trusted_keys::keeps(const identity::address_of_record& who) {
  return find_kept(who) != nullptr;
}

trusted_keys::reading_ptr
trusted_keys::find_kept(const identity::address_of_record& who) {
  const auto* kept = kept_.find(who);
  const bool is_good = kept != nullptr && core_->now() < kept->until
    && kept->revoked == core_->config().node->revoked->get();
  return is_good ? kept->what : nullptr;
}

void trusted_keys::forget(const identity::address_of_record& who) {
  if (kept_.find(who) != nullptr)
    kept_.insert(who, {});
}

expected<void> trusted_keys::trust(const identity::rebuilt_bundle& found,
                                   role own, const std::string& trace) {
  const auto& user = found.bundle.aor.user;
  const auto pinned = find_pin(user);
  const auto decision =
    identity::check_pin(pinned, found.bundle, found.admission.succession,
                        core_->ring(), core_->check());
  if (!decision) {
    core_->observe(trace, call_steps::key_alarm,
                   user + ' ' + to_string(decision.error()));
    core_->log(log_level::error, trace, [&] {
      return "ALARM: " + to_string(decision.error())
        + "; nothing is exchanged with this user until the new fingerprint was"
          " compared by voice and given to 'carillon pki trust'";
    });
    return tl::unexpected{decision.error()};
  }
  if (*decision == identity::pin_decision::certified)
    core_->log(log_level::warning, trace, [&] {
      return "the key of " + user + " has changed from " + pinned->to_groups()
        + " to " + found.bundle.id().to_groups()
        + ", by the word of the certificate authority alone";
    });
  const bool is_new = *decision != identity::pin_decision::unchanged;
  const bool for_good = pins_.contains(user);
  if (own == role::caller ? is_new || !for_good : is_new && for_good)
    pin(found, trace);
  else if (own == role::callee && is_new)
    pin_caller(found, trace);
  return {};
}

void trusted_keys::keep(const identity::address_of_record& who,
                        const key_reading& found,
                        revocations::list_ptr revoked) {
  if (!core_->settings().cache_keys || !found.bundle)
    return;
  const auto until = std::min(core_->now() + defaults::key_cache_lifetime,
                              found.bundle->admission.expires);
  kept_.insert(
    who,
    {std::make_shared<const reading>(reading{{found.bundle, {}}, true}), until,
     std::move(revoked)});
}

/// Tells what the holders of the shares did.
void trusted_keys::report(const key_reading& found,
                          const std::string& trace) const {
  using outcome = identity::share_reader::outcome;
  size_t good = 0;
  for (const auto& item : found.outcomes) {
    if (item.outcome == outcome::good)
      ++good;
    else if (item.outcome == outcome::invalid)
      core_->step(trace, call_steps::bad_holder,
                  item.peer.to_hex() + " share " + std::to_string(item.index)
                    + ": " + item.detail,
                  log_level::warning);
  }
  const auto counts = quantity(found.outcomes.size(), "answer", "answers")
    + ", " + std::to_string(good) + " good";
  if (found.bundle)
    core_->step(trace, call_steps::key_verified, counts);
  else if (found.bundle.error().code == errc::no_such_record)
    core_->step(trace, call_steps::key_missing, found.bundle.error().detail);
  else
    core_->step(trace, call_steps::key_refused,
                counts + "; " + to_string(found.bundle.error()));
}

std::optional<identity::fingerprint>
trusted_keys::find_pin(const std::string& user) const {
  if (const auto called = pins_.find(user); called != pins_.end())
    return called->second;
  if (const auto caller = callers_.find(user); caller != callers_.end())
    return caller->second.first;
  return std::nullopt;
}

/// Pins the key of a user who was called.
void trusted_keys::pin(const identity::rebuilt_bundle& found,
                       const std::string& trace) {
  const auto& user = found.bundle.aor.user;
  if (pins_.size() >= defaults::max_pins && !pins_.contains(user)) {
    core_->log(log_level::warning, trace, [&] {
      return "the key of " + user
        + " is not pinned for good: there are too many pins";
    });
    pin_caller(found, trace);
    return;
  }
  pins_.insert_or_assign(user, found.bundle.id());
  forget_caller(user);
  write_pin(pin_prefix(core_->user().aor.user) + user, found, trace);
}

/// Pins the key of a user who has only called; the oldest such pin makes room.
void trusted_keys::pin_caller(const identity::rebuilt_bundle& found,
                              const std::string& trace) {
  const auto& user = found.bundle.aor.user;
  const auto known = callers_.find(user);
  if (known != callers_.end()) {
    if (known->second.first == found.bundle.id())
      return;
    callers_by_age_.erase(known->second.second);
    callers_.erase(known);
  } else if (callers_.size() >= core_->settings().max_caller_pins) {
    forget_caller(std::string{callers_by_age_.begin()->second});
  }
  callers_by_age_.emplace(++last_caller_, user);
  callers_.emplace(user, std::pair{found.bundle.id(), last_caller_});
  write_pin(caller_pin_prefix(core_->user().aor.user) + user, found, trace);
}

void trusted_keys::forget_caller(const std::string& user) {
  const auto known = callers_.find(user);
  if (known == callers_.end())
    return;
  core_->self->send(core_->config().node->writer, erase_atom_v,
                    caller_pin_prefix(core_->user().aor.user) + user);
  callers_by_age_.erase(known->second.second);
  callers_.erase(known);
}

void trusted_keys::write_pin(const std::string& key,
                             const identity::rebuilt_bundle& found,
                             const std::string& trace) {
  const auto& user = found.bundle.aor.user;
  const auto id = found.bundle.id();
  core_->log(log_level::info, trace, [&] {
    return "pinned the key of " + user + ": " + id.to_groups();
  });
  core_->remember(key, to_bytes(id.data()), storage::durability::synced,
                  [core = core_, user, trace](const write_outcome& written) {
                    if (!written)
                      core->log(log_level::error, trace, [&] {
                        return "the pin of " + user
                          + " is not on disk: " + to_string(written.error());
                      });
                  });
}

std::string pin_prefix(const std::string& user) {
  return "pin/" + user + "/";
}

std::string caller_pin_prefix(const std::string& user) {
  return "caller/" + user + "/";
}

sip_failure to_sip_failure(const key_reading& failed) {
  const auto& why = failed.bundle.error();
  using outcome = identity::share_reader::outcome;
  const auto spoke = [](const identity::share_reader::evidence& item) {
    return item.outcome == outcome::invalid || item.outcome == outcome::absent;
  };
  if (why.code == errc::not_enough_shares
      && std::ranges::none_of(failed.outcomes, spoke))
    return {sip_status::service_unavailable, to_string(why)};
  return to_sip_failure(why);
}

} // namespace carillon
