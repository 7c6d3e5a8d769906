#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Limits of the SECP2PSIP messages; part of the protocol, so that both sides
/// of a conversation agree on them.
namespace carillon::secp2psip::defaults {

/// The protocol version that this program speaks.
inline constexpr uint64_t version = 1;

/// Bytes of a whole message, sealed or not.
inline constexpr size_t max_message_size = 56 * 1024;

/// Characters of the name of a party: `user@domain`, or a key fingerprint.
inline constexpr size_t max_name_size = 64 + 1 + 253;

/// Characters of a network location, `host:port`.
inline constexpr size_t max_location_size = 253 + 1 + 5;

/// Characters of the reason of a refusal.
inline constexpr size_t max_reason_size = 256;

/// Bytes of a nonce.
inline constexpr size_t nonce_size = 16;

/// How far a message's time may lie from the receiver's, either way.
inline constexpr std::chrono::seconds time_window{120};

/// The latest time that a message can carry: the end of the year 9999, in
/// seconds since the Unix epoch.
inline constexpr uint64_t max_time = 253402300799;

/// Nonces remembered of one sender. A sender that makes more calls within the
/// time window than this is refused.
inline constexpr size_t max_nonces_per_sender = 4096;

/// Nonces remembered in all.
inline constexpr size_t max_nonces = 65536;

/// Bytes of a permit's token.
inline constexpr size_t permit_size = 16;

/// How long a verified caller may take to call: a phone follows a redirect at
/// once, and repeats its INVITE for 32 s (RFC 3261 section 17.1.1.2, timer B).
inline constexpr std::chrono::seconds permit_lifetime{32};

/// Permits that one callee has given to one caller.
inline constexpr size_t max_permits_per_caller = 64;

/// Permits that one callee has given.
inline constexpr size_t max_permits = 4096;

} // namespace carillon::secp2psip::defaults
