#include "protocols/link/defaults.hpp"
#include "protocols/link/session.hpp"
#include "tests/protocols/link/link_ring.hpp"

#include <gtest/gtest.h>

namespace carillon::link {

namespace {

/// A node with a side of a link.
struct side {
  side(uint8_t seed, const identity::ring_descriptor& of,
       const identity::key_pair& bootstrap)
    : ring(of)
    , keys(make_keys(seed)) {
    Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, seed)};
    grant = {
      keys.public_half().signature, {seed}, 4, start_time, start_time + 24h};
    own.ring = ring.ring();
    own.descriptor_version = ring.version();
    own.incarnation = seed;
    own.ticket = must(identity::seal_ticket(grant, ring, bootstrap, rng));
    own.peers = 2;
    own.endpoint = "192.0.2." + std::to_string(seed) + ":7480";
  }

  chord::peer_ref peer(uint32_t index) const {
    return {must(grant.position(index)), index,
            std::make_shared<const chord::node_info>(chord::node_info{
              keys.public_half().signature.id().data(), own.endpoint})};
  }

  /// Makes the session with another node.
  /// @param dialled whether this node has opened the link.
  void meet(const side& other, bool dialled = false) {
    link.emplace(dialled, own, other.keys.public_half().signature, ring, check);
  }

  /// Gives the events of one kind.
  template <class T>
  std::vector<T> all() const {
    std::vector<T> result;
    for (const auto& event : seen) {
      if (const auto* wanted = std::get_if<T>(&event))
        result.push_back(*wanted);
    }
    return result;
  }

  const identity::ring_descriptor& ring;
  identity::key_pair keys;
  identity::ticket grant{keys.public_half().signature, {}, 1, {}, {}};
  identity::verifier check;
  hello own;
  std::optional<session> link;
  session_events out;
  session_events seen;
};

class link_session : public testing::Test {
public:
  void meet() {
    alice.meet(bob, true);
    bob.meet(alice);
    alice.link->start(now, alice.out);
    bob.link->start(now, bob.out);
    run();
  }

  /// Carries frames between the two until there are none.
  void run() {
    while (!alice.out.empty() || !bob.out.empty()) {
      deliver(alice, bob);
      deliver(bob, alice);
    }
  }

  void deliver(side& from, side& to) {
    const auto events = std::exchange(from.out, {});
    for (const auto& event : events) {
      from.seen.push_back(event);
      const auto* sent = std::get_if<send_frame>(&event);
      if (sent != nullptr && !is_cut)
        to.link->receive(sent->data, now, to.out);
    }
  }

  void advance(duration by) {
    for (const auto end = now + by; now < end; now += 100ms) {
      alice.link->tick(now, alice.out);
      bob.link->tick(now, bob.out);
      run();
    }
  }

  /// Has bob get bytes that alice's session has not made.
  void inject(const bytes& data) {
    bob.link->receive(data, now, bob.out);
    run();
  }

  overlay_frame ping_from(const chord::peer_ref& from) const {
    return {bob.peer(0).id, from, chord::message{chord::ping{7}}};
  }

  /// Expects that both have closed the link, and bob for this reason.
  void expect_closed(errc why) {
    ASSERT_EQ(bob.all<link_closed>().size(), 1u);
    EXPECT_EQ(bob.all<link_closed>()[0].why.code, why)
      << to_string(bob.all<link_closed>()[0].why);
    EXPECT_EQ(alice.all<link_closed>().size(), 1u);
    EXPECT_FALSE(alice.link->is_open());
    EXPECT_FALSE(bob.link->is_open());
  }

  timestamp now = start_time;
  bool is_cut = false;
  identity::key_pair bootstrap = make_keys(50);
  identity::ring_descriptor ring = make_ring(bootstrap);
  side alice{1, ring, bootstrap};
  side bob{2, ring, bootstrap};
};

} // namespace

TEST_F(link_session, opens_when_both_have_said_hello) {
  meet();
  ASSERT_TRUE(alice.link->is_open());
  ASSERT_TRUE(bob.link->is_open());
  const auto opened = alice.all<link_opened>();
  ASSERT_EQ(opened.size(), 1u);
  const auto& with = opened[0].with;
  EXPECT_EQ(with.version, newest_version);
  EXPECT_EQ(with.node->fingerprint, bob.peer(0).node->fingerprint);
  EXPECT_EQ(with.node->endpoint, bob.own.endpoint);
  EXPECT_EQ(with.peers, 2u);
  EXPECT_EQ(with.incarnation, 2u);
}

TEST_F(link_session, carries_messages_of_the_nodes_own_peers) {
  meet();
  ASSERT_TRUE(alice.link->send(ping_from(alice.peer(1)), alice.out));
  run();
  const auto got = bob.all<frame_arrived>();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].message.to, bob.peer(0).id);
  EXPECT_EQ(got[0].message.from, alice.peer(1));
  EXPECT_TRUE(bob.all<misbehaviour>().empty());
}

TEST_F(link_session, refuses_messages_in_the_name_of_others) {
  meet();
  // Carol's peer, one beyond the ticket, and one at a place it does not have.
  const side carol{3, ring, bootstrap};
  auto beyond = alice.peer(0);
  beyond.index = 4;
  auto elsewhere = alice.peer(0);
  elsewhere.id = alice.peer(1).id;
  auto as_carol = carol.peer(0);
  for (const auto& from : {as_carol, beyond, elsewhere})
    inject(encode(ping_from(from)));
  EXPECT_TRUE(bob.all<frame_arrived>().empty());
  EXPECT_EQ(bob.all<misbehaviour>().size(), 3u);
  EXPECT_TRUE(bob.link->is_open());
}

TEST_F(link_session, is_not_opened_with_another_ring) {
  const auto theirs = make_ring(make_keys(51));
  alice.own.ring = theirs.ring();
  meet();
  expect_closed(errc::wrong_ring);
}

TEST_F(link_session, is_not_opened_by_a_node_without_a_ring) {
  alice.own.ring.reset();
  meet();
  expect_closed(errc::wrong_ring);
}

TEST_F(link_session, is_not_opened_without_a_common_version) {
  alice.own.min_version = newest_version + 1;
  alice.own.max_version = newest_version + 3;
  meet();
  expect_closed(errc::unsupported_version);
  EXPECT_NE(bob.all<link_closed>()[0].why.detail.find("version 3 to 5"),
            std::string::npos);
}

TEST_F(link_session, is_opened_with_a_newer_node_that_speaks_our_version_too) {
  alice.own.max_version = newest_version + 3;
  meet();
  EXPECT_TRUE(bob.link->is_open());
}

TEST_F(link_session, is_not_opened_with_a_ticket_of_somebody_else) {
  const side carol{3, ring, bootstrap};
  alice.own.ticket = carol.own.ticket;
  meet();
  expect_closed(errc::name_mismatch);
}

TEST_F(link_session, is_not_opened_without_a_ticket) {
  alice.own.ticket.clear();
  meet();
  expect_closed(errc::wrong_ring);
}

TEST_F(link_session, is_not_opened_with_a_ticket_that_has_ended) {
  now += 25h;
  meet();
  expect_closed(errc::expired);
}

TEST_F(link_session, is_not_opened_by_more_peers_than_were_granted) {
  alice.own.peers = 5;
  meet();
  expect_closed(errc::quota_exceeded);
}

TEST_F(link_session, wants_to_know_where_a_member_of_a_cluster_listens) {
  alice.own.is_member = true;
  alice.own.endpoint.clear();
  meet();
  expect_closed(errc::malformed);
}

TEST_F(link_session, tells_members_of_a_cluster_apart) {
  alice.own.is_member = true;
  meet();
  ASSERT_EQ(bob.all<link_opened>().size(), 1u);
  EXPECT_TRUE(bob.all<link_opened>()[0].with.is_member);
  EXPECT_EQ(bob.all<link_opened>()[0].with.node->endpoint, alice.own.endpoint);
}

TEST_F(link_session, is_not_opened_when_the_clocks_are_apart) {
  for (const auto skew : {-61s, 61s}) {
    side late{1, ring, bootstrap};
    side exact{2, ring, bootstrap};
    late.meet(exact);
    exact.meet(late);
    late.link->start(now + skew, late.out);
    exact.link->start(now, exact.out);
    exact.link->receive(std::get<send_frame>(late.out[0]).data, now, exact.out);
    EXPECT_FALSE(exact.link->is_open());
    const auto& why = std::get<link_closed>(exact.out.back()).why;
    EXPECT_EQ(why.code, errc::stale);
    EXPECT_NE(why.detail.find("61 s"), std::string::npos);
    // The other side is told before the link is closed.
    const auto& last = std::get<send_frame>(exact.out[exact.out.size() - 2]);
    EXPECT_TRUE(std::get<problem>(must(decode_frame(last.data))).is_closing);
  }
}

TEST_F(link_session, waits_for_a_hello_only_so_long) {
  bob.meet(alice);
  alice.meet(bob);
  bob.link->start(now, bob.out);
  is_cut = true;
  deliver(bob, alice);
  now += defaults::hello_timeout - 1ms;
  bob.link->tick(now, bob.out);
  EXPECT_TRUE(bob.out.empty());
  now += 1ms;
  EXPECT_EQ(bob.link->next_deadline(), now);
  bob.link->tick(now, bob.out);
  deliver(bob, alice);
  ASSERT_EQ(bob.all<link_closed>().size(), 1u);
  EXPECT_EQ(bob.all<link_closed>()[0].why.code, errc::timeout);
  EXPECT_FALSE(bob.link->next_deadline());
}

TEST_F(link_session, takes_no_message_before_the_hello) {
  bob.meet(alice);
  alice.meet(bob);
  bob.link->start(now, bob.out);
  inject(encode(ping_from(alice.peer(0))));
  expect_closed(errc::malformed);
}

TEST_F(link_session, takes_no_second_hello) {
  meet();
  alice.own.time = now;
  inject(encode(alice.own));
  EXPECT_EQ(bob.all<misbehaviour>().size(), 1u);
  EXPECT_EQ(bob.all<link_opened>().size(), 1u);
}

TEST_F(link_session, stays_open_as_long_as_heartbeats_are_answered) {
  meet();
  advance(60s);
  EXPECT_TRUE(alice.link->is_open());
  EXPECT_TRUE(bob.link->is_open());
  EXPECT_TRUE(bob.all<misbehaviour>().empty());
}

TEST_F(link_session, is_closed_when_the_other_side_is_silent) {
  meet();
  is_cut = true;
  advance(defaults::idle_timeout + 1s);
  EXPECT_EQ(bob.all<link_closed>()[0].why.code, errc::timeout);
  EXPECT_FALSE(bob.link->send(ping_from(alice.peer(0)), bob.out));
}

TEST_F(link_session, tells_the_other_side_why_it_closes) {
  meet();
  bob.link->close({errc::interrupted, "the node ends"}, bob.out);
  run();
  ASSERT_EQ(alice.all<link_closed>().size(), 1u);
  const auto why = alice.all<link_closed>()[0].why;
  EXPECT_EQ(why.code, errc::interrupted);
  EXPECT_NE(why.detail.find("the node ends"), std::string::npos);
}

TEST_F(link_session, answers_what_it_does_not_understand) {
  meet();
  inject({0xc0, 0x3e, 0x07});
  EXPECT_TRUE(bob.link->is_open());
  // A newer node may say more: that is no misbehaviour.
  EXPECT_TRUE(bob.all<misbehaviour>().empty());
  const auto sent = bob.all<send_frame>();
  const auto told = std::get<problem>(must(decode_frame(sent.back().data)));
  EXPECT_EQ(told.why.code, errc::unsupported_version);
  EXPECT_FALSE(told.is_closing);
}

TEST_F(link_session, is_closed_by_too_much_nonsense) {
  meet();
  for (size_t i = 0; i <= defaults::max_problems; ++i) {
    EXPECT_TRUE(bob.link->is_open());
    inject({0xff});
  }
  expect_closed(errc::malformed);
  EXPECT_EQ(bob.all<misbehaviour>().size(), defaults::max_problems + 1);
}

TEST_F(link_session, takes_nothing_after_its_end) {
  meet();
  bob.link->close({errc::interrupted, {}}, bob.out);
  run();
  const auto seen = bob.seen.size();
  inject(encode(ping_from(alice.peer(0))));
  bob.link->tick(now + 1h, bob.out);
  bob.link->close({errc::interrupted, {}}, bob.out);
  run();
  EXPECT_EQ(bob.seen.size(), seen);
}

TEST_F(link_session, sends_no_message_that_would_be_refused_for_its_size) {
  meet();
  const p2psip::delivery large{"bob", "1", bytes(defaults::max_message, 1)};
  const auto sent = alice.link->send(
    {bob.peer(0).id, alice.peer(0), p2psip::message{large}}, alice.out);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, errc::too_large);
  EXPECT_TRUE(alice.out.empty());
}

TEST_F(link_session, ends_with_the_ticket_of_the_other_node) {
  meet();
  now = start_time + 24h - 1s;
  alice.link->resume(now);
  bob.link->resume(now);
  advance(1s + 200ms);
  ASSERT_EQ(bob.all<link_closed>().size(), 1u);
  EXPECT_EQ(bob.all<link_closed>()[0].why.code, errc::expired);
}

TEST_F(link_session, does_not_take_its_own_silence_for_that_of_the_other) {
  meet();
  is_cut = true;
  now += defaults::idle_timeout;
  bob.link->resume(now);
  bob.link->tick(now, bob.out);
  EXPECT_TRUE(bob.link->is_open());
}

TEST_F(link_session, answers_one_request_to_be_let_in) {
  bob.meet(alice);
  bob.link->start(now, bob.out);
  bob.link->receive(encode(join_request{3, {}}), now, bob.out);
  const auto* asked = std::get_if<join_asked>(&bob.out.back());
  ASSERT_NE(asked, nullptr);
  EXPECT_EQ(asked->request.peers, 3u);
  EXPECT_FALSE(bob.link->is_open());
  bob.out.clear();
  bob.link->answer({{ring.encoded()}, {}, error{errc::quota_exceeded, {}}},
                   bob.out);
  ASSERT_EQ(bob.out.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<send_frame>(bob.out[0]));
  EXPECT_TRUE(std::holds_alternative<link_closed>(bob.out[1]));
}

TEST_F(link_session, lets_nobody_speak_who_has_only_asked_to_be_let_in) {
  for (const auto& second :
       {any_frame{ping_from(alice.peer(0))}, any_frame{alice.own},
        any_frame{join_request{}}, any_frame{heartbeat{1, false}}}) {
    bob.meet(alice);
    bob.link->start(now, bob.out);
    bob.link->receive(encode(join_request{}), now, bob.out);
    bob.link->receive(encode(second), now, bob.out);
    EXPECT_TRUE(std::holds_alternative<link_closed>(bob.out.back()));
    EXPECT_FALSE(bob.link->is_open());
  }
}

TEST_F(link_session, takes_no_request_to_be_let_in_after_the_hello) {
  meet();
  inject(encode(join_request{}));
  inject(encode(join_answer{{ring.encoded()}, {}, std::nullopt}));
  EXPECT_EQ(bob.all<misbehaviour>().size(), 2u);
  EXPECT_TRUE(bob.all<join_asked>().empty());
}

TEST_F(link_session, carries_tunnels) {
  meet();
  const tunnel_frame opening{
    1, tunnel_open{bob.keys.public_half().signature.id()}};
  ASSERT_TRUE(alice.link->send(opening, alice.out));
  ASSERT_TRUE(alice.link->send({1, tunnel_data{{1, 2}}}, alice.out));
  run();
  ASSERT_TRUE(bob.link->send({1, tunnel_credit{2}}, bob.out));
  ASSERT_TRUE(bob.link->send({1, tunnel_close{}}, bob.out));
  run();
  const auto got = bob.all<tunnel_said>();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].frame, opening);
  EXPECT_EQ(std::get<tunnel_data>(got[1].frame.what).data, (bytes{1, 2}));
  EXPECT_EQ(alice.all<tunnel_said>().size(), 2u);
  EXPECT_FALSE(alice.link->send({1, tunnel_data{{1}}}, alice.out));
  EXPECT_TRUE(bob.all<misbehaviour>().empty());
}

TEST_F(link_session, blames_a_node_for_frames_of_tunnels_that_never_were) {
  meet();
  inject(encode(tunnel_frame{1, tunnel_data{{1}}}));
  inject(encode(tunnel_frame{2, tunnel_open{}}));
  inject(encode(tunnel_frame{1, tunnel_open{}}));
  inject(encode(tunnel_frame{1, tunnel_credit{1}}));
  EXPECT_EQ(bob.all<misbehaviour>().size(), 3u);
  EXPECT_EQ(bob.all<tunnel_said>().size(), 1u);
  EXPECT_TRUE(bob.link->is_open());
}

TEST_F(link_session, refuses_one_tunnel_too_many_and_goes_on) {
  meet();
  for (uint32_t i = 0; i <= defaults::max_tunnels; ++i)
    inject(encode(tunnel_frame{2 * i + 1, tunnel_open{}}));
  EXPECT_EQ(bob.all<tunnel_said>().size(), defaults::max_tunnels);
  EXPECT_TRUE(bob.all<misbehaviour>().empty());
  const auto last = must(decode_frame(bob.all<send_frame>().back().data));
  const auto& told = std::get<tunnel_frame>(last);
  EXPECT_EQ(told.number, 2 * defaults::max_tunnels + 1);
  EXPECT_EQ(std::get<tunnel_close>(told.what).why.code, errc::overloaded);
}

TEST_F(link_session, takes_no_tunnel_before_the_hello) {
  bob.meet(alice);
  alice.meet(bob, true);
  bob.link->start(now, bob.out);
  inject(encode(tunnel_frame{1, tunnel_open{}}));
  expect_closed(errc::malformed);
}

TEST_F(link_session, sends_no_tunnels_to_a_node_that_knows_none) {
  alice.own.max_version = first_tunnel_version - 1;
  meet();
  ASSERT_TRUE(bob.link->is_open());
  EXPECT_FALSE(bob.link->send({2, tunnel_offer{}}, bob.out));
}

} // namespace carillon::link
