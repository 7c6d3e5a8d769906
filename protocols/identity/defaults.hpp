#pragma once

#include "protocols/time.hpp"

#include <cstddef>
#include <cstdint>

/// Limits and lifetimes of names, keys and records.
namespace carillon::identity::defaults {

// -- keys ---------------------------------------------------------------------

/// Bits of a fresh RSA key when nobody says otherwise.
inline constexpr size_t rsa_bits = 2048;

/// The smallest permitted RSA key, in bits.
inline constexpr size_t min_rsa_bits = 2048;

/// The largest permitted RSA key, in bits: larger ones cost a verifier too
/// much.
inline constexpr size_t max_rsa_bits = 8192;

/// The largest permitted public exponent of RSA, in bits.
inline constexpr size_t max_rsa_exponent_bits = 32;

/// The largest SubjectPublicKeyInfo that is looked at, in bytes; an RSA key of
/// 8192 bits takes 1062.
inline constexpr size_t max_public_key = 1200;

/// The largest signature, in bytes: RSA with 8192 bits.
inline constexpr size_t max_signature = max_rsa_bits / 8;

/// The largest file of private keys that is looked at, in bytes.
inline constexpr size_t max_key_file = 64 * 1024;

/// PBKDF2 rounds that protect an exported key.
/// Source: OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA256.
inline constexpr size_t pbkdf_iterations = 600'000;

// -- caches of a verifier -----------------------------------------------------

/// Parsed public keys that a verifier remembers.
inline constexpr size_t cached_keys = 4'096;

/// Successful signature checks that a verifier remembers.
inline constexpr size_t cached_signatures = 16'384;

// -- names --------------------------------------------------------------------

/// The longest user name, in characters.
inline constexpr size_t max_user = 64;

/// The longest domain, in characters.
/// Source: RFC 1035 section 2.3.4, without the final dot.
inline constexpr size_t max_domain = 253;

/// The longest label of a domain, in characters.
/// Source: RFC 1035 section 2.3.4.
inline constexpr size_t max_domain_label = 63;

/// The longest endpoint of a node in a location record, in characters.
inline constexpr size_t max_endpoint = 128;

// -- encodings ----------------------------------------------------------------

/// The largest certificate that is looked at, in bytes.
inline constexpr size_t max_certificate = 4 * 1024;

/// Certificates in a chain, the user's own first.
inline constexpr size_t max_chain = 4;

/// The largest text of PEM certificates that is looked at, in bytes.
inline constexpr size_t max_certificate_file = 256 * 1024;

/// The largest text of PEM revocation lists that is looked at, in bytes: that
/// of about 20000 certificates.
inline constexpr size_t max_revocation_file = 1024 * 1024;

/// The largest self-signed key bundle, in bytes.
inline constexpr size_t max_bundle = 24 * 1024;

/// The largest succession, in bytes: an old bundle and what surrounds it.
inline constexpr size_t max_succession = max_bundle + 4 * 1024;

/// The largest record that the ring stores, in bytes: with what surrounds it,
/// it has to fit into one message of a link.
inline constexpr size_t max_record = 48 * 1024;

/// The largest ring descriptor, in bytes.
inline constexpr size_t max_descriptor = 48 * 1024;

/// The largest admission ticket, in bytes.
inline constexpr size_t max_ticket = 4 * 1024;

/// The largest signed answer of a holder, in bytes: a record and what
/// surrounds it.
inline constexpr size_t max_answer = max_record + 8 * 1024;

/// Bootstrap servers, or certificate authorities, that a descriptor lists.
inline constexpr size_t max_authorities = 8;

// -- the ring -----------------------------------------------------------------

/// Shares that rebuild a key.
inline constexpr uint8_t k = 4;

/// Shares of a key.
inline constexpr uint8_t n = 8;

/// Copies of a record.
inline constexpr uint8_t replicas = 3;

/// The most copies of a record.
inline constexpr uint8_t max_replicas = 16;

/// How long the shares of a key are good.
inline constexpr duration admission_lifetime = std::chrono::days{30};

/// The longest time that a location is good without a refresh.
inline constexpr duration location_lifetime = std::chrono::hours{1};

/// How long a node's admission ticket is good.
inline constexpr duration ticket_lifetime = std::chrono::days{30};

/// The shortest lifetime that a ring may set: the minimum of a registration.
inline constexpr duration min_lifetime = std::chrono::seconds{60};

/// The longest lifetime that a ring may set.
inline constexpr duration max_lifetime = std::chrono::days{366};

/// The most virtual peers that one ticket may permit.
inline constexpr uint32_t max_peers = 1'048'576;

/// How far the times of two nodes may lie apart.
inline constexpr duration clock_window = std::chrono::seconds{120};

} // namespace carillon::identity::defaults
