#include "tests/support/churn_fixture.hpp"

#include "protocols/p2psip/replica_set.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon::test {

churn_fixture::admitted_user churn_fixture::admit(const std::string& name) {
  admitted_user result{make_user(name), {}};
  identity::verifier check;
  const auto epoch =
    static_cast<uint64_t>(ring->now().time_since_epoch().count());
  result.records = must(
    identity::split_bundle(result.user.bundle, {}, epoch, *ring->context->ring,
                           ring->bootstrap, check, ring->now(), ring->rng));
  return result;
}

p2psip::shared_bytes churn_fixture::location_record(const admitted_user& who) {
  const auto& local = who.user.local;
  return std::make_shared<const bytes>(
    must(identity::seal_location(location_of(who.user), who.records.admission,
                                 local.ring, *local.keys, ring->rng)));
}

put_outcome churn_fixture::store(const chord::peer_ref& through,
                                 const p2psip::shared_bytes& record) {
  return ring->ask<put_outcome>(ring->handle(through), put_atom_v, record);
}

void churn_fixture::plant(const chord::peer_ref& where,
                          const p2psip::shared_bytes& record) {
  caf::anon_send(
    ring->handle(where),
    overlay_message{ring->peers().back(),
                    p2psip::message{p2psip::copy_request{1, record}}, nullptr});
  ring->run();
}

std::optional<bytes> churn_fixture::held(const std::string& key, uint8_t rank) {
  const auto got = ring->ask<fetch_outcome>(ring->handle(ring->peers().back()),
                                            get_atom_v, key, rank);
  if (!got.result)
    return std::nullopt;
  return got.result->record;
}

size_t churn_fixture::copies_of(const std::string& key, const bytes& record) {
  size_t result = 0;
  for (uint8_t rank = 0; rank < 3; ++rank) {
    if (held(key, rank) == record)
      ++result;
  }
  return result;
}

chord::peer_list churn_fixture::holders(const std::string& key) const {
  const auto position = chord::ring_id::hash(as_bytes(key));
  auto all = ring->peers();
  std::ranges::sort(all, {}, [&](const chord::peer_ref& peer) {
    return position.distance_to(peer.id);
  });
  chord::peer_list result{all.front()};
  const auto rest =
    p2psip::replica_candidates(all.front(), {all.begin() + 1, all.end()});
  result.insert(result.end(), rest.begin(),
                rest.begin()
                  + static_cast<long>(std::min<size_t>(2, rest.size())));
  return result;
}

} // namespace carillon::test
