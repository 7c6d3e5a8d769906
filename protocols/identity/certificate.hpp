#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/public_key.hpp"
#include "protocols/time.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// X.509 certificates (RFC 5280) of enrolled mode, in DER unless said
/// otherwise.
namespace carillon::identity {

/// When a certificate is good.
struct validity {
  timestamp not_before;
  timestamp expires;
};

/// Makes the self-signed certificate of an authority.
/// @returns `malformed` for an empty or overlong name or an empty validity,
///          `invalid_key` when the key cannot sign.
[[nodiscard]] expected<bytes>
make_ca_certificate(std::string_view name, const key_pair& authority,
                    const validity& when, Botan::RandomNumberGenerator& rng);

/// Makes a user's certificate: the subject alternative name is the URI
/// `sip:user@domain`. `key` is the user's signature key.
/// @returns `untrusted_certificate` when `ca_certificate` is not one of
///          `authority`; else as `make_ca_certificate`.
[[nodiscard]] expected<bytes>
make_user_certificate(const address_of_record& aor, const public_key& key,
                      byte_view ca_certificate, const key_pair& authority,
                      const validity& when, Botan::RandomNumberGenerator& rng);

/// Makes a node's certificate: the subject alternative name is the DNS name
/// `host`. `key` is the node's signature key.
/// @returns `invalid_name` when `host` is no domain name; else as
///          `make_user_certificate`.
[[nodiscard]] expected<bytes>
make_node_certificate(std::string_view host, const public_key& key,
                      byte_view ca_certificate, const key_pair& authority,
                      const validity& when, Botan::RandomNumberGenerator& rng);

/// Makes the certificate that a node of an ad-hoc ring shows in TLS, where only
/// its key matters.
/// @returns `malformed` for an empty validity, `invalid_key` when the key
/// cannot
///          sign.
[[nodiscard]] expected<bytes>
make_self_signed_certificate(std::string_view name, const key_pair& keys,
                             const validity& when,
                             Botan::RandomNumberGenerator& rng);

/// Checks a user's chain, the user's own certificate first, against the
/// authorities, and gives the user's signature key.
/// @returns `expired`, `not_yet_valid`, `untrusted_certificate` (the detail
///          says why), `name_mismatch` when it does not name this user,
///          `malformed`, `too_large`, or what `public_key::parse` gives.
[[nodiscard]] expected<public_key>
verify_user_chain(std::span<const bytes> chain,
                  std::span<const bytes> authorities,
                  const address_of_record& aor, timestamp now);

/// Checks a node's chain, the node's own certificate first, against the
/// authorities, and gives the node's signature key.
/// @returns as `verify_user_chain`.
[[nodiscard]] expected<public_key>
verify_node_chain(std::span<const bytes> chain,
                  std::span<const bytes> authorities, std::string_view host,
                  timestamp now);

/// A node as its certificate names it.
struct certified_node {
  public_key key;
  std::string host;
};

/// Checks the chain of any node, its own certificate first, against the
/// authorities.
/// @returns as `verify_user_chain`; `name_mismatch` when it names no host or
///          several.
[[nodiscard]] expected<certified_node>
verify_any_node_chain(std::span<const bytes> chain,
                      std::span<const bytes> authorities, timestamp now);

/// Gives the signature key that a certificate is for, without any check of the
/// certificate.
/// @returns `malformed`, `too_large`, or what `public_key::parse` gives.
[[nodiscard]] expected<public_key> certified_key(byte_view der);

/// Tells whether a certificate names this user and nobody else. Who made it
/// and when it is good does not matter.
/// @returns `malformed` or `too_large`.
[[nodiscard]] expected<bool> names_user(byte_view der,
                                        const address_of_record& aor);

/// Describes a certificate in lines of text for people.
/// @returns `malformed` or `too_large`.
[[nodiscard]] expected<std::string> show_certificate(byte_view der);

/// Writes a certificate as PEM.
[[nodiscard]] std::string certificate_to_pem(byte_view der);

/// Reads one or more PEM certificates.
/// @returns `too_large`, or `malformed` also when there is none.
[[nodiscard]] expected<std::vector<bytes>>
certificates_from_pem(std::string_view pem);

} // namespace carillon::identity
