#include "protocols/identity/succession.hpp"

#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

namespace carillon::identity {

namespace {

bytes encode_payload(const succession& value) {
  wire::Succession message;
  message.set_version(wire::format_version);
  message.set_user(value.aor.user);
  message.set_domain(value.aor.domain);
  message.set_old_bundle(to_wire(value.old_bundle.data()));
  message.set_new_bundle(to_wire(value.new_bundle.data()));
  message.set_new_epoch(value.new_epoch);
  return wire::encode(message);
}

expected<succession> read_succession(byte_view payload,
                                     const ring_descriptor& ring) {
  auto message =
    wire::decode<wire::Succession>(payload, defaults::max_bundle, "succession");
  if (!message)
    return tl::unexpected{message.error()};
  auto aor = make_address_of_record(message->user(), message->domain(),
                                    ring.settings().domain);
  if (!aor)
    return tl::unexpected{aor.error()};
  auto old_bundle = fingerprint::from_bytes(as_bytes(message->old_bundle()));
  auto new_bundle = fingerprint::from_bytes(as_bytes(message->new_bundle()));
  if (!old_bundle || !new_bundle)
    return fail(errc::malformed, "succession");
  return succession{std::move(*aor), *old_bundle, *new_bundle,
                    message->new_epoch()};
}

} // namespace

expected<bytes> seal_succession(byte_view old_encoded,
                                const key_bundle& replacement,
                                const ring_descriptor& ring,
                                const key_pair& old_keys, verifier& check,
                                Botan::RandomNumberGenerator& rng) {
  auto old = open_bundle(old_encoded, ring, check);
  if (!old)
    return tl::unexpected{old.error()};
  if (old->aor != replacement.aor)
    return fail(errc::name_mismatch, "the bundles are of different users");
  if (replacement.epoch <= old->epoch)
    return fail(errc::older_epoch, "the new bundle's epoch is not newer");
  if (old_keys.public_half() != old->keys)
    return fail(errc::invalid_key, "not the keys of the old bundle");
  auto payload =
    encode_payload({old->aor, old->id(), replacement.id(), replacement.epoch});
  auto sealed = envelope::seal(envelope_kind::succession, ring.ring(),
                               std::move(payload), old_keys, rng);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  wire::SuccessionProof proof;
  proof.set_version(wire::format_version);
  proof.set_old_bundle(to_wire(old_encoded));
  proof.set_succession(to_wire(sealed->encode()));
  return wire::encode(proof);
}

expected<succession> open_succession(byte_view encoded,
                                     const ring_descriptor& ring,
                                     verifier& check) {
  auto proof = wire::decode<wire::SuccessionProof>(
    encoded, defaults::max_succession, "succession");
  if (!proof)
    return tl::unexpected{proof.error()};
  auto old = open_bundle(as_bytes(proof->old_bundle()), ring, check);
  if (!old)
    return tl::unexpected{old.error()};
  auto sealed =
    envelope::decode(as_bytes(proof->succession()), defaults::max_succession);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  if (auto ok = sealed->verify(envelope_kind::succession, ring.ring(),
                               old->keys.signature, check);
      !ok)
    return tl::unexpected{ok.error()};
  auto result = read_succession(sealed->payload, ring);
  if (!result)
    return result;
  if (result->aor != old->aor || result->old_bundle != old->id())
    return fail(errc::name_mismatch, "succession of another bundle");
  if (result->new_epoch <= old->epoch)
    return fail(errc::older_epoch, "succession");
  return result;
}

} // namespace carillon::identity
