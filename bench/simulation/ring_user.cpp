#include "bench/simulation/ring_user.hpp"

#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/location.hpp"
#include "protocols/identity/node_fingerprint.hpp"
#include "protocols/identity/verifier.hpp"

#include <utility>

namespace carillon {

expected<ring_user> ring_user::admit(const node_context& node,
                                     const identity::key_pair& bootstrap,
                                     const std::string& name,
                                     Botan::RandomNumberGenerator& rng) {
  const auto now = node.time->now();
  const auto epoch = static_cast<uint64_t>(now.time_since_epoch().count());
  auto keys =
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  ring_user result;
  result.aor_ = {name, node.ring->settings().domain};
  result.keys_ = std::make_shared<const identity::key_pair>(std::move(*keys));
  const auto bundle = identity::seal_bundle(
    result.aor_, epoch, now, {}, node.ring->ring(), *result.keys_, rng);
  if (!bundle)
    return tl::unexpected{bundle.error()};
  identity::verifier check;
  auto admitted = identity::split_bundle(*bundle, {}, epoch, *node.ring,
                                         bootstrap, check, now, rng);
  if (!admitted)
    return tl::unexpected{admitted.error()};
  result.records_ = std::move(*admitted);
  return result;
}

std::string ring_user::location_key() const {
  return identity::location_key_text(aor_);
}

expected<p2psip::shared_bytes>
ring_user::make_location(const node_context& node, const chord::peer_ref& place,
                         uint64_t epoch,
                         Botan::RandomNumberGenerator& rng) const {
  identity::location where;
  where.aor = aor_;
  where.peer = place.id;
  where.peer_index = place.index;
  where.node = identity::fingerprint_of(*place.node);
  where.epoch = epoch;
  where.expires =
    node.time->now() + node.ring->settings().location_lifetime / 2;
  return identity::seal_location(where, records_.admission, node.ring->ring(),
                                 *keys_, rng)
    .map([](bytes&& record) {
      return std::make_shared<const bytes>(std::move(record));
    });
}

} // namespace carillon
