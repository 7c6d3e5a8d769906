#include "runtime/cluster/remote_peers.hpp"
#include "tests/runtime/cluster/idle_peers.hpp"

namespace carillon {

namespace {

constexpr cluster::member_id alice = 1;
constexpr cluster::member_id bob = 2;

/// The peers of a cluster of two, on members that are called alice and bob.
class remote_peers_test : public idle_peers {
public:
  remote_peers_test() {
    view.seats.resize(peers.size());
  }

  peer_actor found() const {
    return directory->resolve(peers.front());
  }

  std::shared_ptr<cluster_directory> directory =
    std::make_shared<cluster_directory>(system);
  chord::peer_list peers{make_peer(0), make_peer(1)};
  remote_peers remotes{peers, directory};
  cluster::view view;
};

} // namespace

TEST_F(remote_peers_test, the_highest_incarnation_wins) {
  remotes.enter(alice, 0, 2, one);
  EXPECT_EQ(found(), one);
  remotes.enter(bob, 0, 1, two);
  EXPECT_EQ(found(), one);
  remotes.enter(bob, 0, 3, two);
  EXPECT_EQ(found(), two);
  EXPECT_EQ(remotes.handles(), std::vector{two});
}

TEST_F(remote_peers_test, an_earlier_incarnation_that_ends_changes_nothing) {
  remotes.enter(bob, 0, 3, two);
  remotes.remove(alice, 0, 2);
  remotes.remove(bob, 0, 2);
  EXPECT_EQ(found(), two);
  remotes.remove(bob, 0, 3);
  EXPECT_FALSE(found());
}

TEST_F(remote_peers_test, those_of_a_member_go_with_it) {
  remotes.enter(alice, 0, 1, one);
  remotes.enter(bob, 1, 1, two);
  remotes.drop_member(alice);
  EXPECT_FALSE(found());
  EXPECT_EQ(remotes.handles(), std::vector{two});
}

TEST_F(remote_peers_test, those_that_have_moved_in_the_view_are_forgotten) {
  remotes.enter(alice, 0, 2, one);
  view.seats[0] = {alice, 0, 2};
  remotes.obey(view);
  EXPECT_EQ(found(), one);
  // Handed over: who runs it is not known yet.
  view.seats[0] = {0, alice, 2};
  remotes.obey(view);
  EXPECT_EQ(found(), one);
  view.seats[0] = {bob, alice, 3};
  remotes.obey(view);
  EXPECT_FALSE(found());
}

TEST_F(remote_peers_test, what_is_newer_than_the_view_stays) {
  remotes.enter(bob, 0, 3, two);
  view.seats[0] = {alice, 0, 2};
  remotes.obey(view);
  EXPECT_EQ(found(), two);
}

TEST_F(remote_peers_test, those_that_no_cluster_has_are_ignored) {
  remotes.enter(alice, 2, 1, one);
  remotes.enter(alice, 0, 1, {});
  EXPECT_TRUE(remotes.handles().empty());
}

} // namespace carillon
