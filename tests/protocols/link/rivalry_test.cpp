#include "protocols/link/rivalry.hpp"
#include "tests/protocols/link/link_ring.hpp"

#include <gtest/gtest.h>

namespace carillon::link {

namespace {

class link_rivalry : public testing::Test {
public:
  /// Gives a run of the other node.
  partner run(uint64_t incarnation, uint64_t number) const {
    auto info = std::make_shared<chord::node_info>();
    info->fingerprint = other.data();
    return {1, std::move(info), {keys.public_half().signature, {}, 1, {}, {}},
            1, incarnation,     number,
            {}};
  }

  /// Gives a member of the cluster that the other node is.
  partner member(const std::string& endpoint) const {
    auto result = run(1, 7);
    result.node = std::make_shared<chord::node_info>(
      chord::node_info{other.data(), endpoint});
    result.is_member = true;
    return result;
  }

  identity::key_pair keys = make_keys(1);
  identity::fingerprint lower =
    *identity::fingerprint::from_bytes(bytes(32, 1));
  identity::fingerprint other =
    *identity::fingerprint::from_bytes(bytes(32, 2));
  identity::fingerprint higher =
    *identity::fingerprint::from_bytes(bytes(32, 3));
};

} // namespace

TEST_F(link_rivalry, leaves_the_link_that_the_lower_node_has_opened) {
  const auto with = run(1, 7);
  const rival dialled{&with, true};
  const rival accepted{&with, false};
  // Both sides decide alike, whichever link they saw first.
  EXPECT_TRUE(*prefers_fresh(lower, accepted, dialled));
  EXPECT_FALSE(*prefers_fresh(lower, dialled, accepted));
  EXPECT_FALSE(*prefers_fresh(higher, accepted, dialled));
  EXPECT_TRUE(*prefers_fresh(higher, dialled, accepted));
}

TEST_F(link_rivalry, leaves_the_later_of_two_that_the_same_node_has_opened) {
  const auto with = run(1, 7);
  for (const bool dialled : {false, true})
    EXPECT_TRUE(
      *prefers_fresh(lower, rival{&with, dialled}, rival{&with, dialled}));
}

TEST_F(link_rivalry, leaves_the_later_run) {
  const auto early = run(1, 7);
  const auto late = run(2, 8);
  EXPECT_TRUE(*prefers_fresh(lower, rival{&early, true}, rival{&late, false}));
  const auto refused =
    prefers_fresh(lower, rival{&late, true}, rival{&early, false});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::identity_in_use);
}

TEST_F(link_rivalry, refuses_the_second_of_two_nodes_with_the_same_keys) {
  const auto one = run(1, 7);
  const auto two = run(1, 8);
  const auto refused =
    prefers_fresh(lower, rival{&one, false}, rival{&two, false});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::identity_in_use);
}

TEST_F(link_rivalry, is_none_between_members_of_a_cluster) {
  EXPECT_TRUE(*are_rivals(run(1, 7), run(2, 8)));
  EXPECT_TRUE(*are_rivals(member("192.0.2.1:1"), member("192.0.2.1:1")));
  EXPECT_FALSE(*are_rivals(member("192.0.2.1:1"), member("192.0.2.2:1")));
}

TEST_F(link_rivalry, refuses_a_node_and_a_cluster_with_the_same_keys) {
  const auto refused = are_rivals(member("192.0.2.1:1"), run(1, 7));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::identity_in_use);
}

} // namespace carillon::link
