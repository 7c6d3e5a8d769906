#include "protocols/link/defaults.hpp"
#include "protocols/link/doorkeeper.hpp"
#include "protocols/link/newcomer.hpp"
#include "tests/protocols/link/link_ring.hpp"

#include <gtest/gtest.h>

namespace carillon::link {

namespace {

/// A bootstrap server and a node that wants to be let in.
class node_admission : public testing::Test {
public:
  expected<bytes> admit_node(const join_request& asked) {
    return admit(asked, key(), rules, check, now, rng);
  }

  identity::ticket open(const bytes& sealed) {
    return must(identity::open_ticket(sealed, *rules.ring, check, now));
  }

  newcomer make_newcomer(std::optional<identity::fingerprint> pinned) {
    newcomer result{{1, {}}, key(), std::move(pinned), check};
    EXPECT_FALSE(result.start(now).empty());
    return result;
  }

  join_answer good_answer() {
    return {{rules.ring->encoded()}, must(admit_node({1, {}})), std::nullopt};
  }

  hello said_at(timestamp when) const {
    hello result;
    result.time = when;
    return result;
  }

  /// Expects that the node does not believe an answer.
  void expect_refused(const any_frame& answer, errc why,
                      std::optional<identity::fingerprint> pinned = {}) {
    auto node = make_newcomer(std::move(pinned));
    const auto got = node.receive(encode(answer), now);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, why) << to_string(got.error());
  }

  const identity::public_key& key() const {
    return keys.public_half().signature;
  }

  timestamp now = start_time;
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 7)};
  identity::key_pair keys = make_keys(1);
  std::shared_ptr<const identity::key_pair> bootstrap =
    std::make_shared<const identity::key_pair>(make_keys(50));
  admission_rules rules{
    bootstrap,
    std::make_shared<const identity::ring_descriptor>(make_ring(*bootstrap)),
    bytes(32, 1), 4};
  identity::verifier check;
};

} // namespace

TEST_F(node_admission, grants_what_was_asked_for) {
  const auto ticket = open(must(admit_node({3, {}})));
  EXPECT_EQ(ticket.max_peers, 3u);
  EXPECT_EQ(ticket.node_key, key());
  EXPECT_EQ(ticket.expires, now + rules.ring->settings().ticket_lifetime);
}

TEST_F(node_admission, refuses_more_peers_than_the_rules_permit) {
  EXPECT_EQ(admit_node({5, {}}).error().code, errc::quota_exceeded);
  EXPECT_EQ(admit_node({0, {}}).error().code, errc::quota_exceeded);
}

TEST_F(node_admission, gives_a_node_the_same_positions_however_often_it_asks) {
  const auto once = open(must(admit_node({1, {}})));
  now += std::chrono::hours{1};
  EXPECT_EQ(open(must(admit_node({1, {}}))).salt, once.salt);
}

TEST_F(node_admission, does_not_let_a_node_work_out_its_positions) {
  const auto here = open(must(admit_node({1, {}})));
  rules.secret[0] ^= 1;
  EXPECT_NE(open(must(admit_node({1, {}}))).salt, here.salt);
}

TEST_F(node_admission, keeps_the_positions_of_an_expired_ticket) {
  const auto sealed = must(admit_node({1, {}}));
  const auto earlier = open(sealed);
  // Another bootstrap server of the ring has another secret.
  rules.secret[0] ^= 1;
  now = earlier.expires + std::chrono::hours{1};
  const auto renewed = open(must(admit_node({2, sealed})));
  EXPECT_EQ(renewed.salt, earlier.salt);
  EXPECT_EQ(renewed.max_peers, 2u);
}

TEST_F(node_admission, refuses_an_earlier_ticket_of_another_node_or_ring) {
  const auto sealed = must(admit_node({1, {}}));
  const auto others = make_keys(2);
  EXPECT_EQ(
    admit({1, sealed}, others.public_half().signature, rules, check, now, rng)
      .error()
      .code,
    errc::name_mismatch);
  const auto stranger = make_keys(51);
  const auto elsewhere = make_ring(stranger);
  const auto foreign =
    must(identity::seal_ticket(open(sealed), elsewhere, stranger, rng));
  EXPECT_FALSE(admit_node({1, foreign}));
  EXPECT_FALSE(admit_node({1, bytes{1, 2, 3}}));
}

TEST_F(node_admission, is_taken_by_the_node_that_asked) {
  auto node = make_newcomer({});
  EXPECT_FALSE(must(node.receive(encode(said_at(now)), now)));
  const auto got = must(node.receive(encode(good_answer()), now));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->ring.ring(), rules.ring->ring());
  ASSERT_TRUE(got->admitted);
  EXPECT_EQ(got->admitted->ticket.node_key, key());
}

TEST_F(node_admission, tells_the_ring_even_where_nobody_is_admitted) {
  auto node = make_newcomer(rules.ring->ring());
  const join_answer answer{
    {rules.ring->encoded()}, {}, error{errc::quota_exceeded, "enough"}};
  const auto got = must(node.receive(encode(answer), now));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->admitted.error().code, errc::quota_exceeded);
}

TEST_F(node_admission, is_not_taken_from_a_ring_other_than_the_pinned_one) {
  const auto stranger = make_keys(51);
  expect_refused(good_answer(), errc::wrong_ring, make_ring(stranger).ring());
}

TEST_F(node_admission, is_not_taken_for_another_node) {
  const auto others = make_keys(2);
  auto answer = good_answer();
  answer.ticket = must(
    admit({1, {}}, others.public_half().signature, rules, check, now, rng));
  auto node = make_newcomer({});
  const auto got = must(node.receive(encode(answer), now));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->admitted.error().code, errc::name_mismatch);
}

TEST_F(node_admission, is_not_taken_from_a_server_that_made_itself_one) {
  // A ticket that no key of the descriptor has signed.
  const auto stranger =
    std::make_shared<const identity::key_pair>(make_keys(51));
  const auto elsewhere =
    std::make_shared<const identity::ring_descriptor>(make_ring(*stranger));
  auto answer = good_answer();
  answer.ticket =
    must(admit({1, {}}, key(), {stranger, elsewhere, {}, 4}, check, now, rng));
  auto node = make_newcomer({});
  const auto got = must(node.receive(encode(answer), now));
  ASSERT_TRUE(got);
  EXPECT_FALSE(got->admitted);
}

TEST_F(node_admission, needs_a_descriptor) {
  expect_refused(join_answer{}, errc::malformed);
  expect_refused(join_answer{{{1, 2, 3}}, {}, std::nullopt}, errc::malformed);
}

TEST_F(node_admission, is_not_confused_by_other_frames) {
  expect_refused(heartbeat{1, false}, errc::malformed);
  expect_refused(join_request{}, errc::malformed);
  expect_refused(problem{{errc::overloaded, "go away"}, true},
                 errc::overloaded);
}

TEST_F(node_admission, is_not_asked_for_with_a_wrong_clock) {
  for (const auto skew : {-61, 61})
    expect_refused(said_at(now + std::chrono::seconds{skew}), errc::stale);
}

} // namespace carillon::link
