#include "actors/finger_manager.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "tests/support/peers.hpp"
#include "tests/support/watched_ring.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <algorithm>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

// A ring of many peers starts from places and fingers that are computed: they
// have to be what joins, rounds of stabilize and refreshes end with.

namespace {

constexpr auto listed = chord::defaults::successors;

/// Gives the owner of a key among peers in the order of their ids.
const chord::peer_ref& owner_among(const chord::peer_list& sorted,
                                   const chord::ring_id& key) {
  const auto owner =
    std::ranges::lower_bound(sorted, key, {}, &chord::peer_ref::id);
  return owner == sorted.end() ? sorted.front() : *owner;
}

/// What a peer was asked and given by its finger manager.
struct notes {
  size_t lookups = 0;
  chord::finger_table_ptr published;
};

/// Stands for a peer whose lookups find the owners at once.
caf::behavior knowing_peer(caf::event_based_actor* self,
                           const chord::peer_list* sorted, notes* noted) {
  self->set_default_handler(caf::drop);
  return {
    [=](lookup_atom, const chord::ring_id& key, const chord::lookup_options&) {
      ++noted->lookups;
      const auto& owner = owner_among(*sorted, key);
      return lookup_outcome{chord::lookup_result{
        key, owner,
        chord::peer_list{owner_among(*sorted, owner.id.plus_power_of_two(0))},
        1, 1}};
    },
    [=](fingers_atom, const chord::finger_table_ptr& table) {
      noted->published = table;
    },
  };
}

} // namespace

TEST(settled_ring, has_the_places_that_joins_make) {
  watched_ring ring{1};
  for (int i = 0; i < 48; ++i) {
    ring.join();
    ring.advance(1s);
  }
  // Long enough for every table to have been refreshed.
  ring.advance(30min);
  auto peers = ring.peers();
  std::ranges::sort(peers, {}, &chord::peer_ref::id);
  for (size_t i = 0; i < peers.size(); ++i) {
    const auto view = ring.ask<peer_view>(ring.handle(peers[i]), view_atom_v);
    const auto wanted = chord::settled_place(peers, i, listed);
    EXPECT_EQ(view.neighbours.predecessor, wanted.predecessor);
    EXPECT_EQ(view.neighbours.successors, wanted.successors);
    EXPECT_EQ(view.fingers,
              chord::settled_fingers(peers, i, listed).entries().size());
  }
}

TEST(settled_ring, has_the_fingers_that_refreshes_find) {
  watched_ring ring{2};
  ring.settle(300);
  auto peers = ring.peers();
  std::ranges::sort(peers, {}, &chord::peer_ref::id);
  for (size_t i = 0; i < peers.size(); i += 30) {
    notes noted;
    const auto knowing = ring.system.spawn(knowing_peer, &peers, &noted);
    const auto manager =
      ring.system.spawn(finger_manager,
                        finger_manager_config{
                          ring.context->time, ring.context->alarms, peers[i].id,
                          caf::actor_cast<peer_actor>(knowing), 30s, 30s, 1});
    caf::anon_send(manager, chord::settled_place(peers, i, listed));
    ring.run();
    ASSERT_TRUE(noted.published);
    EXPECT_EQ(noted.published->entries(),
              chord::settled_fingers(peers, i, listed).entries());
    caf::anon_send_exit(manager, caf::exit_reason::kill);
    caf::anon_send_exit(knowing, caf::exit_reason::kill);
    ring.run();
  }
}

TEST(settled_ring, that_was_lost_is_looked_up_anew) {
  watched_ring ring{3};
  ring.settle(100);
  auto peers = ring.peers();
  std::ranges::sort(peers, {}, &chord::peer_ref::id);
  notes noted;
  const auto knowing = ring.system.spawn(knowing_peer, &peers, &noted);
  const auto manager = ring.system.spawn(
    finger_manager,
    finger_manager_config{ring.context->time, ring.context->alarms,
                          peers.front().id,
                          caf::actor_cast<peer_actor>(knowing), 30s, 16min, 1});
  const auto place = chord::settled_place(peers, 0, listed);
  const auto computed = std::make_shared<const chord::finger_table>(
    chord::settled_fingers(peers, 0, listed));
  caf::anon_send(manager, fingers_atom_v, computed);
  caf::anon_send(manager, place);
  ring.run();
  // It has no need of lookups.
  EXPECT_FALSE(noted.published);
  caf::anon_send(manager, chord::member_view{place.self, std::nullopt, {}});
  // Of the peers of another ring it knows none yet.
  std::erase_if(peers, [&](const chord::peer_ref& peer) {
    return peer == computed->entries().back();
  });
  caf::anon_send(manager, chord::settled_place(peers, 0, listed));
  ring.run();
  ASSERT_TRUE(noted.published);
  EXPECT_EQ(noted.published->entries(),
            chord::settled_fingers(peers, 0, listed).entries());
  for (const auto& each : {caf::actor_cast<caf::actor>(manager), knowing})
    caf::anon_send_exit(each, caf::exit_reason::kill);
  ring.run();
}

TEST(settled_ring, has_another_finger_where_a_hostile_one_has_failed) {
  watched_ring ring{4};
  ring.settle(300);
  auto peers = ring.peers();
  std::ranges::sort(peers, {}, &chord::peer_ref::id);
  notes noted;
  const auto knowing = ring.system.spawn(knowing_peer, &peers, &noted);
  const auto manager = ring.system.spawn(
    finger_manager,
    finger_manager_config{
      ring.context->time, ring.context->alarms, peers.front().id,
      caf::actor_cast<peer_actor>(knowing), 30s, 16min, 1, true});
  const auto computed = std::make_shared<const chord::finger_table>(
    chord::settled_fingers(peers, 0, listed));
  const auto failed = computed->entries().back();
  caf::anon_send(manager, fingers_atom_v, computed);
  caf::anon_send(manager, chord::settled_place(peers, 0, listed));
  ring.run();
  caf::anon_send(manager, failed_atom_v, failed.id);
  ring.run();
  ASSERT_TRUE(noted.published);
  EXPECT_EQ(noted.published->entries().size(), computed->entries().size() - 1);
  ring.advance(1min);
  // Only its place was looked at, and it is no finger again.
  EXPECT_EQ(noted.lookups, 1u);
  ASSERT_EQ(noted.published->entries().size(), computed->entries().size());
  EXPECT_EQ(noted.published->entries().back(),
            owner_among(peers, failed.id.plus_power_of_two(0)));
  for (const auto& each : {caf::actor_cast<caf::actor>(manager), knowing})
    caf::anon_send_exit(each, caf::exit_reason::kill);
  ring.run();
}

TEST(settled_ring, of_few_peers_needs_no_fingers) {
  chord::peer_list peers;
  for (const auto* id : {"100", "200", "300"})
    peers.push_back(peer(id));
  for (size_t i = 0; i < peers.size(); ++i)
    EXPECT_TRUE(chord::settled_fingers(peers, i, 8).entries().empty());
}
