#include "protocols/chord/ring_merge.hpp"
#include "tests/support/peers.hpp"

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// The merge of a peer whose ring is 100, 200, 300 and 400.
class merge : public ::testing::Test {
public:
  merge() {
    member.adopt(peer("400"), {peer("200"), peer("300"), peer("400")}, now);
  }

  /// Remembers a peer and lets the time for a question to it come.
  uint64_t probe(const peer_ref& lost) {
    memory.remember(lost, now, random);
    now = memory.next_deadline();
    outbox out;
    memory.tick(now, member, random, out);
    EXPECT_EQ(out.size(), 1u);
    EXPECT_EQ(out.front().to, lost);
    return std::get<get_neighbors>(out.front().body).request;
  }

  outbox hear(const peer_ref& from, message msg) {
    outbox out;
    memory.handle(from, msg, now, member, fingers, out);
    return out;
  }

  /// Gives whom the peer asks in its next round of stabilize beyond its
  /// successor.
  std::optional<peer_ref> considered() {
    outbox out;
    now = std::max(now, member.next_deadline());
    member.tick(now, out);
    // The predecessor may have to be asked first.
    const auto asked = std::get<get_neighbors>(out.back().body).request;
    outbox next;
    member.handle(peer("200"), neighbors{asked, peer("100"), {}}, now, next);
    if (!std::holds_alternative<get_neighbors>(next.at(0).body))
      return std::nullopt;
    return next.at(0).to;
  }

  timestamp now{1h};
  std::minstd_rand random{1};
  ring_member member{peer("100"), {}};
  finger_table fingers{id("100")};
  ring_merge memory;
};

/// Tells whom a message introduces to which peer.
std::pair<peer_ref, peer_ref> introduction(const outgoing& msg) {
  return {std::get<introduce>(msg.body).peer, msg.to};
}

} // namespace

// -- whom it asks -------------------------------------------------------------

TEST_F(merge, asks_nobody_as_long_as_nobody_was_lost) {
  EXPECT_EQ(memory.next_deadline(), timestamp::max());
  outbox out;
  memory.tick(now + 24h, member, random, out);
  EXPECT_TRUE(out.empty());
}

TEST_F(merge, asks_a_lost_peer_again_and_again) {
  memory.remember(peer("150"), now, random);
  for (int i = 0; i < 10; ++i) {
    const auto due = memory.next_deadline();
    EXPECT_GE(due - now, defaults::lost_probe_interval / 2);
    EXPECT_LE(due - now, defaults::lost_probe_interval * 3 / 2);
    outbox out;
    memory.tick(due - 1us, member, random, out);
    EXPECT_TRUE(out.empty());
    now = due;
    memory.tick(now, member, random, out);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out.front().to, peer("150"));
  }
}

TEST_F(merge, remembers_each_peer_once) {
  for (int i = 0; i < 3; ++i)
    memory.remember(peer("150"), now, random);
  EXPECT_EQ(memory.size(), 1u);
}

TEST_F(merge, remembers_the_last_of_many_lost_peers) {
  const auto name = [](size_t i) {
    return peer(std::to_string(500 + i));
  };
  constexpr auto count = 3 * defaults::lost_peers;
  for (size_t i = 0; i < count; ++i)
    memory.remember(name(i), now, random);
  EXPECT_EQ(memory.size(), defaults::lost_peers);
  for (int i = 0; i < 200; ++i) {
    now = memory.next_deadline();
    outbox out;
    memory.tick(now, member, random, out);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_GE(out.front().to.id, name(count - defaults::lost_peers).id);
  }
}

TEST_F(merge, forgets_peers_after_a_day) {
  memory.remember(peer("150"), now, random);
  now += defaults::lost_peer_memory;
  outbox out;
  memory.tick(now, member, random, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(memory.size(), 0u);
  EXPECT_EQ(memory.next_deadline(), timestamp::max());
}

TEST_F(merge, forgets_peers_that_have_become_neighbours_again) {
  memory.remember(peer("300"), now, random);
  memory.remember(peer("400"), now, random);
  now = memory.next_deadline();
  outbox out;
  memory.tick(now, member, random, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(memory.size(), 0u);
}

// -- what follows from an answer ----------------------------------------------

TEST_F(merge, introduces_both_when_a_lost_peer_is_in_another_ring) {
  const auto asked = probe(peer("150"));
  const auto out =
    hear(peer("150"), neighbors{asked, peer("50"), {peer("250")}});
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(introduction(out[0]), std::pair(peer("100"), peer("150")));
  EXPECT_EQ(memory.size(), 0u);
  EXPECT_EQ(considered(), peer("150"));
}

TEST_F(merge, introduces_nobody_when_the_lost_peer_is_in_the_same_ring) {
  auto asked = probe(peer("150"));
  EXPECT_TRUE(
    hear(peer("150"), neighbors{asked, peer("100"), {peer("200")}}).empty());
  asked = probe(peer("50"));
  EXPECT_TRUE(
    hear(peer("50"), neighbors{asked, peer("400"), {peer("100")}}).empty());
  EXPECT_EQ(considered(), std::nullopt);
}

TEST_F(merge, asks_the_next_lost_peer_soon_after_one_has_answered) {
  memory.remember(peer("150"), now, random);
  memory.remember(peer("250"), now, random);
  now = memory.next_deadline();
  outbox out;
  memory.tick(now, member, random, out);
  ASSERT_EQ(out.size(), 1u);
  hear(out[0].to,
       neighbors{std::get<get_neighbors>(out[0].body).request, {}, {}});
  EXPECT_LE(memory.next_deadline(),
            now + defaults::lost_probe_pause_after_answer);
}

TEST_F(merge, ignores_answers_of_peers_that_it_did_not_lose) {
  const auto asked = probe(peer("150"));
  EXPECT_TRUE(hear(peer("250"), neighbors{asked, {}, {}}).empty());
  EXPECT_EQ(memory.size(), 1u);
}

TEST_F(merge, ignores_answers_to_questions_of_stabilize) {
  probe(peer("150"));
  EXPECT_TRUE(hear(peer("150"), neighbors{1, {}, {}}).empty());
  EXPECT_EQ(memory.size(), 1u);
}

TEST_F(merge, ignores_an_answer_that_comes_twice) {
  const auto asked = probe(peer("150"));
  const neighbors answer{asked, peer("50"), {peer("250")}};
  EXPECT_EQ(hear(peer("150"), answer).size(), 1u);
  EXPECT_TRUE(hear(peer("150"), answer).empty());
}

TEST_F(merge, introduces_nobody_when_the_peer_itself_is_outside) {
  const auto asked = probe(peer("150"));
  outbox farewell;
  member.leave(farewell);
  EXPECT_TRUE(
    hear(peer("150"), neighbors{asked, peer("50"), {peer("250")}}).empty());
}

// -- introductions ------------------------------------------------------------

TEST_F(merge, considers_a_newcomer_that_lies_before_the_successor) {
  EXPECT_TRUE(hear(peer("1"), introduce{peer("150"), 0}).empty());
  EXPECT_EQ(considered(), peer("150"));
}

TEST_F(merge, considers_any_newcomer_when_it_is_alone) {
  ring_member alone{peer("100"), {}};
  alone.found(now);
  outbox out;
  memory.handle(peer("1"), introduce{peer("50"), 0}, now, alone, fingers, out);
  EXPECT_TRUE(out.empty());
  alone.tick(now + defaults::stabilize_interval, out);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].to, peer("50"));
}

TEST_F(merge, passes_others_on_to_the_peer_nearest_before_them) {
  fingers.set(9, peer("380"));
  for (const auto& [newcomer, next] : {std::pair{"250", "200"},
                                       {"350", "300"},
                                       {"390", "380"},
                                       {"50", "400"}}) {
    SCOPED_TRACE(newcomer);
    const auto out = hear(peer("1"), introduce{peer(newcomer), 5});
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(introduction(out[0]), std::pair(peer(newcomer), peer(next)));
    EXPECT_EQ(std::get<introduce>(out[0].body).hops, 6);
  }
  EXPECT_EQ(considered(), std::nullopt);
}

TEST_F(merge, ends_introductions_of_its_own_ring) {
  for (const auto* known : {"100", "200", "300", "400"})
    EXPECT_TRUE(hear(peer("1"), introduce{peer(known), 0}).empty()) << known;
  EXPECT_EQ(considered(), std::nullopt);
}

TEST_F(merge, drops_introductions_that_have_gone_too_far) {
  const auto far = static_cast<uint16_t>(defaults::hop_limit);
  EXPECT_TRUE(hear(peer("1"), introduce{peer("350"), far}).empty());
}

TEST_F(merge, drops_introductions_to_a_peer_that_is_outside) {
  outbox farewell;
  member.leave(farewell);
  EXPECT_TRUE(hear(peer("1"), introduce{peer("150"), 0}).empty());
}

TEST_F(merge, has_a_newcomer_taken_in_that_introduces_itself) {
  ring_config careful;
  careful.keeps_unnamed = true;
  member = ring_member{peer("100"), careful};
  member.adopt(peer("400"), {peer("200"), peer("300"), peer("400")}, now);
  // Anybody else may be wrong about who is there.
  EXPECT_FALSE(hear(peer("300"), introduce{peer("250"), 0}).empty());
  EXPECT_EQ(member.successors().size(), 3u);
  for (const auto& msg : hear(peer("250"), introduce{peer("250"), 0}))
    EXPECT_FALSE(std::holds_alternative<introduce>(msg.body));
  EXPECT_EQ(member.successors()[1], peer("250"));
}
