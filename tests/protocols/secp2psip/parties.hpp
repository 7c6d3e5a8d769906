#pragma once

#include "protocols/identity/key_bundle.hpp"
#include "protocols/secp2psip/local_user.hpp"
#include "protocols/secp2psip/message.hpp"
#include "protocols/secp2psip/sip_names.hpp"

#include <botan/chacha_rng.h>

#include <string>
#include <string_view>

namespace carillon::secp2psip::test {

/// The time of the tests.
inline const timestamp now{std::chrono::seconds{1'700'000'000}};

/// A generator that gives the same bytes in every run.
[[nodiscard]] Botan::ChaCha_RNG make_rng(uint8_t seed = 1);

/// The fingerprint of a ring that exists in name only.
[[nodiscard]] identity::fingerprint ring_named(std::string_view name);

/// A user of the ring "test" with keys. RSA keys are made once per program,
/// because that is slow; all of them are the same.
[[nodiscard]] local_user
make_user(std::string_view name,
          identity::suite suite = identity::suite::ed25519_x25519,
          identity::security_mode mode = identity::security_mode::signed_mode);

/// What the ring tells others about a user.
[[nodiscard]] identity::key_bundle bundle_of(const local_user& user);

/// Reads the names of the SIP messages below.
[[nodiscard]] expected<sip_names> read_names(byte_view sip_message);

/// A SIP INVITE and the 302 for it.
[[nodiscard]] bytes sip_invite(std::string_view from = "alice",
                               std::string_view to = "bob");
[[nodiscard]] bytes sip_302(std::string_view from = "alice",
                            std::string_view to = "bob");

/// Replaces the first occurrence of `from`, which must occur.
[[nodiscard]] bytes replace(const bytes& data, std::string_view from,
                            std::string_view to);

} // namespace carillon::secp2psip::test
