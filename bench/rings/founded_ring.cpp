#include "bench/rings/founded_ring.hpp"

#include "protocols/identity/ticket.hpp"

#include <utility>

namespace carillon {

namespace {

expected<identity::key_pair> make_node_keys(Botan::RandomNumberGenerator& rng) {
  return identity::key_pair::generate(identity::suite::ed25519_x25519, rng);
}

} // namespace

expected<founded_ring> found_bench_ring(identity::ring_settings settings,
                                        Botan::RandomNumberGenerator& rng) {
  auto keys = make_node_keys(rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  founded_ring result;
  result.bootstrap =
    std::make_shared<const identity::key_pair>(std::move(*keys));
  settings.bootstrap_keys = {result.bootstrap->public_half().signature.spki()};
  auto ring =
    identity::ring_descriptor::found(settings, *result.bootstrap, rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  result.descriptor =
    std::make_shared<const identity::ring_descriptor>(std::move(*ring));
  return result;
}

expected<node_identity_ptr> admit_node(const founded_ring& ring, uint32_t peers,
                                       timestamp now,
                                       Botan::RandomNumberGenerator& rng) {
  auto keys = make_node_keys(rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  identity::ticket grant{keys->public_half().signature,
                         {},
                         peers,
                         now,
                         now + ring.descriptor->settings().ticket_lifetime};
  rng.randomize(grant.salt.data(), grant.salt.size());
  return make_node_identity(std::move(*keys), {}, grant, *ring.descriptor,
                            *ring.bootstrap, rng);
}

} // namespace carillon
