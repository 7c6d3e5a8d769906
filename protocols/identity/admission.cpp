#include "protocols/identity/admission.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/record.hpp"
#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

#include <botan/exceptn.h>
#include <botan/rng.h>
#include <botan/tss.h>

#include <limits>
#include <map>

namespace carillon::identity {

namespace {

/// Bytes of the identifier that ties RTSS shares of one set together
/// (draft-mcgrew-tss-03 section 4).
constexpr size_t rtss_identifier_size = 16;

// -- encoding -----------------------------------------------------------------

bytes encode_payload(const admission& value,
                     const std::vector<bytes>& certificates) {
  wire::Admission message;
  message.set_version(wire::format_version);
  message.set_user(value.aor.user);
  message.set_domain(value.aor.domain);
  message.set_bundle(to_wire(value.bundle.data()));
  message.set_signature_key(to_wire(value.signature_key.data()));
  message.set_bundle_epoch(value.bundle_epoch);
  message.set_epoch(value.epoch);
  message.set_k(value.k);
  message.set_n(value.n);
  for (const auto& hash : value.share_hashes)
    message.add_share_hashes(to_wire(hash.data()));
  message.set_not_before(to_wire(value.not_before));
  message.set_expires(to_wire(value.expires));
  message.set_succession(to_wire(value.succession));
  for (const auto& certificate : certificates)
    message.add_certificates(to_wire(certificate));
  message.set_since(to_wire(value.since));
  return wire::encode(message);
}

bytes encode_share(byte_view admission, uint8_t index, byte_view value) {
  wire::Record message;
  message.set_version(wire::format_version);
  message.set_kind(static_cast<uint32_t>(record_kind::share));
  message.set_admission(to_wire(admission));
  message.set_share_index(index);
  message.set_share_value(to_wire(value));
  return wire::encode(message);
}

/// Copies everything that can be read without knowing what it is worth.
expected<admission> read_fields(const wire::Admission& message) {
  admission result;
  auto bundle = fingerprint::from_bytes(as_bytes(message.bundle()));
  auto key = fingerprint::from_bytes(as_bytes(message.signature_key()));
  auto not_before = time_from_wire(message.not_before());
  auto expires = time_from_wire(message.expires());
  auto since =
    message.has_since() ? time_from_wire(message.since()) : not_before;
  if (!bundle || !key || !not_before || !expires || !since
      || *since > *not_before || message.epoch() == 0
      || message.bundle_epoch() == 0)
    return fail(errc::malformed, "admission");
  for (const auto& field : message.share_hashes()) {
    auto hash = fingerprint::from_bytes(as_bytes(field));
    if (!hash)
      return tl::unexpected{hash.error()};
    result.share_hashes.push_back(*hash);
  }
  result.bundle = *bundle;
  result.signature_key = *key;
  result.bundle_epoch = message.bundle_epoch();
  result.epoch = message.epoch();
  result.not_before = *not_before;
  result.since = *since;
  result.expires = *expires;
  result.succession = to_bytes(message.succession());
  return result;
}

// -- checks -------------------------------------------------------------------

expected<void> check_validity(const admission& value,
                              const ring_settings& settings, timestamp now) {
  if (value.not_before >= value.expires
      || value.expires - value.not_before > settings.admission_lifetime)
    return fail(errc::malformed, "validity of the admission");
  if (now + defaults::clock_window < value.not_before)
    return fail(errc::not_yet_valid, "admission");
  if (value.expires <= now)
    return fail(errc::expired, "admission");
  return {};
}

expected<void> check_threshold(const wire::Admission& message,
                               const ring_settings& settings) {
  if (message.k() != settings.k || message.n() != settings.n
      || message.share_hashes_size() != settings.n)
    return fail(errc::invalid_threshold,
                std::to_string(message.k()) + " of "
                  + std::to_string(message.n()) + ", the ring has "
                  + std::to_string(settings.k) + " of "
                  + std::to_string(settings.n));
  return {};
}

/// Sets the predecessor when a succession came along and is for this bundle.
expected<void> check_succession(admission& value, const ring_descriptor& ring,
                                verifier& check) {
  if (value.succession.empty())
    return {};
  auto proof = open_succession(value.succession, ring, check);
  if (!proof)
    return tl::unexpected{proof.error()};
  if (proof->aor != value.aor || proof->new_bundle != value.bundle
      || proof->new_epoch != value.bundle_epoch)
    return fail(errc::unauthorized_key_change,
                "the succession is for another bundle");
  value.predecessor = proof->old_bundle;
  return {};
}

/// In enrolled mode the name must be certified; in ad-hoc mode certificates
/// mean nothing and are refused.
expected<void> check_certificates(admission& value,
                                  const std::vector<bytes>& certificates,
                                  const ring_settings& settings,
                                  timestamp now) {
  if (settings.identity == identity_mode::ad_hoc)
    return certificates.empty()
      ? expected<void>{}
      : fail(errc::malformed, "certificates in an ad-hoc ring");
  auto key =
    verify_user_chain(certificates, settings.ca_certificates, value.aor, now);
  if (!key)
    return tl::unexpected{key.error()};
  if (key->id() != value.signature_key)
    return fail(errc::name_mismatch, "the certificate is for another key");
  value.certified = true;
  return {};
}

/// Gives since when a name has been admitted without a gap.
timestamp admitted_since(const admission& value, byte_view previous,
                         const ring_descriptor& ring, verifier& check,
                         timestamp now) {
  if (previous.empty())
    return now;
  const auto before = open_admission(previous, ring, check, now);
  const bool is_continued = before && before->aor == value.aor
    && (before->bundle == value.bundle || before->bundle == value.predecessor);
  return is_continued ? std::min(before->since, now) : now;
}

// -- shares -------------------------------------------------------------------

expected<std::vector<bytes>> split(byte_view secret,
                                   const ring_settings& settings,
                                   Botan::RandomNumberGenerator& rng) {
  if (secret.size() > std::numeric_limits<uint16_t>::max())
    return fail(errc::too_large, "key bundle");
  try {
    bytes identifier(rtss_identifier_size);
    rng.randomize(identifier.data(), identifier.size());
    const auto shares = Botan::RTSS_Share::split(
      settings.k, settings.n, secret.data(),
      static_cast<uint16_t>(secret.size()), identifier, "SHA-256", rng);
    std::vector<bytes> result;
    for (const auto& share : shares)
      result.emplace_back(share.data().begin(), share.data().end());
    return result;
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_threshold, e.what());
  }
}

expected<bytes> reconstruct(const std::vector<byte_view>& values) {
  try {
    std::vector<Botan::RTSS_Share> shares;
    for (const auto& value : values)
      shares.emplace_back(value.data(), value.size());
    const auto secret = Botan::RTSS_Share::reconstruct(shares);
    return bytes{secret.begin(), secret.end()};
  } catch (const Botan::Exception&) {
    return fail(errc::share_mismatch, "the shares do not fit together");
  }
}

/// Takes k shares of different numbers.
expected<std::vector<byte_view>> choose(std::span<const verified_share> shares,
                                        uint8_t k) {
  std::map<uint8_t, byte_view> chosen;
  for (const auto& share : shares) {
    if (share.set != shares.front().set)
      return fail(errc::share_mismatch, "shares of different admissions");
    if (chosen.size() < k)
      chosen.emplace(share.index, share.value);
  }
  if (chosen.size() < k)
    return fail(errc::not_enough_shares,
                std::to_string(chosen.size()) + " of " + std::to_string(k));
  std::vector<byte_view> result;
  for (const auto& [index, value] : chosen)
    result.push_back(value);
  return result;
}

expected<admission_set> encode_set(const envelope& sealed,
                                   const std::vector<bytes>& values) {
  admission_set result{sealed.encode(), {}};
  for (size_t i = 0; i < values.size(); ++i) {
    result.shares.push_back(
      encode_share(result.admission, static_cast<uint8_t>(i + 1), values[i]));
    if (result.shares.back().size() > defaults::max_record)
      return fail(errc::too_large, "share record");
  }
  return result;
}

} // namespace

expected<admission_set>
split_bundle(byte_view encoded_bundle, byte_view succession, uint64_t epoch,
             const ring_descriptor& ring, const key_pair& bootstrap,
             verifier& check, timestamp now, Botan::RandomNumberGenerator& rng,
             byte_view previous) {
  if (!ring.is_bootstrap(bootstrap.public_half().signature))
    return fail(errc::invalid_key, "not a bootstrap server of this ring");
  auto bundle = open_bundle(encoded_bundle, ring, check);
  if (!bundle)
    return tl::unexpected{bundle.error()};
  if (now + defaults::clock_window < bundle->created)
    return fail(errc::not_yet_valid, "key bundle");
  const auto& settings = ring.settings();
  admission value{bundle->aor,
                  bundle->id(),
                  bundle->keys.signature.id(),
                  bundle->epoch,
                  epoch,
                  settings.k,
                  settings.n,
                  {},
                  now,
                  now + settings.admission_lifetime,
                  std::nullopt,
                  to_bytes(succession)};
  if (auto ok = check_certificates(value, bundle->certificates, settings, now);
      !ok)
    return tl::unexpected{ok.error()};
  if (auto ok = check_succession(value, ring, check); !ok)
    return tl::unexpected{ok.error()};
  value.since = admitted_since(value, previous, ring, check, now);
  auto values = split(encoded_bundle, settings, rng);
  if (!values)
    return tl::unexpected{values.error()};
  for (const auto& share : *values)
    value.share_hashes.push_back(fingerprint::of(share));
  auto sealed =
    envelope::seal(envelope_kind::admission, ring.ring(),
                   encode_payload(value, bundle->certificates), bootstrap, rng);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  return encode_set(*sealed, *values);
}

expected<admission> open_admission(byte_view encoded,
                                   const ring_descriptor& ring, verifier& check,
                                   timestamp now) {
  auto sealed = envelope::decode(encoded, defaults::max_record);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  if (auto ok = ring.verify_bootstrap(*sealed, envelope_kind::admission, check);
      !ok)
    return tl::unexpected{ok.error()};
  auto message = wire::decode<wire::Admission>(
    sealed->payload, defaults::max_record, "admission");
  if (!message)
    return tl::unexpected{message.error()};
  const auto& settings = ring.settings();
  if (auto ok = check_threshold(*message, settings); !ok)
    return tl::unexpected{ok.error()};
  auto aor =
    make_address_of_record(message->user(), message->domain(), settings.domain);
  if (!aor)
    return tl::unexpected{aor.error()};
  auto certificates =
    list_from_wire(message->certificates(), defaults::max_chain,
                   defaults::max_certificate, "certificates");
  if (!certificates)
    return tl::unexpected{certificates.error()};
  auto result = read_fields(*message);
  if (!result)
    return result;
  result->aor = std::move(*aor);
  result->server = sealed->signer;
  result->k = settings.k;
  result->n = settings.n;
  if (auto ok = check_validity(*result, settings, now); !ok)
    return tl::unexpected{ok.error()};
  if (auto ok = check_succession(*result, ring, check); !ok)
    return tl::unexpected{ok.error()};
  if (auto ok = check_certificates(*result, *certificates, settings, now); !ok)
    return tl::unexpected{ok.error()};
  return result;
}

expected<verified_share> open_share(byte_view encoded,
                                    const ring_descriptor& ring,
                                    verifier& check, timestamp now) {
  auto message =
    wire::decode<wire::Record>(encoded, defaults::max_record, "share record");
  if (!message)
    return tl::unexpected{message.error()};
  if (message->kind() != static_cast<uint32_t>(record_kind::share)
      || message->has_signature_key() || message->has_location())
    return fail(errc::malformed, "not a share record");
  const auto signed_admission = as_bytes(message->admission());
  auto admitted = open_admission(signed_admission, ring, check, now);
  if (!admitted)
    return tl::unexpected{admitted.error()};
  const auto index = message->share_index();
  if (index < 1 || index > admitted->n)
    return fail(errc::share_mismatch,
                "share " + std::to_string(index) + " of "
                  + std::to_string(admitted->n));
  const auto value = as_bytes(message->share_value());
  if (fingerprint::of(value) != admitted->share_hashes[index - 1])
    return fail(errc::share_mismatch,
                "share " + std::to_string(index) + " is not the admitted one");
  return verified_share{std::move(*admitted), fingerprint::of(signed_admission),
                        static_cast<uint8_t>(index), to_bytes(value)};
}

expected<rebuilt_bundle> combine_shares(std::span<const verified_share> shares,
                                        const ring_descriptor& ring,
                                        verifier& check, timestamp now) {
  auto chosen = choose(shares, ring.settings().k);
  if (!chosen)
    return tl::unexpected{chosen.error()};
  auto encoded = reconstruct(*chosen);
  if (!encoded)
    return tl::unexpected{encoded.error()};
  auto bundle = open_bundle(*encoded, ring, check);
  if (!bundle)
    return tl::unexpected{bundle.error()};
  const auto& admitted = shares.front().admission;
  if (bundle->aor != admitted.aor || bundle->id() != admitted.bundle
      || bundle->epoch != admitted.bundle_epoch
      || bundle->keys.signature.id() != admitted.signature_key)
    return fail(errc::share_mismatch, "the bundle is not the admitted one");
  if (auto ok = verify_chain(*bundle, ring, now); !ok)
    return tl::unexpected{ok.error()};
  return rebuilt_bundle{std::move(*bundle), std::move(*encoded), admitted};
}

} // namespace carillon::identity
