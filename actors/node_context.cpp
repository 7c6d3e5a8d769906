#include "actors/node_context.hpp"

namespace carillon {

expected<node_identity_ptr> make_node_identity(
  identity::key_pair keys, std::string endpoint, const identity::ticket& grant,
  const identity::ring_descriptor& ring, const identity::key_pair& bootstrap,
  Botan::RandomNumberGenerator& rng) {
  auto sealed = identity::seal_ticket(grant, ring, bootstrap, rng);
  if (!sealed)
    return tl::unexpected{sealed.error()};
  auto info = std::make_shared<const chord::node_info>(
    chord::node_info{grant.node_key.id().data(), std::move(endpoint)});
  return std::make_shared<const node_identity>(node_identity{
    std::move(keys),
    std::make_shared<node_ticket>(granted_ticket{std::move(*sealed), grant}),
    std::move(info)});
}

expected<chord::peer_ref> make_peer_ref(const node_identity& node,
                                        uint32_t index) {
  return node.ticket->get()->content.position(index).map(
    [&](const chord::ring_id& position) {
      return chord::peer_ref{position, index, node.info};
    });
}

} // namespace carillon
