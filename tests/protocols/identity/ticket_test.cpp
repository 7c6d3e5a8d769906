#include "protocols/identity/ticket.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

class ticket_test : public ring_test {
public:
  key_pair node = must(key_pair::generate(suite::ed25519_x25519, rng));

  ticket grant{node.public_half().signature,
               {1, 2, 3},
               4,
               start,
               start + std::chrono::days{30}};

  bytes seal() {
    return must(seal_ticket(grant, ring, bootstrap, rng));
  }
};

} // namespace

TEST_F(ticket_test, grants_positions) {
  const auto opened = must(open_ticket(seal(), ring, check, start));
  EXPECT_EQ(opened.node_key, grant.node_key);
  EXPECT_EQ(opened.max_peers, 4u);
  EXPECT_EQ(must(opened.position(3)),
            peer_position(grant.node_key.id(), 3, grant.salt));
  EXPECT_NE(must(opened.position(0)), must(opened.position(1)));
  EXPECT_EQ(code_of(opened.position(4)), errc::quota_exceeded);
}

TEST_F(ticket_test, places_peers_by_node_index_and_salt) {
  const auto id = grant.node_key.id();
  const auto other = fingerprint::of(as_bytes("other"));
  const auto position = peer_position(id, 0, grant.salt);
  EXPECT_EQ(peer_position(id, 0, grant.salt), position);
  EXPECT_NE(peer_position(id, 1, grant.salt), position);
  EXPECT_NE(peer_position(other, 0, grant.salt), position);
  EXPECT_NE(peer_position(id, 0, ticket::salt_type{}), position);
}

TEST_F(ticket_test, is_good_for_its_time) {
  const auto encoded = seal();
  EXPECT_TRUE(
    open_ticket(encoded, ring, check, start - defaults::clock_window));
  EXPECT_EQ(code_of(open_ticket(encoded, ring, check,
                                start - std::chrono::seconds{121})),
            errc::not_yet_valid);
  EXPECT_EQ(code_of(open_ticket(encoded, ring, check, grant.expires)),
            errc::expired);
}

TEST_F(ticket_test, comes_from_a_bootstrap_server) {
  EXPECT_EQ(code_of(seal_ticket(grant, ring, node, rng)), errc::invalid_key);
  const auto other =
    must(ring_descriptor::found(settings_for(node), node, rng));
  const auto foreign = must(seal_ticket(grant, other, node, rng));
  EXPECT_EQ(code_of(open_ticket(foreign, ring, check, start)),
            errc::wrong_ring);
}

TEST_F(ticket_test, refuses_fields_out_of_range) {
  auto bad = grant;
  bad.max_peers = 0;
  EXPECT_EQ(code_of(seal_ticket(bad, ring, bootstrap, rng)), errc::malformed);
  bad = grant;
  bad.expires = start;
  EXPECT_EQ(code_of(seal_ticket(bad, ring, bootstrap, rng)), errc::malformed);
  bad = grant;
  bad.expires = start + std::chrono::days{31};
  EXPECT_EQ(code_of(seal_ticket(bad, ring, bootstrap, rng)), errc::malformed);
}

TEST_F(ticket_test, shows_every_altered_byte) {
  const auto good = seal();
  for (size_t i = 0; i < good.size(); ++i) {
    const auto altered = flipped(good, i, 0x80);
    EXPECT_FALSE(open_ticket(altered, ring, check, start)) << i;
  }
  EXPECT_EQ(code_of(open_ticket(bytes(10'000), ring, check, start)),
            errc::too_large);
}
