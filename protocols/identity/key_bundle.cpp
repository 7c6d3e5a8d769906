#include "protocols/identity/key_bundle.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

namespace carillon::identity {

namespace {

expected<key_bundle> read_bundle(byte_view payload, const ring_descriptor& ring,
                                 verifier& check) {
  auto message =
    wire::decode<wire::KeyBundle>(payload, defaults::max_bundle, "key bundle");
  if (!message)
    return tl::unexpected{message.error()};
  auto aor = make_address_of_record(message->user(), message->domain(),
                                    ring.settings().domain);
  if (!aor)
    return tl::unexpected{aor.error()};
  auto kind = suite_from_number(message->suite());
  if (!kind)
    return tl::unexpected{kind.error()};
  if (!ring.settings().permits(*kind))
    return fail(errc::unsupported_suite,
                "the ring does not permit " + std::string{to_string(*kind)});
  auto keys = parse_public_keys(as_bytes(message->signature_key()),
                                as_bytes(message->encryption_key()), check);
  if (!keys)
    return tl::unexpected{keys.error()};
  auto created = time_from_wire(message->created());
  if (!created)
    return tl::unexpected{created.error()};
  auto certificates =
    list_from_wire(message->certificates(), defaults::max_chain,
                   defaults::max_certificate, "certificates");
  if (!certificates)
    return tl::unexpected{certificates.error()};
  if (keys->suite() != *kind || message->epoch() == 0)
    return fail(errc::malformed, "key bundle");
  return key_bundle{std::move(*aor), message->epoch(), *created,
                    std::move(*keys), std::move(*certificates)};
}

} // namespace

expected<bytes> seal_bundle(const address_of_record& aor, uint64_t epoch,
                            timestamp created,
                            const std::vector<bytes>& certificates,
                            const fingerprint& ring, const key_pair& owner,
                            Botan::RandomNumberGenerator& rng) {
  if (epoch == 0 || certificates.size() > defaults::max_chain)
    return fail(errc::malformed, "key bundle");
  const auto& keys = owner.public_half();
  wire::KeyBundle message;
  message.set_version(wire::format_version);
  message.set_user(aor.user);
  message.set_domain(aor.domain);
  message.set_suite(static_cast<uint32_t>(keys.suite()));
  message.set_epoch(epoch);
  message.set_created(to_wire(created));
  message.set_signature_key(to_wire(keys.signature.spki()));
  message.set_encryption_key(to_wire(keys.encryption.spki()));
  for (const auto& certificate : certificates)
    message.add_certificates(to_wire(certificate));
  auto sealed = envelope::seal(envelope_kind::key_bundle, ring,
                               wire::encode(message), owner, rng);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  auto result = sealed->encode();
  if (result.size() > defaults::max_bundle)
    return fail(errc::too_large, "key bundle");
  return result;
}

expected<key_bundle> open_bundle(byte_view encoded, const ring_descriptor& ring,
                                 verifier& check) {
  auto sealed = envelope::decode(encoded, defaults::max_bundle);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  if (sealed->ring != ring.ring())
    return fail(errc::wrong_ring, "key bundle");
  auto result = read_bundle(sealed->payload, ring, check);
  if (!result)
    return result;
  if (auto ok = sealed->verify(envelope_kind::key_bundle, ring.ring(),
                               result->keys.signature, check);
      !ok)
    return tl::unexpected{ok.error()};
  return result;
}

expected<void> verify_chain(const key_bundle& bundle,
                            const ring_descriptor& ring, timestamp now) {
  const auto& settings = ring.settings();
  if (settings.identity == identity_mode::ad_hoc)
    return {};
  auto certified = verify_user_chain(bundle.certificates,
                                     settings.ca_certificates, bundle.aor, now);
  if (!certified)
    return tl::unexpected{certified.error()};
  if (*certified != bundle.keys.signature)
    return fail(errc::name_mismatch, "the certificate is for another key");
  return {};
}

} // namespace carillon::identity
