#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/defaults.hpp"
#include "protocols/identity/envelope.hpp"
#include "protocols/identity/security_mode.hpp"
#include "protocols/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace carillon::identity {

/// Where the authority over names comes from.
enum class identity_mode : uint8_t {
  /// Bootstrap servers admit names first come, first served.
  ad_hoc = 1,
  /// A certificate authority says who owns a name.
  enrolled = 2,
};

/// What the founder of a ring decides for all its members.
struct ring_settings {
  /// The overlay and SIP domain.
  std::string domain;

  /// Shares that rebuild a key; 2 <= k <= n.
  uint8_t k = defaults::k;

  /// Shares of a key.
  uint8_t n = defaults::n;

  /// Copies of a record.
  uint8_t replicas = defaults::replicas;

  /// Permitted suites, best first.
  std::vector<suite> suites{suite::ed25519_x25519, suite::rsa};

  /// Permitted modes, best first.
  std::vector<security_mode> modes{security_mode::protected_mode,
                                   security_mode::signed_mode};

  identity_mode identity = identity_mode::ad_hoc;

  /// How long the shares of a key are good.
  duration admission_lifetime = defaults::admission_lifetime;

  /// The longest time that a location is good.
  duration location_lifetime = defaults::location_lifetime;

  /// The longest time that a ticket is good.
  duration ticket_lifetime = defaults::ticket_lifetime;

  /// Signature keys of the bootstrap servers, as SubjectPublicKeyInfo.
  std::vector<bytes> bootstrap_keys;

  /// Certificates of the authorities in DER; only in enrolled mode.
  std::vector<bytes> ca_certificates;

  /// The most shares of a key: Botan's RTSS stops there.
  static constexpr uint8_t max_n = 254;

  /// Checks every field.
  /// @returns `invalid_threshold` when not 2 <= k <= n <= 254; `invalid_name`
  ///          for the domain; `malformed` for anything else that is missing,
  ///          repeated or out of its range, the detail names the field; what
  ///          `public_key::parse` gives for a bootstrap key.
  [[nodiscard]] expected<void> validate() const;

  [[nodiscard]] bool permits(suite value) const noexcept;
  [[nodiscard]] bool permits(security_mode value) const noexcept;

  bool operator==(const ring_settings&) const = default;
};

/// The identity of a ring: its settings, signed, with a version. Nodes pin it
/// at first contact. Immutable, so that workers may share one.
class ring_descriptor {
public:
  /// Founds a ring: makes version 1, signed by `bootstrap`, whose key must be
  /// among the settings' bootstrap keys.
  /// @returns what `ring_settings::validate` gives, or `invalid_key` when the
  ///          signer is not listed.
  [[nodiscard]] static expected<ring_descriptor>
  found(const ring_settings& settings, const key_pair& bootstrap,
        Botan::RandomNumberGenerator& rng);

  /// Reads a founding descriptor, as somebody does who joins. It proves only
  /// that it was made by one of the keys it lists: compare `ring()` with the
  /// fingerprint that was pinned.
  /// @returns `too_large`, `malformed`, `unsupported_version`, what
  ///          `ring_settings::validate` gives, `wrong_ring` or
  ///          `invalid_signature`.
  [[nodiscard]] static expected<ring_descriptor> open(byte_view encoded,
                                                      verifier& check);

  /// Makes the version after this one, signed by a bootstrap server of this
  /// one.
  /// @returns as `found`, and what `open_next` refuses.
  [[nodiscard]] expected<ring_descriptor>
  next(const ring_settings& settings, const key_pair& bootstrap,
       Botan::RandomNumberGenerator& rng) const;

  /// Reads the version after this one. A later version cannot weaken what
  /// members pinned: domain and identity mode stay, k does not fall.
  /// @returns as `open`; `older_epoch` when the version is not the next one;
  ///          `malformed` when it weakens the ring; `invalid_signature` when
  ///          no bootstrap server of this version signed it.
  [[nodiscard]] expected<ring_descriptor> open_next(byte_view encoded,
                                                    verifier& check) const;

  [[nodiscard]] const ring_settings& settings() const noexcept {
    return settings_;
  }

  /// Gives the ring's name in every envelope: the SHA-256 of the founding
  /// descriptor's payload.
  [[nodiscard]] const fingerprint& ring() const noexcept {
    return ring_;
  }

  /// Gives 1 for the founding descriptor.
  [[nodiscard]] uint32_t version() const noexcept {
    return version_;
  }

  /// Gives the signed bytes, as `open` and `open_next` read them.
  [[nodiscard]] const bytes& encoded() const noexcept {
    return encoded_;
  }

  /// Tells whether `key` is one of this ring's bootstrap servers.
  [[nodiscard]] bool is_bootstrap(const public_key& key) const noexcept;

  /// Gives those keys of this ring's bootstrap servers that have one of these
  /// fingerprints.
  [[nodiscard]] std::vector<public_key>
  find_bootstrap(const std::vector<fingerprint>& ids) const;

  /// Checks that a bootstrap server of this ring signed `sealed`.
  /// @returns what `envelope::verify` gives.
  [[nodiscard]] expected<void> verify_bootstrap(const envelope& sealed,
                                                envelope_kind wanted,
                                                verifier& check) const;

private:
  ring_descriptor() = default;

  static expected<ring_descriptor> make(const ring_settings& settings,
                                        const ring_descriptor* previous,
                                        const key_pair& bootstrap,
                                        Botan::RandomNumberGenerator& rng);

  static expected<ring_descriptor> parse(const envelope& sealed);

  [[nodiscard]] expected<void> permits_next(const ring_descriptor& next) const;

  ring_settings settings_;
  fingerprint ring_;
  uint32_t version_ = 0;
  bytes encoded_;
  std::vector<public_key> bootstrap_;
};

} // namespace carillon::identity
