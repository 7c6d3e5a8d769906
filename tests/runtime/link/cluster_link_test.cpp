#include "tests/runtime/link/links.hpp"

#include <gmock/gmock.h>

using namespace carillon;
using namespace carillon::test;

namespace {

/// Links between a cluster, which is one node on several machines, and others.
class cluster_links : public links {
public:
  linked_node make_one() {
    return make_member(make_keys(7));
  }

  /// Gives where the links of a node lead to.
  static std::vector<std::string> addresses(const linked_node& node) {
    std::vector<std::string> result;
    for (const auto& each : node.links->report().open)
      result.push_back(each.address);
    return result;
  }

  static bool reach(linked_node& from, linked_node& to) {
    const auto before = to.got->size();
    return eventually([&] {
      from.ping(to.self);
      return to.got->size() > before;
    });
  }
};

} // namespace

TEST_F(cluster_links, lead_to_each_member) {
  auto one = make_one();
  auto two = make_one();
  auto carol = make();
  ASSERT_TRUE(reach(carol, one));
  // Over the link to the other member, until there is one to this.
  ASSERT_TRUE(reach(carol, two));
  EXPECT_TRUE(
    eventually([&] { return carol.links->report().open.size() == 2; }));
  const auto got = one.got->size();
  carol.ping(two.self);
  ASSERT_TRUE(reach(carol, two));
  EXPECT_EQ(one.got->size(), got);
  EXPECT_THAT(addresses(carol),
              testing::UnorderedElementsAre(to_string(one.address()),
                                            to_string(two.address())));
}

TEST_F(cluster_links, to_another_member_serve_when_one_is_gone) {
  auto one = make_one();
  auto carol = make();
  chord::peer_ref gone;
  {
    auto two = make_one();
    ASSERT_TRUE(reach(carol, one));
    ASSERT_TRUE(reach(carol, two));
    gone = two.self;
  }
  const auto before = one.got->size();
  EXPECT_TRUE(eventually([&] {
    carol.ping(gone);
    return one.got->size() > before;
  }));
}

TEST_F(cluster_links, hold_up_who_sends_more_than_another_member_deals_with) {
  constexpr auto sent = 2 * defaults::max_link_credits;
  std::mutex mutex;
  std::vector<overlay_message> kept;
  size_t taken = 0;
  node_traits traits;
  traits.is_member = true;
  traits.relay = [&](const peer_actor&, const overlay_message& msg) {
    const std::lock_guard lock{mutex};
    kept.push_back(msg);
    ++taken;
    return true;
  };
  const auto count = [&] {
    const std::lock_guard lock{mutex};
    return taken;
  };
  linked_node one{system, ring, make_keys(rng), traits};
  const auto keys = make_keys(rng);
  auto mallory = meet(one, keys);
  const auto ping = ping_of(keys, one.self);
  for (size_t i = 0; i < sent; ++i)
    mallory.send(ping);
  ASSERT_TRUE(eventually([&] { return count() > 0; }));
  // As long as nothing is dealt with, no more comes in.
  auto last = count();
  while (std::this_thread::sleep_for(200ms), count() != last)
    last = count();
  EXPECT_LE(last, defaults::max_link_credits);
  EXPECT_TRUE(eventually([&] {
    std::vector<overlay_message> dealt_with;
    const std::lock_guard lock{mutex};
    kept.swap(dealt_with);
    return taken >= sent;
  }));
}

TEST_F(cluster_links, are_refused_to_a_node_with_the_same_keys) {
  auto one = make_one();
  auto carol = make();
  ASSERT_TRUE(reach(carol, one));
  linked_node thief{system, ring, make_keys(7)};
  thief.ping(carol.self);
  EXPECT_TRUE(eventually([&] {
    const auto report = thief.links->report();
    return report.counts->opened > 0 && report.open.empty();
  }));
  EXPECT_EQ(addresses(carol), std::vector{to_string(one.address())});
  EXPECT_EQ(carol.got->size(), 0u);
}

TEST_F(cluster_links, are_not_opened_time_and_again_for_a_false_address) {
  auto one = make_one();
  auto carol = make();
  ASSERT_TRUE(reach(carol, one));
  // Another name of the same place, by which no member calls itself.
  auto elsewhere = one.self;
  elsewhere.node = std::make_shared<chord::node_info>(chord::node_info{
    one.self.node->fingerprint,
    "[::ffff:127.0.0.1]:" + std::to_string(one.address().port)});
  for (int i = 0; i < 50; ++i) {
    carol.ping(elsewhere);
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_LE(carol.links->report().counts->opened, 3u);
}

TEST_F(cluster_links, are_opened_by_a_node_that_another_member_knows) {
  const auto keys = [] {
    return make_keys(7);
  };
  auto one = make_member(keys());
  node_traits traits;
  traits.is_member = true;
  traits.call_back = [&one](const link::call_back_request& asked) {
    EXPECT_TRUE(one.links->call_back(asked));
  };
  linked_node two{system, ring, keys(), traits};
  auto hidden = make(false);
  auto carol = make();
  ASSERT_TRUE(reach(hidden, one));
  ASSERT_TRUE(reach(carol, two));
  two.tell(carol.self, {hidden.self});
  ASSERT_TRUE(eventually([&] { return carol.got->size() == 1; }));
  carol.ping(hidden.self);
  EXPECT_TRUE(eventually([&] { return hidden.got->size() == 1; }));
}

TEST_F(cluster_links, of_other_members_serve_where_there_is_no_way) {
  auto one = make_one();
  auto two = make_one();
  auto hidden = make(false);
  ASSERT_TRUE(reach(hidden, one));
  // The node cannot be connected to, and has a link to the first member only.
  two.ping(hidden.self);
  ASSERT_EQ(two.passed_on->size(), 1u);
  const overlay_message msg{two.self, chord::message{chord::ping{1}}, nullptr};
  EXPECT_FALSE(two.links->send_over_link(hidden.self, msg));
  EXPECT_TRUE(one.links->send_over_link(hidden.self, msg));
  EXPECT_TRUE(eventually([&] { return hidden.got->size() == 1; }));
}
