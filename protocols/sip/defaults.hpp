#pragma once

#include <cstddef>

/// The limits of the SIP code that no standard sets.
namespace carillon::sip::defaults {

/// The largest message that is read, start line to body, in bytes.
inline constexpr size_t max_message_size = 64 * 1024;

/// The most bytes of start line and headers, with the blank line. An answer
/// repeats much of them and is kept for a while.
inline constexpr size_t max_head_size = 16 * 1024;

/// The most header fields a message may carry, list elements counted one by
/// one.
inline constexpr size_t max_header_fields = 256;

/// The most parameters of one header value. Looking for one takes a comparison
/// with each.
inline constexpr size_t max_parameters = 64;

/// The longest URI that is read, in bytes.
inline constexpr size_t max_uri_size = 1024;

/// The most live transactions of one transaction layer.
inline constexpr size_t max_transactions = 65536;

/// The most bytes that transactions keep, those of all layers that share a
/// budget together.
inline constexpr size_t transaction_memory = 256 * 1024 * 1024;

/// The most of them that one layer may take.
inline constexpr size_t layer_memory = transaction_memory / 10;

/// What a transaction costs beside the texts that it keeps, in bytes: itself
/// and its places in the indexes of its layer.
inline constexpr size_t transaction_overhead = 1024;

/// How many times as large as its request an answer over UDP may be that
/// begins no transaction: the sender's address may be forged. RFC 9000 section
/// 8.1 sets the same factor for QUIC.
inline constexpr size_t max_amplification = 3;

/// The seconds a refused sender is told to wait (Retry-After).
inline constexpr unsigned retry_after_seconds = 5;

/// The most bindings of one address-of-record.
inline constexpr size_t max_bindings = 16;

/// The longest Contact of a binding, in bytes. All of an address-of-record have
/// to fit into the answer to a REGISTER.
inline constexpr size_t max_contact_size = 2048;

/// The most digest nonces whose use is remembered.
inline constexpr size_t max_tracked_nonces = 4096;

} // namespace carillon::sip::defaults
