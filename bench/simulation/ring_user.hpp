#pragma once

#include "actors/node_context.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/p2psip/messages.hpp"

#include <memory>
#include <string>

namespace carillon {

/// A user whom a bootstrap server has admitted, as far as records go: keys and
/// what is stored about them.
class ring_user {
public:
  /// Makes the keys, and the admission of them at this moment.
  /// @param bootstrap the keys of a server of the ring.
  /// @returns what making keys and splitting a bundle give.
  [[nodiscard]] static expected<ring_user>
  admit(const node_context& node, const identity::key_pair& bootstrap,
        const std::string& name, Botan::RandomNumberGenerator& rng);

  [[nodiscard]] const identity::address_of_record& aor() const noexcept {
    return aor_;
  }

  /// Gives the text key of the user's location.
  [[nodiscard]] std::string location_key() const;

  /// Makes the record that tells where the user is, for half of the time that
  /// the ring allows.
  /// @param place the peer of the user's adapter.
  /// @param epoch newer than those before it.
  /// @returns what `identity::seal_location` gives.
  [[nodiscard]] expected<p2psip::shared_bytes>
  make_location(const node_context& node, const chord::peer_ref& place,
                uint64_t epoch, Botan::RandomNumberGenerator& rng) const;

  /// The n share records of the user's key, number 1 first.
  [[nodiscard]] const std::vector<bytes>& shares() const noexcept {
    return records_.shares;
  }

private:
  ring_user() = default;

  identity::address_of_record aor_;
  std::shared_ptr<const identity::key_pair> keys_;
  identity::admission_set records_;
};

} // namespace carillon
