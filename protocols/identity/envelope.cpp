#include "protocols/identity/envelope.hpp"

#include "protocols/identity/tagged_bytes.hpp"
#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

namespace carillon::identity {

namespace {

bytes to_be_signed(envelope_kind kind, const fingerprint& ring,
                   const fingerprint& signer, byte_view payload) {
  return tagged_bytes{"carillon envelope"}
    .add(wire::format_version)
    .add(static_cast<uint64_t>(kind))
    .add(ring.data())
    .add(signer.data())
    .add(payload)
    .data();
}

bool is_kind(uint32_t number) {
  return number >= static_cast<uint32_t>(envelope_kind::ring_descriptor)
    && number <= static_cast<uint32_t>(envelope_kind::answer);
}

} // namespace

expected<envelope> envelope::seal(envelope_kind kind, const fingerprint& ring,
                                  bytes payload, const key_pair& signer,
                                  Botan::RandomNumberGenerator& rng) {
  const auto& id = signer.public_half().signature.id();
  return signer.sign(to_be_signed(kind, ring, id, payload), rng)
    .map([&](bytes signature) {
      return envelope{kind, ring, id, std::move(payload), std::move(signature)};
    });
}

expected<envelope> envelope::decode(byte_view data, size_t max_size) {
  auto message = wire::decode<wire::Envelope>(data, max_size, "envelope");
  if (!message)
    return tl::unexpected{message.error()};
  auto ring = fingerprint::from_bytes(as_bytes(message->ring()));
  auto signer = fingerprint::from_bytes(as_bytes(message->signer()));
  if (!ring || !signer || !is_kind(message->kind()))
    return fail(errc::malformed, "envelope");
  if (message->signature().size() > defaults::max_signature)
    return fail(errc::too_large, "signature");
  return envelope{static_cast<envelope_kind>(message->kind()), *ring, *signer,
                  to_bytes(message->payload()), to_bytes(message->signature())};
}

bytes envelope::encode() const {
  wire::Envelope message;
  message.set_version(wire::format_version);
  message.set_kind(static_cast<uint32_t>(kind));
  message.set_ring(to_wire(ring.data()));
  message.set_signer(to_wire(signer.data()));
  message.set_payload(to_wire(payload));
  message.set_signature(to_wire(signature));
  return wire::encode(message);
}

expected<void> envelope::verify(envelope_kind wanted,
                                const fingerprint& wanted_ring,
                                const public_key& key, verifier& check,
                                recurrence again) const {
  if (kind != wanted)
    return fail(errc::malformed, "envelope of another kind");
  if (ring != wanted_ring)
    return fail(errc::wrong_ring);
  if (signer != key.id())
    return fail(errc::invalid_signature, "another signer is named");
  return check.verify(key, to_be_signed(kind, ring, signer, payload), signature,
                      again);
}

} // namespace carillon::identity
