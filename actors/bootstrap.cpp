#include "actors/bootstrap.hpp"

#include "actors/defaults.hpp"
#include "actors/ended_actor.hpp"
#include "actors/quiet.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

namespace {

/// What the node remembers of the REGISTERs it accepted begins like this.
constexpr std::string_view server_nonce_prefix = "nonce/*bootstrap/";

/// Gives the SIP status that tells the phone why its user was not admitted.
uint16_t status_for(errc code) noexcept {
  switch (code) {
  case errc::name_taken:
  case errc::unauthorized_key_change:
  case errc::untrusted_certificate:
  case errc::revoked:
  case errc::name_mismatch:
  case errc::invalid_signature:
  case errc::expired:
  case errc::not_yet_valid:
    return 403;
  case errc::foreign_domain:
    return 404;
  case errc::timeout:
  case errc::unreachable:
  case errc::overloaded:
  case errc::not_responsible:
  case errc::storage_failed:
  case errc::quota_exceeded:
    return 503;
  default:
    return 400;
  }
}

} // namespace

void bootstrap_state::start(bootstrap_config given) {
  config_ = std::move(given);
  registrar_ = {config_.keys, config_.node->ring->ring()};
  rng_ = std::make_unique<Botan::ChaCha_RNG>(
    Botan::secure_vector<uint8_t>(config_.seed.begin(), config_.seed.end()));
  // Without the nonces of before, a replay would pass after a restart.
  self
    ->request(config_.node->writer, caf::infinite, load_atom_v,
              std::string{server_nonce_prefix})
    .await(
      [this](const loaded_notes& notes) {
        if (!notes) {
          config_.node->log(subsystem::identity)
            .write(log_level::error, {}, [&] {
              return "the bootstrap server cannot read the nonces it has seen"
                     " and admits nobody: "
                + to_string(notes.error());
            });
          self->quit(caf::sec::runtime_error);
          return;
        }
        const auto now = config_.node->time->now();
        for (const auto& item : *notes) {
          notes_.emplace_back(now, item.key);
          if (const auto entry = secp2psip::decode_replay_entry(item.value))
            replays_.restore(*entry, now);
        }
      },
      [](const caf::error&) {});
}

void bootstrap_state::on_delivery(const chord::peer_ref& from,
                                  const p2psip::delivery& msg) {
  const auto& node = *config_.node;
  auto claimed = secp2psip::open_register(registrar_, msg.content, *node.ring,
                                          node.time->now(), *rng_);
  if (!claimed) {
    // Nobody is named who could be answered.
    node.log(subsystem::identity).write(log_level::warning, msg.trace, [&] {
      return "dropped a REGISTER from peer " + chord::brief(from.id) + ": "
        + to_string(claimed.error());
    });
    return;
  }
  auto entry = std::make_shared<pending>();
  entry->from = from;
  entry->trace = msg.trace;
  entry->claimed = std::move(*claimed);
  ++under_way_;
  if (under_way_ > defaults::pending_registrations)
    refuse(entry, {errc::overloaded, "too many registrations are under way"});
  else
    admit(entry);
}

/// Checks the request and makes the admission.
void bootstrap_state::admit(const pending_ptr& entry) {
  const auto& node = *config_.node;
  const auto now = node.time->now();
  auto accepted = secp2psip::verify_register(entry->claimed, *node.ring, check_)
                    .and_then([&](const secp2psip::verified_register& request) {
                      return secp2psip::accept_register(request, replays_, now);
                    });
  if (!accepted) {
    refuse(entry, accepted.error());
    return;
  }
  const auto& content = accepted->content;
  if (!content.location_envelope) {
    refuse(entry, {errc::malformed, "a registration needs a location"});
    return;
  }
  // No two servers agree on a counter: the time serves as the epoch.
  const auto epoch = static_cast<uint64_t>(now.time_since_epoch().count());
  auto admitted = identity::split_bundle(
    content.bundle, content.succession ? *content.succession : bytes{}, epoch,
    *node.ring, *config_.keys, check_, now, *rng_,
    content.admission ? *content.admission : bytes{});
  if (!admitted) {
    refuse(entry, admitted.error());
    return;
  }
  if (auto good = node.revoked->get()->check(accepted->bundle.certificates);
      !good) {
    refuse(entry, good.error());
    return;
  }
  entry->admitted = std::move(*admitted);
  entry->accepted = std::move(*accepted);
  remember(entry);
}

/// Makes sure that the same REGISTER is refused even after a restart.
void bootstrap_state::remember(const pending_ptr& entry) {
  const auto& seen = entry->accepted->remembered;
  const auto now = config_.node->time->now();
  forget_old_nonces(now);
  auto encoded = secp2psip::encode(seen);
  // Two senders may choose the same nonce.
  notes_.emplace_back(now,
                      std::string{server_nonce_prefix}
                        + identity::fingerprint::of(encoded).to_hex());
  self
    ->request(config_.node->writer, caf::infinite, put_atom_v,
              notes_.back().second, std::move(encoded),
              storage::durability::buffered)
    .then(
      [this, entry](const write_outcome& written) {
        if (written)
          store_location(entry);
        else
          refuse(entry, written.error());
      },
      [this, entry](const caf::error& why) {
        refuse(entry, ended_actor(why));
      });
}

void bootstrap_state::forget_old_nonces(timestamp now) {
  // A message may carry a time ahead of ours, so it is worth remembering for
  // both halves of the window.
  constexpr auto lifetime = 2 * secp2psip::defaults::time_window;
  while (!notes_.empty() && notes_.front().first + lifetime < now) {
    self->send(config_.node->writer, erase_atom_v, notes_.front().second);
    notes_.pop_front();
  }
}

/// Stores the location, and with it claims the name.
void bootstrap_state::store_location(const pending_ptr& entry) {
  const auto& request = *entry->accepted;
  auto record = std::make_shared<const bytes>(identity::make_location_record(
    entry->admitted.admission, request.bundle.keys.signature,
    *request.content.location_envelope));
  self
    ->request(peer(), caf::infinite, put_atom_v,
              p2psip::shared_bytes{std::move(record)})
    .then(
      [this, entry](const put_outcome& stored) {
        if (stored)
          store_shares(entry);
        else
          refuse(entry, stored.error());
      },
      [this, entry](const caf::error& why) {
        refuse(entry, ended_actor(why));
      });
}

void bootstrap_state::store_shares(const pending_ptr& entry) {
  entry->missing = entry->admitted.shares.size();
  const auto failed = [this, entry](const error& why) {
    // Only the first failure is told; the shares that are stored already hurt
    // nobody, and the next attempt of the same user replaces them.
    if (std::exchange(entry->missing, 0) > 0)
      refuse(entry, why);
  };
  for (auto& share : entry->admitted.shares) {
    self
      ->request(
        peer(), caf::infinite, put_atom_v,
        p2psip::shared_bytes{std::make_shared<const bytes>(std::move(share))})
      .then(
        [this, entry, failed](const put_outcome& stored) {
          if (!stored)
            failed(stored.error());
          else if (entry->missing > 0 && --entry->missing == 0)
            confirm(entry);
        },
        [failed](const caf::error& why) { failed(ended_actor(why)); });
  }
}

void bootstrap_state::confirm(const pending_ptr& entry) {
  const auto& node = *config_.node;
  node.log(subsystem::identity).write(log_level::info, entry->trace, [&] {
    return "admitted " + to_string(entry->claimed.user);
  });
  const auto& ring = *node.ring;
  answer(entry,
         secp2psip::make_registered(registrar_, *entry->accepted,
                                    {identity::fingerprint::of(ring.encoded()),
                                     entry->admitted.admission},
                                    node.time->now(), *rng_));
}

void bootstrap_state::refuse(const pending_ptr& entry, const error& why) {
  const auto& node = *config_.node;
  node.log(subsystem::identity).write(log_level::warning, entry->trace, [&] {
    return "refused to admit " + to_string(entry->claimed.user) + ", asked by"
      + " peer " + chord::brief(entry->from.id) + ": " + to_string(why);
  });
  // A longer reason could not be sent, and the phone would wait in vain.
  auto reason = to_string(why);
  reason.resize(std::min(reason.size(), secp2psip::defaults::max_reason_size));
  answer(entry,
         secp2psip::refuse_register(registrar_, entry->claimed,
                                    {status_for(why.code), std::move(reason)},
                                    node.time->now(), *rng_));
}

void bootstrap_state::answer(const pending_ptr& entry,
                             expected<bytes> content) {
  --under_way_;
  if (content)
    self->send(peer(), deliver_atom_v, entry->from,
               p2psip::delivery{entry->claimed.user.user, entry->trace,
                                std::move(*content)});
}

delivery_actor::behavior_type
bootstrap(delivery_actor::stateful_pointer<bootstrap_state> self,
          bootstrap_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.start(std::move(config));
  return {
    [&state](deliver_atom, const chord::peer_ref& from,
             const p2psip::delivery& msg) { state.on_delivery(from, msg); },
  };
}

} // namespace carillon
