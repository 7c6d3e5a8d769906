#include "actors/incoming_calls.hpp"

#include "actors/sip_status.hpp"
#include "protocols/quantity.hpp"
#include "protocols/sip/build.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

using secp2psip::defaults::time_window;

incoming_calls::incoming_calls(adapter_core& core, trusted_keys& keys,
                               guarded_calls& guarded)
  : core_(&core)
  , keys_(&keys)
  , guarded_(&guarded) {}

void incoming_calls::restore(const std::vector<note>& nonces) {
  const auto now = core_->now();
  for (const auto& item : nonces) {
    const auto entry = secp2psip::decode_replay_entry(item.value);
    if (!entry)
      continue;
    replays_.restore(*entry, now);
    stored_.push_back({entry->time + time_window, item.key});
  }
  std::ranges::sort(stored_, {}, &stored_nonce::until);
  tick(now);
}

void incoming_calls::on_delivery(const chord::peer_ref& from,
                                 const p2psip::delivery& msg) {
  auto it = std::make_shared<call>();
  it->from = from;
  it->trace = msg.trace;
  ++under_way_;
  if (under_way_ > defaults::pending_calls) {
    drop(it, {errc::overloaded, "too many calls"});
    return;
  }
  core_->with_private_key(
    [user = core_->user(), content = msg.content,
     now = core_->now()](Botan::RandomNumberGenerator& rng) {
      return secp2psip::open_invite(user, content, now, rng);
    },
    [this, it](expected<secp2psip::claimed_invite> claimed) {
      if (!claimed) {
        drop(it, claimed.error());
        return;
      }
      it->claimed = std::move(*claimed);
      find_key(it);
    });
}

void incoming_calls::tick(timestamp now) {
  while (!stored_.empty() && stored_.front().until < now) {
    core_->self->send(core_->config().node->writer, erase_atom_v,
                      std::move(stored_.front().key));
    stored_.pop_front();
  }
}

/// Reads the caller's key. Whoever forges an INVITE makes the ring work for it:
/// so no peer may do that often.
void incoming_calls::find_key(const call_ptr& it) {
  if (!keys_->keeps(it->claimed.caller)) {
    if (!doubts_.take(it->from.id, core_->now())) {
      drop(it, {errc::overloaded, "too many doubtful calls from this peer"});
      return;
    }
    ++it->doubts;
  }
  keys_->read(it->claimed.caller, it->trace,
              [this, it](const trusted_keys::reading_ptr& read) {
                it->key = read;
                verify(it);
              });
}

void incoming_calls::verify(const call_ptr& it) {
  const auto& key = it->key->key;
  if (!key.bundle) {
    drop(it, key.bundle.error());
    return;
  }
  auto verified = secp2psip::verify_invite(
    core_->user(), it->claimed, key.bundle->bundle,
    [&](byte_view data) { return read_sip_names(data, it->request); });
  if (!verified && it->key->kept) {
    // The caller may have changed keys since.
    keys_->forget(it->claimed.caller);
    find_key(it);
  } else if (!verified) {
    drop(it, verified.error());
  } else if (const auto good =
               keys_->trust(*key.bundle, trusted_keys::role::callee, it->trace);
             !good) {
    refuse(it,
           {sip_status::forbidden,
            "the callee has pinned another key of the caller"});
  } else {
    for (; it->doubts > 0; --it->doubts)
      doubts_.give_back(it->from.id);
    core_->step(it->trace, call_steps::invite_verified,
                "from " + it->claimed.caller.user);
    accept(it, std::move(*verified));
  }
}

/// Makes sure that the same INVITE is refused from now on, even after a
/// restart, and answers it.
void incoming_calls::accept(const call_ptr& it,
                            secp2psip::verified_invite invite) {
  auto accepted =
    secp2psip::accept_invite(std::move(invite), replays_, core_->now());
  if (!accepted) {
    drop(it, accepted.error());
    return;
  }
  const auto encoded = secp2psip::encode(accepted->remembered);
  const auto key = nonce_prefix(core_->user().aor.user)
    + identity::fingerprint::of(encoded).to_hex();
  stored_.push_back({core_->now() + 2 * time_window, key});
  core_->remember(
    // It has to survive this process. A sync would double the time of the
    // call, and a replay after a loss of power gives only its sender an answer.
    key, encoded, storage::durability::buffered,
    [this, it, accepted = std::move(*accepted)](const write_outcome& written) {
      if (written)
        redirect(it, accepted);
      else
        refuse(it,
               {sip_status::service_unavailable,
                std::string{to_string(written.error().code)}});
      core_->settle();
    });
}

void incoming_calls::redirect(const call_ptr& it,
                              const secp2psip::accepted_invite& invite) {
  const auto& request = *it->request;
  const auto contacts = guarded_->contacts_for(
    it->from, it->claimed.caller.user, request, it->trace);
  if (!contacts) {
    refuse(
      it,
      {static_cast<uint16_t>(contacts.error().status), contacts.error().why});
    return;
  }
  auto response = sip::make_response(request, sip_status::moved_temporarily,
                                     core_->layer().tokens().to_tag(request));
  for (const auto& contact : *contacts)
    response.append("Contact", contact);
  core_->step(it->trace, call_steps::redirect_signed,
              quantity(contacts->size(), "contact", "contacts"));
  core_->with_private_key(
    [user = core_->user(), invite, key = it->key, text = response.print(),
     now = core_->now()](Botan::RandomNumberGenerator& rng) {
      return secp2psip::make_redirect(user, invite, key->key.bundle->bundle,
                                      text, now, rng);
    },
    [this, it](expected<bytes> made) { answer(it, std::move(made)); });
}

void incoming_calls::refuse(const call_ptr& it, const secp2psip::refusal& why) {
  core_->step(it->trace, call_steps::invite_refused, why.reason);
  core_->with_private_key(
    [user = core_->user(), it, why,
     now = core_->now()](Botan::RandomNumberGenerator& rng) {
      return secp2psip::refuse_invite(
        user, it->claimed, it->key->key.bundle->bundle, why, now, rng);
    },
    [this, it](expected<bytes> made) { answer(it, std::move(made)); });
}

/// Gives a message up without an answer: nobody has proven to have sent it, or
/// it was answered before.
void incoming_calls::drop(const call_ptr& it, const error& why) {
  --under_way_;
  core_->step(it->trace, call_steps::invite_refused,
              "from peer " + chord::brief(it->from.id) + ": " + to_string(why),
              log_level::warning);
}

void incoming_calls::answer(const call_ptr& it, expected<bytes> content) {
  --under_way_;
  if (content)
    core_->deliver(it->from,
                   {it->claimed.caller.user, it->trace, std::move(*content)});
  else
    core_->log(log_level::error, it->trace, [&] {
      return "cannot answer " + it->claimed.caller.user + ": "
        + to_string(content.error());
    });
}

std::string nonce_prefix(const std::string& user) {
  return "nonce/" + user + "/";
}

} // namespace carillon
