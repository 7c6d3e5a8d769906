#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/fingerprint.hpp"

#include <string>
#include <string_view>

namespace carillon::secp2psip {

/// The outer form of a sealed message: what routing needs, and nothing about
/// the sender (SecP2PSIP section V.6).
struct protected_message {
  static constexpr std::string_view start_line = "SECP2PSIP PROTECTED";

  /// The fingerprint of the ring.
  identity::fingerprint ring;
  /// The party that is addressed.
  std::string to;
  /// What the seal is bound to: the encoded lines before the sealed bytes.
  bytes context;
  bytes sealed;
};

/// Encodes the lines before the sealed bytes.
/// @returns `malformed` or `too_large` for a name that no field can carry.
[[nodiscard]] expected<bytes>
encode_protected_context(const identity::fingerprint& ring,
                         std::string_view to);

/// Completes the lines to the message that is sent.
/// @returns `too_large` beyond `defaults::max_message_size`.
[[nodiscard]] expected<bytes> complete_protected(bytes context,
                                                 byte_view sealed);

/// Tells by its start line whether `data` can only be a protected message.
[[nodiscard]] bool is_protected(byte_view data) noexcept;

/// Reads a protected message, without opening it.
/// @returns `too_large`, `malformed` or `unsupported_version`.
[[nodiscard]] expected<protected_message> decode_protected(byte_view data);

} // namespace carillon::secp2psip
