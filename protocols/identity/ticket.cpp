#include "protocols/identity/ticket.hpp"

#include "protocols/identity/tagged_bytes.hpp"
#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

namespace carillon::identity {

namespace {

expected<void> validate(const ticket& grant, const ring_settings& settings) {
  if (grant.max_peers < 1 || grant.max_peers > defaults::max_peers)
    return fail(errc::malformed,
                "a ticket is for 1 to " + std::to_string(defaults::max_peers)
                  + " peers");
  if (grant.not_before >= grant.expires
      || grant.expires - grant.not_before > settings.ticket_lifetime)
    return fail(errc::malformed, "validity of the ticket");
  return {};
}

expected<ticket> read_ticket(byte_view payload, verifier& check) {
  auto message =
    wire::decode<wire::Ticket>(payload, defaults::max_ticket, "ticket");
  if (!message)
    return tl::unexpected{message.error()};
  auto key = check.key(as_bytes(message->node_key()), key_use::signature);
  if (!key)
    return tl::unexpected{key.error()};
  auto salt = array_from_wire<std::tuple_size_v<ticket::salt_type>>(
    message->salt(), "salt");
  auto not_before = time_from_wire(message->not_before());
  auto expires = time_from_wire(message->expires());
  if (!salt || !not_before || !expires)
    return fail(errc::malformed, "ticket");
  return ticket{std::move(*key), *salt, message->max_peers(), *not_before,
                *expires};
}

} // namespace

expected<chord::ring_id> ticket::position(uint32_t index) const {
  if (index >= max_peers)
    return fail(errc::quota_exceeded,
                "peer " + std::to_string(index) + ", the ticket is for "
                  + std::to_string(max_peers));
  return peer_position(node_key.id(), index, salt);
}

chord::ring_id peer_position(const fingerprint& node, uint32_t index,
                             const ticket::salt_type& salt) {
  return chord::ring_id::hash(tagged_bytes{"carillon peer position"}
                                .add(node.data())
                                .add(uint64_t{index})
                                .add(salt)
                                .data());
}

expected<bytes> seal_ticket(const ticket& grant, const ring_descriptor& ring,
                            const key_pair& bootstrap,
                            Botan::RandomNumberGenerator& rng) {
  if (auto ok = validate(grant, ring.settings()); !ok)
    return tl::unexpected{ok.error()};
  if (!ring.is_bootstrap(bootstrap.public_half().signature))
    return fail(errc::invalid_key, "not a bootstrap server of this ring");
  wire::Ticket message;
  message.set_version(wire::format_version);
  message.set_node_key(to_wire(grant.node_key.spki()));
  message.set_salt(to_wire(grant.salt));
  message.set_max_peers(grant.max_peers);
  message.set_not_before(to_wire(grant.not_before));
  message.set_expires(to_wire(grant.expires));
  return envelope::seal(envelope_kind::ticket, ring.ring(),
                        wire::encode(message), bootstrap, rng)
    .map([](const envelope& sealed) { return sealed.encode(); });
}

expected<ticket> reopen_ticket(byte_view encoded, const ring_descriptor& ring,
                               verifier& check) {
  auto sealed = envelope::decode(encoded, defaults::max_ticket);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  if (auto ok = ring.verify_bootstrap(*sealed, envelope_kind::ticket, check);
      !ok)
    return tl::unexpected{ok.error()};
  auto result = read_ticket(sealed->payload, check);
  if (!result)
    return result;
  if (auto ok = validate(*result, ring.settings()); !ok)
    return tl::unexpected{ok.error()};
  return result;
}

expected<ticket> open_ticket(byte_view encoded, const ring_descriptor& ring,
                             verifier& check, timestamp now) {
  auto result = reopen_ticket(encoded, ring, check);
  if (!result)
    return result;
  if (now + defaults::clock_window < result->not_before)
    return fail(errc::not_yet_valid, "ticket");
  if (result->expires <= now)
    return fail(errc::expired, "ticket");
  return result;
}

} // namespace carillon::identity
