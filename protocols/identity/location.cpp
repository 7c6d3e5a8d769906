#include "protocols/identity/location.hpp"

#include "protocols/identity/record.hpp"
#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

#include <algorithm>

namespace carillon::identity {

namespace {

bool is_printable(char c) noexcept {
  return c > ' ' && c <= '~';
}

expected<void> validate(const location& where) {
  if (where.endpoint.size() > defaults::max_endpoint
      || !std::all_of(where.endpoint.begin(), where.endpoint.end(),
                      is_printable))
    return fail(errc::malformed, "endpoint of the location");
  if (where.epoch == 0)
    return fail(errc::malformed, "epoch of the location");
  return {};
}

bytes encode_payload(const location& where) {
  wire::Location message;
  message.set_version(wire::format_version);
  message.set_user(where.aor.user);
  message.set_domain(where.aor.domain);
  message.set_peer(to_wire(where.peer.data()));
  message.set_peer_index(where.peer_index);
  message.set_node(to_wire(where.node.data()));
  message.set_endpoint(where.endpoint);
  message.set_epoch(where.epoch);
  message.set_expires(to_wire(where.expires));
  message.set_tombstone(where.tombstone);
  return wire::encode(message);
}

expected<location> read_payload(byte_view payload,
                                const ring_descriptor& ring) {
  auto message =
    wire::decode<wire::Location>(payload, defaults::max_record, "location");
  if (!message)
    return tl::unexpected{message.error()};
  auto aor = make_address_of_record(message->user(), message->domain(),
                                    ring.settings().domain);
  if (!aor)
    return tl::unexpected{aor.error()};
  auto peer = chord::ring_id::from_bytes(as_bytes(message->peer()));
  auto node = fingerprint::from_bytes(as_bytes(message->node()));
  auto expires = time_from_wire(message->expires());
  if (!peer || !node || !expires)
    return fail(errc::malformed, "location");
  location result{std::move(*aor),
                  *peer,
                  message->peer_index(),
                  *node,
                  message->endpoint(),
                  message->epoch(),
                  *expires,
                  message->tombstone()};
  if (auto ok = validate(result); !ok)
    return tl::unexpected{ok.error()};
  return result;
}

expected<void> check_expiry(const location& where,
                            const ring_settings& settings, timestamp now,
                            expiry_rule rule) {
  if (rule == expiry_rule::live && where.expires <= now)
    return fail(errc::expired, "location");
  if (where.expires > now + settings.location_lifetime + defaults::clock_window)
    return fail(errc::malformed, "the location expires too late");
  return {};
}

} // namespace

expected<bytes> sign_location(const location& where, const fingerprint& ring,
                              const key_pair& owner,
                              Botan::RandomNumberGenerator& rng) {
  if (auto ok = validate(where); !ok)
    return tl::unexpected{ok.error()};
  return envelope::seal(envelope_kind::location, ring, encode_payload(where),
                        owner, rng)
    .map([](const envelope& sealed) { return sealed.encode(); });
}

bytes make_location_record(byte_view admission, const public_key& owner,
                           byte_view signed_location) {
  wire::Record message;
  message.set_version(wire::format_version);
  message.set_kind(static_cast<uint32_t>(record_kind::location));
  message.set_admission(to_wire(admission));
  message.set_signature_key(to_wire(owner.spki()));
  message.set_location(to_wire(signed_location));
  return wire::encode(message);
}

expected<bytes> seal_location(const location& where, byte_view admission,
                              const fingerprint& ring, const key_pair& owner,
                              Botan::RandomNumberGenerator& rng) {
  return sign_location(where, ring, owner, rng).map([&](const bytes& sealed) {
    return make_location_record(admission, owner.public_half().signature,
                                sealed);
  });
}

expected<verified_location> open_location(byte_view encoded,
                                          const ring_descriptor& ring,
                                          verifier& check, timestamp now,
                                          expiry_rule rule) {
  auto message = wire::decode<wire::Record>(encoded, defaults::max_record,
                                            "location record");
  if (!message)
    return tl::unexpected{message.error()};
  if (message->kind() != static_cast<uint32_t>(record_kind::location)
      || message->has_share_index() || message->has_share_value())
    return fail(errc::malformed, "not a location record");
  auto admitted =
    open_admission(as_bytes(message->admission()), ring, check, now);
  if (!admitted)
    return tl::unexpected{admitted.error()};
  auto key = check.key(as_bytes(message->signature_key()), key_use::signature);
  if (!key)
    return tl::unexpected{key.error()};
  if (key->id() != admitted->signature_key)
    return fail(errc::invalid_key, "the key is not the admitted one");
  auto sealed =
    envelope::decode(as_bytes(message->location()), defaults::max_record);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  if (auto ok =
        sealed->verify(envelope_kind::location, ring.ring(), *key, check);
      !ok)
    return tl::unexpected{ok.error()};
  auto where = read_payload(sealed->payload, ring);
  if (!where)
    return tl::unexpected{where.error()};
  if (where->aor != admitted->aor)
    return fail(errc::name_mismatch, "location of another user");
  if (auto ok = check_expiry(*where, ring.settings(), now, rule); !ok)
    return tl::unexpected{ok.error()};
  return verified_location{std::move(*where), std::move(*admitted)};
}

} // namespace carillon::identity
