#pragma once

#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/secp2psip/local_user.hpp"
#include "protocols/secp2psip/message.hpp"
#include "protocols/secp2psip/refusal.hpp"
#include "protocols/time.hpp"

#include <botan/rng.h>

#include <optional>
#include <string>
#include <variant>

/// The adapter's side of a registration (SecP2PSIP section IV.2).
///
/// Registrations are always in mode *signed*: whatever they carry is published
/// on the ring anyway.
namespace carillon::secp2psip {

/// What an adapter asks a bootstrap server to admit.
struct registration {
  /// Where the adapter can be reached: `host:port`.
  std::string location;
  /// The user's bundle, encoded and self-signed.
  bytes bundle;
  /// The user's signed location, unless the adapter stores it by itself.
  std::optional<bytes> location_envelope;
  /// For a key change, the old key's signature over the new bundle.
  std::optional<bytes> succession;
  /// The admission that is to be renewed.
  std::optional<bytes> admission;
};

/// What the adapter remembers of a REGISTER until its answer.
struct sent_register {
  answered_message id;
  /// The signature key of the bootstrap server that was asked.
  identity::public_key bootstrap;
};

/// A REGISTER ready to be sent to a bootstrap server.
struct outgoing_register {
  bytes data;
  sent_register sent;
};

/// Makes a REGISTER, signed with the key of the bundle it carries.
/// @param bootstrap the signature key of the bootstrap server addressed, from
///        the ring descriptor.
/// @returns `malformed` or `too_large` for what no message can carry, or what
///          `secure` refuses.
[[nodiscard]] expected<outgoing_register>
make_register(const local_user& self, const identity::public_key& bootstrap,
              const registration& content, timestamp now,
              Botan::RandomNumberGenerator& rng);

/// The bootstrap server's word that a name was admitted.
struct registered {
  /// The fingerprint of the ring descriptor's current version, which tells the
  /// adapter whether it has to fetch a newer one.
  identity::fingerprint descriptor;
  /// The encoded admission.
  bytes admission;

  bool operator==(const registered&) const = default;
};

/// What a bootstrap server answered.
using register_answer = std::variant<registered, refusal>;

/// Checks the answer to a REGISTER. The admission inside is not checked. There
/// is at most one good answer: the adapter forgets `sent` after that.
/// @returns what `open_message` and `verify` refuse, `name_mismatch` when
///          another server answers, `stale`, `replayed` or `hash_mismatch` when
///          it answers another REGISTER, `malformed` when it is no answer to a
///          REGISTER.
[[nodiscard]] expected<register_answer>
check_register_answer(const local_user& self, const sent_register& sent,
                      byte_view data, timestamp now,
                      Botan::RandomNumberGenerator& rng);

} // namespace carillon::secp2psip
