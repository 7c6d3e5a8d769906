#include "protocols/identity/pin.hpp"

#include "protocols/identity/succession.hpp"

namespace carillon::identity {

expected<pin_decision> check_pin(const std::optional<fingerprint>& pinned,
                                 const key_bundle& bundle, byte_view succession,
                                 const ring_descriptor& ring, verifier& check) {
  const auto id = bundle.id();
  if (!pinned)
    return pin_decision::first_sight;
  if (*pinned == id)
    return pin_decision::unchanged;
  const auto proof = open_succession(succession, ring, check);
  if (proof && proof->aor == bundle.aor && proof->old_bundle == *pinned
      && proof->new_bundle == id && proof->new_epoch == bundle.epoch)
    return pin_decision::succeeded;
  if (ring.settings().identity == identity_mode::enrolled)
    return pin_decision::certified;
  return fail(errc::unauthorized_key_change,
              "pinned for " + to_string(bundle.aor) + " is "
                + pinned->to_groups() + ", found " + id.to_groups());
}

} // namespace carillon::identity
