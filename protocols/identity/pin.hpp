#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/key_bundle.hpp"

#include <optional>

namespace carillon::identity {

/// What a reader does about a key it has just rebuilt.
enum class pin_decision : uint8_t {
  /// The first key of this user: pin it.
  first_sight,
  /// The pinned key: go on.
  unchanged,
  /// A new key that the pinned one signed for: pin it instead.
  succeeded,
  /// In enrolled mode a new key that has a certificate for this user and
  /// nothing else: pin it instead, and say so.
  certified,
};

/// Decides about a rebuilt bundle, whose chain was checked when it was rebuilt
/// (`combine_shares`). `pinned` is what the reader pinned for this
/// user before; `succession` is the admission's, empty when there is none.
/// @returns `unauthorized_key_change` when the key changed without the pinned
///          key's signature, in an ad-hoc ring: refuse the call and raise an
///          alarm. The detail names both fingerprints.
[[nodiscard]] expected<pin_decision>
check_pin(const std::optional<fingerprint>& pinned, const key_bundle& bundle,
          byte_view succession, const ring_descriptor& ring, verifier& check);

} // namespace carillon::identity
