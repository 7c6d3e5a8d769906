#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/security_mode.hpp"
#include "protocols/identity/suite.hpp"
#include "protocols/secp2psip/replay_cache.hpp"
#include "protocols/time.hpp"

#include <botan/rng.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// The messages between adapters, and between an adapter and a bootstrap
/// server: SecP2PSIP section IV, tables 1 to 3, extended by what keeps them
/// from being replayed, redirected or downgraded. docs/protocol.md describes
/// their format.
namespace carillon::secp2psip {

/// What every message begins with.
struct message_head {
  /// The fingerprint of the ring.
  identity::fingerprint ring;
  /// The suite of the signing key.
  identity::suite suite{};
  identity::security_mode mode{};
  /// The party that signs: `user@domain`, or the fingerprint of the key of a
  /// bootstrap server.
  std::string name;
  /// The party that is addressed, in the same form.
  std::string to;
  message_nonce nonce{};
  /// When the message was made, in whole seconds.
  timestamp time;

  bool operator==(const message_head&) const = default;
};

/// Names the message that is answered.
struct answered_message {
  message_nonce nonce{};
  /// The hash of its SIP request; of a REGISTER, which has none, the hash of
  /// the whole message.
  identity::fingerprint hash;

  bool operator==(const answered_message&) const = default;
};

/// Asks a bootstrap server to admit a name and its key (table 1).
struct register_message {
  static constexpr std::string_view start_line = "SECP2PSIP REGISTER";

  message_head head;
  /// Where the adapter can be reached: `host:port`.
  std::string location;
  /// The encoded, self-signed key bundle.
  bytes public_key;
  /// The user's signed location, unless the adapter stores it by itself.
  std::optional<bytes> location_envelope;
  /// For a key change, the old key's signature over the new bundle.
  std::optional<bytes> succession;
  /// The encoded admission that is to be renewed.
  std::optional<bytes> admission;

  bool operator==(const register_message&) const = default;
};

/// Says that a name was admitted and that all of its records are stored.
struct registered_message {
  static constexpr std::string_view start_line = "SECP2PSIP REGISTERED";

  message_head head;
  answered_message answered;
  /// The fingerprint of the ring descriptor's current version.
  identity::fingerprint descriptor;
  /// The envelope of the admission, signed by the bootstrap server.
  bytes admission;

  bool operator==(const registered_message&) const = default;
};

/// Calls a user (table 2).
struct invite_message {
  static constexpr std::string_view start_line = "SECP2PSIP INVITE";

  message_head head;
  /// The bytes of the original SIP INVITE.
  bytes sip_request;

  bool operator==(const invite_message&) const = default;
};

/// Sends the caller to the callee's phones (table 3).
struct redirect_message {
  static constexpr std::string_view start_line = "SECP2PSIP REDIRECT";

  message_head head;
  answered_message answered;
  /// The bytes of the SIP response, a 302.
  bytes sip_response;

  bool operator==(const redirect_message&) const = default;
};

/// Refuses an INVITE or a REGISTER.
struct refused_message {
  static constexpr std::string_view start_line = "SECP2PSIP REFUSED";

  message_head head;
  answered_message answered;
  /// The SIP status code for the phone, 400 to 699.
  uint16_t code = 0;
  /// Printable ASCII for a person.
  std::string reason;

  bool operator==(const refused_message&) const = default;
};

/// Any of the messages.
using any_message =
  std::variant<register_message, registered_message, invite_message,
               redirect_message, refused_message>;

/// A message as it was received, with what is needed to verify it.
struct received_message {
  any_message content;
  /// The bytes that the signature covers: all lines before `SignedHash`. With
  /// the hash of the SIP bytes among them they cover the whole message.
  bytes signed_bytes;
  bytes signature;
  /// The hash of all bytes of the message.
  identity::fingerprint hash;
};

/// Between whom a message goes.
struct message_route {
  identity::fingerprint ring;
  std::string name;
  std::string to;
};

/// Gives the first line of an unsealed message that answers another one; the
/// empty text for other messages. For the log: nothing is verified.
[[nodiscard]] std::string_view answer_line(byte_view data) noexcept;

/// Makes the head of a message with a fresh nonce.
/// @param suite that of the signing key.
[[nodiscard]] message_head make_head(message_route route, identity::suite suite,
                                     identity::security_mode mode,
                                     timestamp now,
                                     Botan::RandomNumberGenerator& rng);

/// Gives the head of any message.
[[nodiscard]] const message_head& head_of(const any_message& content);

/// Encodes everything of a message that is signed.
/// @returns `malformed` or `too_large` for a value that no field can carry.
[[nodiscard]] expected<bytes> encode_signed_part(const any_message& content);

/// Completes what `encode_signed_part` gave to the message that is sent.
/// @returns `too_large` beyond `defaults::max_message_size`.
[[nodiscard]] expected<bytes> complete(const any_message& content,
                                       bytes signed_part, byte_view signature);

/// Reads a message, without verifying its signature.
/// @returns `too_large` or `malformed` for bytes that are not a message in its
///          only spelling, `unsupported_version`, `unsupported_suite` or
///          `wrong_mode` for a value of that kind that is unknown, and
///          `hash_mismatch` when the SIP bytes do not have the stated hash.
[[nodiscard]] expected<received_message> decode(byte_view data);

} // namespace carillon::secp2psip
