#include "actors/node_inspector.hpp"
#include "actors/ring_reader.hpp"
#include "protocols/identity/share_reader.hpp"
#include "tests/support/watched_ring.hpp"

#include <caf/all.hpp>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// A ring of eight whose peers are all asked about.
class node_inspection : public testing::Test {
protected:
  node_inspection() {
    ring.settle(8);
    reader_ = ring.system.spawn(
      ring_reader, ring_reader_config{ring.context, ring.peers().front()});
    inspector = ring.system.spawn(
      node_inspector,
      node_inspector_config{ring.context, ring.peers(), reader_});
  }

  ~node_inspection() override {
    caf::anon_send_exit(inspector, caf::exit_reason::kill);
    caf::anon_send_exit(reader_, caf::exit_reason::kill);
    ring.run();
  }

  watched_ring ring{7};
  node_inspector_actor inspector;

private:
  ring_reader_actor reader_;
};

} // namespace

TEST_F(node_inspection, tells_of_all_peers_in_their_order) {
  const auto report = ring.ask<peers_report>(inspector, view_atom_v);
  ASSERT_EQ(report->size(), 8u);
  for (size_t i = 0; i < report->size(); ++i) {
    const auto& peer = (*report)[i];
    EXPECT_EQ(peer.self, ring.peers()[i]);
    ASSERT_TRUE(peer.view);
    EXPECT_EQ(peer.view->neighbours.self, peer.self);
    EXPECT_EQ(peer.view->state, chord::ring_member::state::member);
  }
}

TEST_F(node_inspection, tells_of_peers_that_are_gone) {
  const auto gone = ring.peers()[2];
  ring.crash(gone);
  const auto report = ring.ask<peers_report>(inspector, view_atom_v);
  ASSERT_EQ(report->size(), 8u);
  for (const auto& peer : *report)
    EXPECT_EQ(peer.view.has_value(), peer.self != gone);
}

TEST_F(node_inspection, gives_those_who_ask_at_once_the_same_answer) {
  caf::scoped_actor asker{ring.system, true};
  auto first = asker->request(inspector, caf::infinite, view_atom_v);
  auto second = asker->request(inspector, caf::infinite, view_atom_v);
  ring.run();
  std::vector<peers_report> got;
  const auto take = [&](peers_report& report) {
    got.push_back(std::move(report));
  };
  first.receive(take, [](caf::error&) {});
  second.receive(take, [](caf::error&) {});
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0], got[1]);
  EXPECT_NE(ring.ask<peers_report>(inspector, view_atom_v), got[0]);
}

TEST_F(node_inspection, looks_up_through_a_peer_that_is_there) {
  ring.crash(ring.peers().front());
  ring.advance(20s);
  const auto key = chord::ring_id::hash(as_bytes("bob@example.org"));
  const auto found = ring.ask<lookup_outcome>(inspector, lookup_atom_v, key);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->owner, ring.owner_of(key));
}

TEST_F(node_inspection, tells_that_nobody_has_a_name) {
  const identity::address_of_record who{"nobody", "example.org"};
  const auto report = ring.ask<user_report>(inspector, get_atom_v, who);
  ASSERT_FALSE(report.where.found);
  EXPECT_EQ(report.where.found.error().code, errc::no_such_record);
  ASSERT_FALSE(report.key.bundle);
  EXPECT_EQ(report.key.bundle.error().code, errc::no_such_record);
}

TEST_F(node_inspection, has_lookups_and_messages_counted) {
  auto& counts = *ring.context->metrics;
  const auto messages = counts.overlay_messages.load();
  uint64_t before = 0;
  for (const auto& some : counts.lookups_by_hops)
    before += some;
  const auto key = chord::ring_id::hash(as_bytes("x"));
  ASSERT_TRUE(ring.lookup(ring.peers().front(), key));
  uint64_t after = 0;
  for (const auto& some : counts.lookups_by_hops)
    after += some;
  EXPECT_EQ(after, before + 1);
  EXPECT_GT(counts.overlay_messages.load(), messages);
}
