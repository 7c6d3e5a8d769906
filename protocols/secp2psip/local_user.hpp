#pragma once

#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/key_pair.hpp"
#include "protocols/identity/security_mode.hpp"

#include <memory>

namespace carillon::secp2psip {

/// A user whom an adapter speaks for. Cheap to copy; the keys are shared and
/// never change, so any worker may use them.
struct local_user {
  std::shared_ptr<const identity::key_pair> keys;
  identity::address_of_record aor;
  /// The fingerprint of the ring.
  identity::fingerprint ring;
  /// The mode of the user's own calls, and the weakest that is accepted; one
  /// that the ring permits.
  identity::security_mode mode = identity::security_mode::protected_mode;
};

} // namespace carillon::secp2psip
