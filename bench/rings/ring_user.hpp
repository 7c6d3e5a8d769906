#pragma once

#include "bench/demo/demo_ring.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "protocols/p2psip/messages.hpp"

#include <memory>
#include <string>

namespace carillon {

/// A user whom a bootstrap server has admitted, as far as records go: keys and
/// what is stored about them.
class ring_user {
public:
  /// Makes the keys, and the admission of them.
  /// @param ring has to outlive the user.
  /// @returns what making keys and splitting a bundle give.
  [[nodiscard]] static expected<ring_user>
  admit(const demo_ring& ring, const std::string& name,
        Botan::RandomNumberGenerator& rng);

  /// Gives the text key of the user's location.
  [[nodiscard]] std::string location_key() const;

  /// Makes the record that tells where the user is.
  /// @param epoch newer than those before it.
  /// @returns what `identity::seal_location` gives.
  [[nodiscard]] expected<p2psip::shared_bytes>
  make_location(uint64_t epoch, Botan::RandomNumberGenerator& rng) const;

private:
  ring_user() = default;

  const demo_ring* ring_ = nullptr;
  identity::address_of_record aor_;
  std::shared_ptr<const identity::key_pair> keys_;
  bytes admission_;
};

} // namespace carillon
