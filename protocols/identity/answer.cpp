#include "protocols/identity/answer.hpp"

#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

namespace carillon::identity {

namespace {

expected<answer> read_payload(byte_view payload) {
  auto message =
    wire::decode<wire::Answer>(payload, defaults::max_answer, "answer");
  if (!message)
    return tl::unexpected{message.error()};
  auto nonce = array_from_wire<std::tuple_size_v<answer::nonce_type>>(
    message->nonce(), "nonce");
  auto peer = chord::ring_id::from_bytes(as_bytes(message->peer()));
  auto time = time_from_wire(message->time());
  if (!nonce || !peer || !time || message->found() != message->has_record())
    return fail(errc::malformed, "answer");
  answer result{*nonce, message->key(),        std::nullopt,
                *peer,  message->peer_index(), *time};
  if (message->found())
    result.record = to_bytes(message->record());
  return result;
}

expected<void> check_request(const answer& given,
                             const answer::nonce_type& nonce,
                             std::string_view key, timestamp now) {
  if (given.nonce != nonce || given.key != key)
    return fail(errc::replayed, "the answer is to another request");
  if (given.time > now + defaults::clock_window
      || given.time < now - defaults::clock_window)
    return fail(errc::stale, "answer");
  return {};
}

expected<void> check_position(const answer& given, const ticket& grant) {
  auto position = grant.position(given.peer_index);
  if (!position || *position != given.peer)
    return fail(errc::name_mismatch,
                "the ticket does not give the position " + given.peer.to_hex());
  return {};
}

} // namespace

expected<bytes> seal_answer(const answer& given, byte_view ticket,
                            const fingerprint& ring, const key_pair& node,
                            Botan::RandomNumberGenerator& rng) {
  if (given.record && given.record->empty())
    return fail(errc::malformed, "empty record");
  wire::Answer message;
  message.set_version(wire::format_version);
  message.set_nonce(to_wire(given.nonce));
  message.set_key(given.key);
  message.set_found(given.record.has_value());
  if (given.record)
    message.set_record(to_wire(*given.record));
  message.set_peer(to_wire(given.peer.data()));
  message.set_peer_index(given.peer_index);
  message.set_time(to_wire(given.time));
  auto sealed = envelope::seal(envelope_kind::answer, ring,
                               wire::encode(message), node, rng);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  wire::SignedAnswer outer;
  outer.set_version(wire::format_version);
  outer.set_ticket(to_wire(ticket));
  outer.set_answer(to_wire(sealed->encode()));
  auto result = wire::encode(outer);
  if (result.size() > defaults::max_answer)
    return fail(errc::too_large, "answer");
  return result;
}

expected<verified_answer> open_answer(byte_view encoded,
                                      const answer::nonce_type& nonce,
                                      std::string_view key,
                                      const ring_descriptor& ring,
                                      verifier& check, timestamp now) {
  auto outer =
    wire::decode<wire::SignedAnswer>(encoded, defaults::max_answer, "answer");
  if (!outer)
    return tl::unexpected{outer.error()};
  auto grant = open_ticket(as_bytes(outer->ticket()), ring, check, now);
  if (!grant)
    return tl::unexpected{grant.error()};
  auto sealed =
    envelope::decode(as_bytes(outer->answer()), defaults::max_answer);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  if (auto ok = sealed->verify(envelope_kind::answer, ring.ring(),
                               grant->node_key, check, recurrence::never);
      !ok)
    return tl::unexpected{ok.error()};
  auto result = read_payload(sealed->payload);
  if (!result)
    return tl::unexpected{result.error()};
  if (auto ok = check_request(*result, nonce, key, now); !ok)
    return tl::unexpected{ok.error()};
  if (auto ok = check_position(*result, *grant); !ok)
    return tl::unexpected{ok.error()};
  return verified_answer{std::move(*result), grant->node_key.id()};
}

} // namespace carillon::identity
