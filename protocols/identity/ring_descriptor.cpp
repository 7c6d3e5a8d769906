#include "protocols/identity/ring_descriptor.hpp"

#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/certificate.hpp"
#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

#include <algorithm>
#include <limits>

namespace carillon::identity {

namespace {

template <class T>
bool has_duplicates(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return std::adjacent_find(values.begin(), values.end()) != values.end();
}

template <class T>
bool is_set(const std::vector<T>& values) {
  return !values.empty() && !has_duplicates(values);
}

bool is_lifetime(duration value) {
  return value >= defaults::min_lifetime && value <= defaults::max_lifetime;
}

expected<void> validate_authorities(const ring_settings& settings) {
  if (!is_set(settings.bootstrap_keys)
      || settings.bootstrap_keys.size() > defaults::max_authorities)
    return fail(errc::malformed, "bootstrap_keys");
  for (const auto& key : settings.bootstrap_keys) {
    if (auto ok = public_key::parse(key, key_use::signature); !ok)
      return tl::unexpected{ok.error()};
  }
  if (settings.identity == identity_mode::ad_hoc)
    return settings.ca_certificates.empty()
      ? expected<void>{}
      : fail(errc::malformed, "ca_certificates in ad-hoc mode");
  if (!is_set(settings.ca_certificates)
      || settings.ca_certificates.size() > defaults::max_authorities)
    return fail(errc::malformed, "ca_certificates");
  for (const auto& certificate : settings.ca_certificates) {
    if (auto ok = show_certificate(certificate); !ok)
      return tl::unexpected{ok.error()};
  }
  return {};
}

bytes encode_payload(const ring_settings& settings, uint32_t version,
                     byte_view founder) {
  wire::RingDescriptor message;
  message.set_version(wire::format_version);
  message.set_descriptor_version(version);
  message.set_founder(to_wire(founder));
  message.set_domain(settings.domain);
  message.set_k(settings.k);
  message.set_n(settings.n);
  message.set_replicas(settings.replicas);
  for (auto value : settings.suites)
    message.add_suites(static_cast<uint32_t>(value));
  for (auto value : settings.modes)
    message.add_modes(static_cast<uint32_t>(value));
  message.set_identity_mode(static_cast<uint32_t>(settings.identity));
  message.set_admission_lifetime(settings.admission_lifetime.count());
  message.set_location_lifetime(settings.location_lifetime.count());
  message.set_ticket_lifetime(settings.ticket_lifetime.count());
  for (const auto& key : settings.bootstrap_keys)
    message.add_bootstrap_keys(to_wire(key));
  for (const auto& certificate : settings.ca_certificates)
    message.add_ca_certificates(to_wire(certificate));
  return wire::encode(message);
}

/// Copies a number that validate() bounds further.
expected<uint8_t> small_number(uint32_t field, std::string_view what) {
  if (field > std::numeric_limits<uint8_t>::max())
    return fail(errc::malformed, std::string{what});
  return static_cast<uint8_t>(field);
}

expected<void> read_lists(const wire::RingDescriptor& message,
                          ring_settings& result) {
  for (auto number : message.suites()) {
    auto value = suite_from_number(number);
    if (!value)
      return tl::unexpected{value.error()};
    result.suites.push_back(*value);
  }
  for (auto number : message.modes()) {
    auto value = security_mode_from_number(number);
    if (!value)
      return tl::unexpected{value.error()};
    result.modes.push_back(*value);
  }
  auto keys =
    list_from_wire(message.bootstrap_keys(), defaults::max_authorities,
                   defaults::max_public_key, "bootstrap keys");
  if (!keys)
    return tl::unexpected{keys.error()};
  auto certificates =
    list_from_wire(message.ca_certificates(), defaults::max_authorities,
                   defaults::max_certificate, "authorities");
  if (!certificates)
    return tl::unexpected{certificates.error()};
  result.bootstrap_keys = std::move(*keys);
  result.ca_certificates = std::move(*certificates);
  return {};
}

expected<ring_settings> read_settings(const wire::RingDescriptor& message) {
  ring_settings result;
  auto k = small_number(message.k(), "k");
  auto n = small_number(message.n(), "n");
  if (!k || !n)
    return fail(errc::invalid_threshold, "k and n");
  auto replicas = small_number(message.replicas(), "replicas");
  auto identity = small_number(message.identity_mode(), "identity mode");
  if (!replicas || !identity)
    return fail(errc::malformed, "ring descriptor");
  result.domain = message.domain();
  result.k = *k;
  result.n = *n;
  result.replicas = *replicas;
  result.identity = static_cast<identity_mode>(*identity);
  result.admission_lifetime = duration{message.admission_lifetime()};
  result.location_lifetime = duration{message.location_lifetime()};
  result.ticket_lifetime = duration{message.ticket_lifetime()};
  result.suites.clear();
  result.modes.clear();
  if (auto ok = read_lists(message, result); !ok)
    return tl::unexpected{ok.error()};
  if (auto ok = result.validate(); !ok)
    return tl::unexpected{ok.error()};
  return result;
}

} // namespace

// -- ring_settings ------------------------------------------------------------

expected<void> ring_settings::validate() const {
  if (auto ok = validate_domain(domain); !ok)
    return ok;
  if (k < 2 || k > n || n > max_n)
    return fail(errc::invalid_threshold,
                "k = " + std::to_string(k) + ", n = " + std::to_string(n)
                  + ", required is 2 <= k <= n <= " + std::to_string(max_n));
  if (replicas < 1 || replicas > defaults::max_replicas)
    return fail(errc::malformed,
                "replicas = " + std::to_string(replicas) + ", required is 1 to "
                  + std::to_string(defaults::max_replicas));
  if (!is_set(suites))
    return fail(errc::malformed, "suites");
  if (!is_set(modes))
    return fail(errc::malformed, "modes");
  if (identity != identity_mode::ad_hoc && identity != identity_mode::enrolled)
    return fail(errc::malformed, "identity mode");
  if (!is_lifetime(admission_lifetime) || !is_lifetime(location_lifetime)
      || !is_lifetime(ticket_lifetime))
    return fail(errc::malformed, "lifetimes");
  return validate_authorities(*this);
}

bool ring_settings::permits(suite value) const noexcept {
  return std::find(suites.begin(), suites.end(), value) != suites.end();
}

bool ring_settings::permits(security_mode value) const noexcept {
  return std::find(modes.begin(), modes.end(), value) != modes.end();
}

// -- ring_descriptor ----------------------------------------------------------

expected<ring_descriptor>
ring_descriptor::found(const ring_settings& settings, const key_pair& bootstrap,
                       Botan::RandomNumberGenerator& rng) {
  return make(settings, nullptr, bootstrap, rng);
}

expected<ring_descriptor>
ring_descriptor::next(const ring_settings& settings, const key_pair& bootstrap,
                      Botan::RandomNumberGenerator& rng) const {
  auto result = make(settings, this, bootstrap, rng);
  if (!result)
    return result;
  if (auto ok = permits_next(*result); !ok)
    return tl::unexpected{ok.error()};
  return result;
}

expected<ring_descriptor> ring_descriptor::make(
  const ring_settings& settings, const ring_descriptor* previous,
  const key_pair& bootstrap, Botan::RandomNumberGenerator& rng) {
  if (auto ok = settings.validate(); !ok)
    return tl::unexpected{ok.error()};
  const auto& signers =
    previous ? previous->settings_.bootstrap_keys : settings.bootstrap_keys;
  const auto& key = bootstrap.public_half().signature.spki();
  if (std::find(signers.begin(), signers.end(), key) == signers.end())
    return fail(errc::invalid_key, "the signer is not among bootstrap_keys");
  auto payload = previous
    ? encode_payload(settings, previous->version_ + 1, previous->ring_.data())
    : encode_payload(settings, 1, {});
  const auto ring = previous ? previous->ring_ : fingerprint::of(payload);
  auto sealed = envelope::seal(envelope_kind::ring_descriptor, ring,
                               std::move(payload), bootstrap, rng);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  if (sealed->encode().size() > defaults::max_descriptor)
    return fail(errc::too_large, "ring descriptor");
  return parse(*sealed);
}

expected<ring_descriptor> ring_descriptor::parse(const envelope& sealed) {
  auto message = wire::decode<wire::RingDescriptor>(
    sealed.payload, defaults::max_descriptor, "ring descriptor");
  if (!message)
    return tl::unexpected{message.error()};
  const auto founding = message->descriptor_version() == 1;
  if (message->descriptor_version() == 0
      || founding != message->founder().empty())
    return fail(errc::malformed, "version of the ring descriptor");
  auto ring = founding ? fingerprint::of(sealed.payload)
                       : fingerprint::from_bytes(as_bytes(message->founder()));
  if (!ring)
    return tl::unexpected{ring.error()};
  auto settings = read_settings(*message);
  if (!settings)
    return tl::unexpected{settings.error()};
  ring_descriptor result;
  result.settings_ = std::move(*settings);
  result.ring_ = *ring;
  result.version_ = message->descriptor_version();
  result.encoded_ = sealed.encode();
  for (const auto& key : result.settings_.bootstrap_keys)
    result.bootstrap_.push_back(*public_key::parse(key, key_use::signature));
  return result;
}

expected<ring_descriptor> ring_descriptor::open(byte_view encoded,
                                                verifier& check) {
  auto sealed = envelope::decode(encoded, defaults::max_descriptor);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  auto result = parse(*sealed);
  if (!result)
    return result;
  if (result->version_ != 1)
    return fail(errc::malformed, "not a founding descriptor");
  if (auto ok = result->verify_bootstrap(*sealed,
                                         envelope_kind::ring_descriptor, check);
      !ok)
    return tl::unexpected{ok.error()};
  return result;
}

expected<ring_descriptor> ring_descriptor::open_next(byte_view encoded,
                                                     verifier& check) const {
  auto sealed = envelope::decode(encoded, defaults::max_descriptor);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  // Before the payload is looked at: it is not from a stranger.
  if (auto ok =
        verify_bootstrap(*sealed, envelope_kind::ring_descriptor, check);
      !ok)
    return tl::unexpected{ok.error()};
  auto result = parse(*sealed);
  if (!result)
    return result;
  if (auto ok = permits_next(*result); !ok)
    return tl::unexpected{ok.error()};
  return result;
}

expected<void>
ring_descriptor::permits_next(const ring_descriptor& next) const {
  if (next.ring_ != ring_)
    return fail(errc::wrong_ring);
  if (next.version_ != version_ + 1)
    return fail(errc::older_epoch,
                "descriptor version " + std::to_string(next.version_)
                  + ", expected " + std::to_string(version_ + 1));
  if (next.settings_.domain != settings_.domain)
    return fail(errc::malformed, "a ring keeps its domain");
  if (next.settings_.identity != settings_.identity)
    return fail(errc::malformed, "a ring keeps its identity mode");
  if (next.settings_.k < settings_.k)
    return fail(errc::malformed, "the threshold of a ring does not fall");
  return {};
}

std::vector<public_key>
ring_descriptor::find_bootstrap(const std::vector<fingerprint>& ids) const {
  std::vector<public_key> result;
  for (const auto& key : bootstrap_) {
    if (std::ranges::find(ids, key.id()) != ids.end())
      result.push_back(key);
  }
  return result;
}

bool ring_descriptor::is_bootstrap(const public_key& key) const noexcept {
  return std::find(bootstrap_.begin(), bootstrap_.end(), key)
    != bootstrap_.end();
}

expected<void> ring_descriptor::verify_bootstrap(const envelope& sealed,
                                                 envelope_kind wanted,
                                                 verifier& check) const {
  for (const auto& key : bootstrap_) {
    if (key.id() == sealed.signer)
      return sealed.verify(wanted, ring_, key, check);
  }
  if (sealed.ring != ring_)
    return fail(errc::wrong_ring);
  return fail(errc::invalid_signature, "not signed by a bootstrap server");
}

} // namespace carillon::identity
