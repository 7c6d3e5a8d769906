#include "runtime/cluster/cluster_directory.hpp"
#include "tests/runtime/cluster/idle_peers.hpp"

#include <optional>

namespace carillon {

namespace {

class cluster_directory_test : public idle_peers {
public:
  cluster_directory_test() {
    directory.observe(
      [this](const chord::peer_ref& peer, const peer_actor& handle) {
        told = {peer.index, static_cast<bool>(handle)};
      },
      [this](cluster::member_id member) { marked = member; });
  }

  void enter_remote(const chord::peer_ref& peer) {
    directory.enter_remote(peer, two, bob, window);
  }

  static constexpr cluster::member_id bob = 2;
  static constexpr size_t limit = 8;
  cluster_directory directory{system};
  cluster_directory::window_ptr window = std::make_shared<send_window>(limit);
  std::optional<std::pair<uint32_t, bool>> told;
  cluster::member_id marked = 0;
  std::minstd_rand random;
};

} // namespace

TEST_F(cluster_directory_test, finds_peers_of_this_process_first) {
  const auto peer = make_peer(1);
  EXPECT_FALSE(directory.resolve(peer));
  enter_remote(peer);
  EXPECT_EQ(directory.resolve(peer), two);
  directory.enter(peer, one);
  EXPECT_EQ(directory.resolve(peer), one);
  directory.remove(peer, one);
  EXPECT_EQ(directory.resolve(peer), two);
  directory.remove_remote(peer.id);
  EXPECT_FALSE(directory.resolve(peer));
}

TEST_F(cluster_directory_test, tells_of_peers_of_this_process_only) {
  enter_remote(make_peer(1));
  EXPECT_FALSE(told);
  directory.enter(make_peer(2), one);
  EXPECT_EQ(told, (std::pair{2U, true}));
  directory.remove(make_peer(2), one);
  EXPECT_EQ(told, (std::pair{2U, false}));
}

TEST_F(cluster_directory_test, tells_nothing_of_a_former_run_of_a_peer) {
  directory.enter(make_peer(2), one);
  directory.enter(make_peer(2), two);
  told.reset();
  directory.remove(make_peer(2), one);
  EXPECT_FALSE(told);
  EXPECT_EQ(directory.resolve(make_peer(2)), two);
}

TEST_F(cluster_directory_test, drops_what_a_member_does_not_take_in) {
  const auto peer = make_peer(1);
  enter_remote(peer);
  enter_remote(make_peer(2));
  for (size_t i = 0; i < limit; ++i)
    EXPECT_EQ(directory.resolve(peer), two);
  EXPECT_EQ(marked, bob);
  EXPECT_EQ(directory.resolve(peer), directory.nowhere());
  EXPECT_EQ(directory.resolve(make_peer(2)), directory.nowhere());
  window->reached(window->mark());
  EXPECT_EQ(directory.resolve(peer), two);
}

TEST_F(cluster_directory_test, asks_through_the_oldest_peers_of_this_process) {
  const auto anywhere = make_peer(9);
  enter_remote(make_peer(1));
  EXPECT_FALSE(directory.asker(make_peer(1)));
  directory.enter(make_peer(2), one);
  directory.enter(make_peer(1), two);
  EXPECT_EQ(directory.asker(make_peer(1)), one);
  EXPECT_EQ(directory.asker(anywhere), one);
  directory.remove(make_peer(2), one);
  EXPECT_EQ(directory.asker(anywhere), two);
  // It has died, and is here again.
  directory.enter(make_peer(1), one);
  EXPECT_EQ(directory.asker(anywhere), one);
  directory.remove(make_peer(1), one);
  EXPECT_FALSE(directory.asker(anywhere));
}

TEST_F(cluster_directory_test, names_peers_of_other_members_first) {
  directory.enter(make_peer(1), one);
  enter_remote(make_peer(2));
  enter_remote(make_peer(3));
  const auto some = directory.contacts(2, make_peer(9).id, random);
  ASSERT_EQ(some.size(), 2U);
  EXPECT_NE(some[0].index, 1U);
  EXPECT_NE(some[1].index, 1U);
  EXPECT_EQ(directory.contacts(9, make_peer(2).id, random).size(), 2U);
}

} // namespace carillon
