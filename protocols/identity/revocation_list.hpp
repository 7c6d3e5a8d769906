#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/time.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Botan {
class RandomNumberGenerator;
class X509_CRL;
} // namespace Botan

namespace carillon::identity {

/// Which certificates the authorities of a ring have taken back, by one or more
/// certificate revocation lists (RFC 5280 section 5). It does not change;
/// copies share what was read.
class revocation_list {
public:
  /// Makes a list of nothing.
  revocation_list() = default;

  /// Reads lists in PEM, each of which one of the authorities must have signed.
  /// Text around them is permitted.
  /// @param authorities certificates in DER, each for a key that may sign
  ///        revocation lists.
  /// @returns `too_large`; `malformed`, also when there is no list, or one
  ///          with a critical extension, whose entries would mean something
  ///          else here (RFC 5280 section 5.2); `untrusted_certificate` when
  ///          none of the authorities has signed one of them.
  [[nodiscard]] static expected<revocation_list>
  read(std::string_view pem, std::span<const bytes> authorities);

  /// Checks that no certificate of a chain was revoked. The chain must have
  /// been verified: what is compared is the name of the issuer and the number
  /// that it gave the certificate.
  /// @returns `revoked`, the detail names the certificate; `malformed` or
  ///          `too_large` when one cannot be read.
  [[nodiscard]] expected<void> check(std::span<const bytes> chain) const;

  /// Gives when the authorities meant to make the next one, of several lists
  /// the first; nothing for a list of nothing.
  [[nodiscard]] std::optional<timestamp> next_update() const noexcept {
    return next_update_;
  }

  /// Gives how many certificates were revoked.
  [[nodiscard]] size_t size() const;

private:
  std::vector<std::shared_ptr<const Botan::X509_CRL>> lists_;
  std::optional<timestamp> next_update_;
};

/// The times in a list (RFC 5280 sections 5.1.2.4 and 5.1.2.5).
struct update_times {
  /// When the authority makes it.
  timestamp this_update;

  /// When the authority makes the next one at the latest.
  timestamp next_update;
};

/// Makes the list of an authority that names one more certificate, with the
/// next number. A certificate that it names already stays as it is.
/// @param certificate in DER.
/// @param earlier the authority's list so far in PEM; empty for none.
/// @param ca_certificate the authority's own, in DER.
/// @returns the list in PEM; `untrusted_certificate` when `certificate` or
///          `earlier` is not of this authority, when `certificate` is the
///          authority's own, or when `ca_certificate` is not of `authority`;
///          `malformed` when the next update is not after this one or
///          something cannot be read; `too_large`; `invalid_key` when the key
///          cannot sign.
[[nodiscard]] expected<std::string>
revoke_certificate(byte_view certificate, std::string_view earlier,
                   byte_view ca_certificate, const key_pair& authority,
                   const update_times& when, Botan::RandomNumberGenerator& rng);

/// Describes lists in PEM in lines of text for people. Nobody's signature is
/// checked.
/// @returns `malformed` or `too_large`.
[[nodiscard]] expected<std::string> show_revocation_lists(std::string_view pem);

} // namespace carillon::identity
