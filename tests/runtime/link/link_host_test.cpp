#include "protocols/link/defaults.hpp"
#include "tests/runtime/link/links.hpp"

#include <thread>

namespace carillon {

namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::linked_node;
using test::links;
using test::make_keys;
using test::must;
using test::raw_link;
using test::test_ring;

class certified_links : public links {
public:
  certified_links()
    : links(true) {}
};

} // namespace

TEST_F(links, carry_messages_both_ways) {
  auto alice = make();
  auto bob = make();
  alice.ping(bob.self);
  ASSERT_TRUE(eventually([&] { return bob.got->size() == 1; }));
  EXPECT_EQ(bob.got->senders()[0], alice.self);
  bob.ping(alice.self);
  ASSERT_TRUE(eventually([&] { return alice.got->size() == 1; }));
  EXPECT_EQ(alice.links->report().open.size(), 1u);
  EXPECT_EQ(bob.links->report().open.size(), 1u);
  EXPECT_TRUE(alice.links->report().open[0].dialled);
  EXPECT_FALSE(bob.links->report().open[0].dialled);
  const auto& counts = *alice.links->report().counts;
  EXPECT_EQ(counts.opened, 1u);
  EXPECT_GE(counts.frames_in, 2u);
  EXPECT_GE(counts.frames_out, 2u);
  EXPECT_EQ(counts.misbehaviours, 0u);
}

TEST_F(links, introduce_the_peers_of_both_nodes_to_each_other) {
  auto alice = make();
  auto bob = make();
  alice.ping(bob.self);
  EXPECT_TRUE(eventually([&] {
    return alice.got->introduced() == chord::peer_list{bob.self}
    && bob.got->introduced() == chord::peer_list{alice.self};
  }));
}

TEST_F(links, are_one_when_both_nodes_open_them_at_once) {
  for (int round = 0; round < 10; ++round) {
    auto alice = make();
    auto bob = make();
    std::thread both{[&] {
      alice.ping(bob.self);
    }};
    bob.ping(alice.self);
    both.join();
    ASSERT_TRUE(eventually(
      [&] { return bob.got->size() == 1 && alice.got->size() == 1; }));
    // Messages go over it from both sides.
    alice.ping(bob.self);
    bob.ping(alice.self);
    ASSERT_TRUE(eventually(
      [&] { return bob.got->size() == 2 && alice.got->size() == 2; }));
    // Which of two links stays is known once both nodes have seen both.
    EXPECT_TRUE(eventually([&] {
      const auto of_alice = alice.links->report().open;
      const auto of_bob = bob.links->report().open;
      return of_alice.size() == 1 && of_bob.size() == 1
        && of_alice[0].dialled != of_bob[0].dialled;
    }));
  }
}

TEST_F(links, are_used_by_others_once_a_hidden_node_has_opened_them) {
  auto hidden = make(false);
  auto bob = make();
  hidden.ping(bob.self);
  ASSERT_TRUE(eventually([&] { return bob.got->size() == 1; }));
  bob.ping(hidden.self);
  EXPECT_TRUE(eventually([&] { return hidden.got->size() == 1; }));
}

TEST_F(links, are_opened_by_a_hidden_node_when_somebody_asks_for_them) {
  auto hidden = make(false);
  auto bob = make();
  auto carol = make();
  hidden.ping(bob.self);
  carol.ping(bob.self);
  ASSERT_TRUE(eventually([&] { return bob.got->size() == 2; }));
  bob.tell(carol.self, {hidden.self});
  ASSERT_TRUE(eventually([&] { return carol.got->size() == 1; }));
  carol.ping(hidden.self);
  ASSERT_TRUE(eventually([&] { return hidden.got->size() == 1; }));
  EXPECT_EQ(hidden.got->senders()[0], carol.self);
}

TEST_F(links, are_opened_again_where_the_other_node_has_come_back) {
  auto alice = make();
  {
    linked_node bob{system, ring, make_keys(7)};
    alice.ping(bob.self);
    ASSERT_TRUE(eventually([&] { return bob.got->size() == 1; }));
  }
  ASSERT_TRUE(eventually([&] { return alice.links->report().open.empty(); }));
  test::node_traits later;
  later.incarnation = 2;
  linked_node bob{system, ring, make_keys(7), later};
  // The former address is tried first, and that fails.
  EXPECT_TRUE(eventually([&] {
    alice.ping(bob.self);
    return bob.got->size() > 0;
  }));
}

TEST_F(links, are_not_opened_to_a_node_that_is_another) {
  auto alice = make();
  auto bob = make();
  auto carol = make();
  // Carol's peer, said to live where bob's does.
  auto info = std::make_shared<chord::node_info>(*carol.self.node);
  info->endpoint = bob.self.node->endpoint;
  auto wrong = carol.self;
  wrong.node = info;
  alice.ping(wrong);
  expect_served(bob);
  EXPECT_EQ(bob.got->size(), 1u);
  EXPECT_EQ(carol.got->size(), 0u);
}

TEST_F(links, of_a_second_node_with_the_same_keys_are_refused) {
  auto bob = make();
  auto keys = make_keys(rng);
  auto first = meet(bob, keys);
  auto second = hello_of(keys);
  second.run = 99;
  expect_refused(bob, keys, second, errc::identity_in_use);
  // The first one goes on.
  first.send(ping_of(keys, bob.self));
  EXPECT_TRUE(eventually([&] { return bob.got->size() == 1; }));
}

TEST_F(links, of_a_later_run_take_the_place_of_the_earlier) {
  auto bob = make();
  auto keys = make_keys(rng);
  auto first = meet(bob, keys);
  raw_link second{bob.address(), keys};
  auto later = hello_of(keys);
  later.incarnation = 2;
  second.send(later);
  EXPECT_TRUE(first.await_close());
  second.send(ping_of(keys, bob.self));
  EXPECT_TRUE(eventually([&] { return bob.got->size() == 1; }));
}

// -- revoked ------------------------------------------------------------------

TEST_F(certified_links, carry_messages) {
  auto alice = make();
  auto bob = make();
  alice.ping(bob.self);
  EXPECT_TRUE(eventually([&] { return bob.got->size() == 1; }));
}

TEST_F(certified_links, of_a_revoked_node_are_refused_and_it_is_told) {
  auto bob = make();
  const auto keys = make_keys(rng);
  const auto chain = ring.certify(keys);
  ring.revoke(chain);
  raw_link revoked{bob.address(), keys, chain};
  const auto why = revoked.await_close();
  ASSERT_TRUE(why);
  EXPECT_EQ(why->code, errc::revoked);
  expect_served(bob);
}

TEST_F(certified_links, are_not_opened_to_a_revoked_node) {
  auto alice = make();
  auto bob = make();
  ring.revoke(bob.chain);
  alice.ping(bob.self);
  bob.ping(alice.self);
  expect_served(alice);
  EXPECT_EQ(bob.got->size(), 0u);
  EXPECT_EQ(alice.got->size(), 1u);
}

TEST_F(certified_links, to_a_node_that_is_revoked_later_are_closed) {
  auto alice = make();
  auto bob = make();
  auto carol = make();
  bob.ping(alice.self);
  carol.ping(alice.self);
  ASSERT_TRUE(eventually([&] { return alice.got->size() == 2; }));
  ring.revoke(bob.chain);
  EXPECT_TRUE(eventually([&] { return bob.links->report().open.empty(); }));
  EXPECT_TRUE(
    eventually([&] { return alice.links->report().open.size() == 1; }));
  carol.ping(alice.self);
  EXPECT_TRUE(eventually([&] { return alice.got->size() == 3; }));
}

TEST_F(certified_links, let_no_revoked_node_in_and_renew_no_ticket) {
  const auto keys = make_keys(rng);
  const channel_end node{keys.public_half().signature, ring.certify(keys)};
  ring_door door{
    ring.time, ring.descriptor, ring.revoked,
    link::admission_rules{ring.bootstrap, ring.descriptor, bytes(32), 4}};
  const auto admitted = door.answer({1, {}}, node);
  ASSERT_FALSE(admitted.refusal) << to_string(*admitted.refusal);
  ring.revoke(node.chain);
  const auto refused = door.answer({1, admitted.ticket}, node);
  EXPECT_TRUE(refused.ticket.empty());
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(refused.refusal->code, errc::revoked);
}

// -- hostile ------------------------------------------------------------------

TEST_F(links, survive_what_is_no_tls) {
  auto bob = make();
  for (const auto* data :
       {"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\xff\xff", "\0\0\0\0", ""}) {
    auto socket =
      test::test_socket::connected_to({sip::transport::tcp, bob.address()});
    socket.send(data);
    socket.shut_down();
    socket.receive();
  }
  expect_served(bob);
}

TEST_F(links, end_with_a_frame_that_is_too_large) {
  auto bob = make();
  const auto keys = make_keys(rng);
  auto mallory = meet(bob, keys);
  mallory.send(bytes(link::defaults::max_message + 1));
  mallory.await_close();
  expect_served(bob);
}

TEST_F(links, end_before_a_frame_that_is_said_to_be_huge) {
  auto bob = make();
  const auto keys = make_keys(rng);
  auto mallory = meet(bob, keys);
  // The head of a masked binary frame of 2^62 bytes (RFC 6455 section 5.2).
  mallory.send_raw({"\x82\xff\x40\0\0\0\0\0\0\0\1\2\3\4", 14});
  mallory.await_close();
  expect_served(bob);
}

TEST_F(links, take_frames_in_fragments) {
  auto bob = make();
  const auto keys = make_keys(rng);
  auto other = meet(bob, keys);
  EXPECT_TRUE(other.send_fragmented(link::encode(ping_of(keys, bob.self))));
  EXPECT_TRUE(eventually([&] { return bob.got->size() == 1; }));
}

TEST_F(links, end_with_a_sender_of_garbage) {
  auto bob = make();
  const auto keys = make_keys(rng);
  auto mallory = meet(bob, keys);
  for (size_t i = 0; i <= link::defaults::max_problems; ++i)
    mallory.send(bytes(100, static_cast<uint8_t>(i)));
  EXPECT_TRUE(mallory.await_close());
  EXPECT_GT(bob.links->report().counts->misbehaviours, 0u);
  expect_served(bob);
}

TEST_F(links, carry_nothing_in_the_name_of_others) {
  auto bob = make();
  auto carol = make();
  const auto keys = make_keys(rng);
  auto mallory = meet(bob, keys);
  auto forged = ping_of(keys, bob.self);
  forged.from = carol.self;
  mallory.send(forged);
  const auto told = mallory.receive();
  ASSERT_TRUE(told);
  ASSERT_TRUE(std::holds_alternative<link::problem>(*told));
  EXPECT_EQ(std::get<link::problem>(*told).why.code, errc::name_mismatch);
  expect_served(bob);
  EXPECT_EQ(bob.got->size(), 1u);
}

TEST_F(links, lead_to_no_peer_that_its_node_was_not_admitted_with) {
  auto bob = make();
  auto carol = make();
  carol.ping(bob.self);
  ASSERT_TRUE(eventually([&] { return bob.got->size() == 1; }));
  // As a third node may name it. Bob would take what is for it.
  auto invented = bob.self;
  invented.id = chord::ring_id::hash(as_bytes(std::string_view{"invented"}));
  bob.directory->enter(invented, bob.directory->resolve(bob.self));
  carol.ping(invented);
  carol.ping(bob.self);
  EXPECT_TRUE(eventually([&] { return bob.got->size() > 1; }));
  EXPECT_EQ(bob.got->size(), 2u);
}

TEST_F(links, tell_a_node_with_a_wrong_clock) {
  auto bob = make();
  const auto keys = make_keys(rng);
  auto late = hello_of(keys);
  late.time -= 10min;
  expect_refused(bob, keys, late, errc::stale);
}

TEST_F(links, tell_a_node_of_another_ring) {
  auto bob = make();
  const auto keys = make_keys(rng);
  auto lost = hello_of(keys);
  lost.ring = test_ring{}.descriptor->ring();
  expect_refused(bob, keys, lost, errc::wrong_ring);
}

TEST_F(links, take_a_replayed_hello_from_nobody_else) {
  auto bob = make();
  const auto keys = make_keys(rng);
  const auto thief = make_keys(rng);
  expect_refused(bob, thief, hello_of(keys), errc::name_mismatch);
}

TEST_F(links, are_not_stopped_by_one_that_never_reads) {
  auto bob = make();
  const auto keys = make_keys(rng);
  auto deaf = meet(bob, keys);
  const auto ping = ping_of(keys, bob.self);
  deaf.send(ping);
  ASSERT_TRUE(eventually([&] { return bob.got->size() == 1; }));
  // More than the queue of a link holds.
  chord::peer_list many(link::defaults::max_peers, bob.self);
  for (int i = 0; i < 4000; ++i)
    bob.tell(ping.from, many);
  expect_served(bob);
}

TEST_F(links, show_strangers_the_ring_and_nothing_else) {
  auto bob = make();
  const auto keys = make_keys(rng);
  raw_link guest{bob.address(), keys};
  EXPECT_TRUE(std::holds_alternative<link::hello>(*guest.receive()));
  guest.send(link::join_request{1, {}});
  const auto answer = guest.receive();
  ASSERT_TRUE(answer);
  const auto& said = std::get<link::join_answer>(*answer);
  ASSERT_EQ(said.descriptors.size(), 1u);
  EXPECT_EQ(said.descriptors[0], ring.descriptor->encoded());
  // Bob is no bootstrap server.
  EXPECT_TRUE(said.ticket.empty());
  EXPECT_TRUE(said.refusal);
  EXPECT_FALSE(guest.await_close());
}

} // namespace carillon
