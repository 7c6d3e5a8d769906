#pragma once

#include "protocols/identity/key_bundle.hpp"
#include "protocols/secp2psip/local_user.hpp"
#include "protocols/secp2psip/secured_message.hpp"
#include "protocols/time.hpp"

#include <botan/rng.h>

/// What both sides of a call do with a message.
namespace carillon::secp2psip {

/// Makes the head of a message from a user to another, with a fresh nonce.
[[nodiscard]] message_head head_from(const local_user& self,
                                     const identity::address_of_record& other,
                                     identity::security_mode mode,
                                     timestamp now,
                                     Botan::RandomNumberGenerator& rng);

/// Signs a message to the owner of `other`, and seals it when its mode is
/// *protected*.
/// @returns the bytes to send; `name_mismatch` when `other` is not the bundle
///          of the party addressed, or what `secure` refuses.
[[nodiscard]] expected<bytes> secure_for(const any_message& content,
                                         const local_user& self,
                                         const identity::key_bundle& other,
                                         Botan::RandomNumberGenerator& rng);

/// Opens a message to a user, whose signature is not verified yet.
/// @returns what `open_message` refuses.
[[nodiscard]] expected<received_message>
open_for(const local_user& self, identity::security_mode weakest,
         byte_view data, Botan::RandomNumberGenerator& rng);

/// Verifies that a message comes from the user `sender`, whose bundle is
/// `bundle`.
/// @returns `name_mismatch` when message or bundle name somebody else, or what
///          `verify` refuses.
[[nodiscard]] expected<void>
verify_from(const received_message& received,
            const identity::address_of_record& sender,
            const identity::key_bundle& bundle);

} // namespace carillon::secp2psip
