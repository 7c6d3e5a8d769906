#include "protocols/chord/ring_member.hpp"
#include "tests/support/peers.hpp"

#include <algorithm>

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// Peer 100 of the settled ring 100, 200, 300 and 400.
class member : public ::testing::Test {
protected:
  member() {
    it.adopt(peer("400"), {peer("200"), peer("300"), peer("400")}, now);
  }

  outbox tick(timestamp when) {
    now = when;
    outbox out;
    it.tick(now, out);
    return out;
  }

  outbox hear(const peer_ref& from, const message& msg) {
    outbox out;
    it.handle(from, msg, now, out);
    return out;
  }

  outbox suspect(const char* whom) {
    outbox out;
    it.suspect(id(whom), now, out);
    return out;
  }

  /// Answers the question of a round of stabilize.
  outbox answer(const outbox& asked, const std::optional<peer_ref>& predecessor,
                const successor_list& successors) {
    const auto& question = std::get<get_neighbors>(asked.at(0).body);
    return hear(asked.at(0).to,
                neighbors{question.request, predecessor, successors});
  }

  /// Goes through a round in which nothing has changed.
  /// @returns the time since the one before.
  duration quiet_round() {
    const auto before = now;
    // Its predecessor notifies it meanwhile.
    hear(peer("400"), notify{});
    answer(tick(it.next_deadline()), peer("100"),
           {peer("300"), peer("400"), peer("100")});
    return now - before;
  }

  timestamp now{1h};
  ring_member it{peer("100"), {}};
};

template <class Message>
bool holds(const outbox& out, const peer_ref& to) {
  return std::ranges::any_of(out, [&](const outgoing& msg) {
    return msg.to == to && std::holds_alternative<Message>(msg.body);
  });
}

} // namespace

TEST_F(member, has_rare_rounds_while_nothing_changes) {
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(quiet_round(), defaults::max_stabilize_interval);
}

TEST_F(member, has_frequent_rounds_after_a_change) {
  hear(peer("50"), notify{});
  for (int i = 0; i < 4; ++i) {
    const auto before = now;
    hear(peer("50"), notify{});
    answer(tick(it.next_deadline()), peer("100"),
           {peer("300"), peer("400"), peer("50")});
    if (i > 0) {
      EXPECT_EQ(now - before, defaults::stabilize_interval) << i;
    }
  }
  duration longest{};
  for (int i = 0; i < 10; ++i) {
    const auto before = now;
    hear(peer("50"), notify{});
    answer(tick(it.next_deadline()), peer("100"),
           {peer("300"), peer("400"), peer("50")});
    EXPECT_GE(now - before, longest);
    longest = now - before;
  }
  EXPECT_EQ(longest, defaults::max_stabilize_interval);
}

TEST_F(member, has_a_round_at_once_when_its_successor_has_news) {
  now += 5s;
  const auto asked = hear(peer("200"), neighbors_changed{});
  ASSERT_TRUE(holds<get_neighbors>(asked, peer("200")));
  // A newcomer between them.
  EXPECT_TRUE(holds<get_neighbors>(
    answer(asked, peer("150"), {peer("300"), peer("400")}), peer("150")));
}

TEST_F(member, has_no_more_than_one_round_a_second_for_anybody) {
  now += 5s;
  EXPECT_FALSE(hear(peer("200"), neighbors_changed{}).empty());
  answer({{peer("200"), get_neighbors{1}}}, peer("100"),
         {peer("300"), peer("400"), peer("100")});
  now += 500ms;
  EXPECT_TRUE(hear(peer("200"), neighbors_changed{}).empty());
  EXPECT_TRUE(suspect("200").empty());
  EXPECT_LE(it.next_deadline(), now + 500ms);
}

TEST_F(member, takes_news_from_its_first_successor_only) {
  now += 5s;
  for (const auto* stranger : {"300", "400", "77"})
    EXPECT_TRUE(hear(peer(stranger), neighbors_changed{}).empty());
}

TEST_F(member, tells_its_predecessor_of_another_list) {
  now += 5s;
  const auto asked = hear(peer("200"), neighbors_changed{});
  const auto out = answer(asked, peer("100"), {peer("400")});
  EXPECT_TRUE(holds<neighbors_changed>(out, peer("400")));
}

TEST_F(member, tells_its_former_predecessor_of_another_one) {
  const auto out = hear(peer("50"), notify{});
  EXPECT_TRUE(holds<neighbors_changed>(out, peer("400")));
  EXPECT_EQ(it.predecessor(), peer("50"));
}

TEST_F(member, asks_a_neighbour_that_others_found_silent) {
  now += 5s;
  EXPECT_TRUE(suspect("77").empty());
  EXPECT_TRUE(suspect("300").empty());
  EXPECT_TRUE(holds<get_neighbors>(suspect("200"), peer("200")));
  const auto asked = suspect("400");
  ASSERT_TRUE(holds<ping>(asked, peer("400")));
  // It is alive.
  hear(peer("400"), pong{std::get<ping>(asked.at(0).body).request});
  tick(now + 10s);
  EXPECT_EQ(it.predecessor(), peer("400"));
}

TEST_F(member, asks_a_silent_predecessor_before_it_forgets_it) {
  outbox out;
  const auto end = now + defaults::predecessor_timeout + 2s;
  while (now < end && it.predecessor()) {
    out = tick(it.next_deadline());
    if (holds<get_neighbors>(out, peer("200")))
      hear(peer("200"),
           neighbors{std::get<get_neighbors>(out.back().body).request,
                     peer("100"),
                     {peer("300"), peer("400"), peer("100")}});
    if (holds<ping>(out, peer("400"))) {
      EXPECT_GE(now, timestamp{1h} + defaults::predecessor_timeout);
    }
  }
  EXPECT_FALSE(it.predecessor());
  EXPECT_GE(now - timestamp{1h},
            defaults::predecessor_timeout
              + defaults::neighbour_attempts * defaults::neighbour_timeout);
}

TEST_F(member,
       names_those_behind_it_the_nearest_who_takes_it_for_its_successor) {
  // Its predecessor is 400; 500 to 700 are of a wrong mind.
  for (const auto* suitor : {"500", "700", "600"})
    hear(peer(suitor), notify{});
  EXPECT_EQ(it.predecessor(), peer("700"));
  const auto named = [&](const char* asker) {
    const auto out = hear(peer(asker), get_neighbors{1});
    return std::get<neighbors>(out.at(0).body).predecessor;
  };
  EXPECT_EQ(named("400"), peer("500"));
  EXPECT_EQ(named("500"), peer("600"));
  EXPECT_EQ(named("600"), peer("700"));
  EXPECT_EQ(named("700"), peer("700"));
  // They have not notified it for a while.
  now += 10s;
  EXPECT_EQ(named("400"), peer("700"));
}

TEST_F(member, forgets_whom_it_hears_to_be_gone) {
  hear(peer("700"), notify{});
  hear(peer("500"), notify{});
  hear(peer("500"), leaving{peer("400"), {peer("700")}});
  const auto out = hear(peer("400"), get_neighbors{1});
  EXPECT_EQ(std::get<neighbors>(out.at(0).body).predecessor, peer("700"));
}

TEST_F(member, goes_on_to_nearer_candidates_in_one_round) {
  now += 5s;
  auto asked = hear(peer("200"), neighbors_changed{});
  peer_list behind{peer("300")};
  for (const auto* nearer : {"190", "180", "170", "160"}) {
    const auto of = asked.at(0).to;
    asked = answer(asked, peer(nearer), behind);
    ASSERT_TRUE(holds<get_neighbors>(asked, peer(nearer)));
    behind.insert(behind.begin(), of);
  }
  // Four are enough for one round.
  asked = answer(asked, peer("150"), behind);
  EXPECT_TRUE(holds<notify>(asked, peer("160")));
  EXPECT_EQ(it.successors().front(), peer("160"));
}

TEST_F(member, is_isolated_without_a_successor_whoever_its_predecessor_is) {
  outbox out;
  for (const auto* dead : {"200", "300"})
    it.peer_failed(id(dead), now, out);
  EXPECT_EQ(it.current_state(), ring_member::state::member);
  hear(peer("450"), notify{});
  it.peer_failed(id("400"), now, out);
  EXPECT_EQ(it.current_state(), ring_member::state::isolated);
  EXPECT_TRUE(it.successors().empty());
}

/// As above, in a ring with hostile peers.
class careful_member : public member {
protected:
  careful_member() {
    ring_config careful;
    careful.keeps_unnamed = true;
    it = ring_member{peer("100"), careful};
    it.adopt(peer("400"), {peer("200"), peer("300"), peer("400")}, now);
    now += 5s;
  }

  /// Has a round in which the successor leaves 300 out.
  outbox lie() {
    return answer(hear(peer("200"), neighbors_changed{}), peer("100"),
                  {peer("400"), peer("500"), peer("100")});
  }
};

TEST_F(careful_member, keeps_a_successor_that_its_successor_leaves_out) {
  const auto asked = lie();
  EXPECT_TRUE(holds<ping>(asked, peer("300")));
  const auto& question = std::ranges::find(asked, peer("300"), &outgoing::to);
  hear(peer("300"), pong{std::get<ping>(question->body).request});
  const auto again =
    answer(tick(now + 10s), peer("100"), {peer("400"), peer("500")});
  const peer_list wanted{peer("200"), peer("300"), peer("400"), peer("500")};
  EXPECT_EQ(it.successors().peers(), wanted);
  // It is not asked again in each round.
  EXPECT_FALSE(holds<ping>(again, peer("300")));
}

TEST_F(careful_member, drops_one_that_is_left_out_and_silent) {
  lie();
  const auto begin = now;
  while (now < begin + 5s)
    tick(now + 100ms);
  EXPECT_EQ(std::ranges::find(it.successors(), peer("300")),
            it.successors().end());
}

TEST_F(careful_member, takes_in_a_newcomer_that_nobody_else_names) {
  outbox out;
  EXPECT_TRUE(it.take_in(peer("250"), now, out));
  // Others have this peer's list.
  EXPECT_TRUE(holds<neighbors_changed>(out, peer("400")));
  const peer_list wanted{peer("200"), peer("250"), peer("300"), peer("400")};
  EXPECT_EQ(it.successors().peers(), wanted);
  EXPECT_FALSE(it.take_in(peer("150"), now, out)) << "is the first of all";
  // It says that it is there, and is not asked before it has to be.
  const auto asked = answer(hear(peer("200"), neighbors_changed{}), peer("100"),
                            {peer("300"), peer("400"), peer("100")});
  EXPECT_FALSE(holds<ping>(asked, peer("250")));
  EXPECT_EQ(it.successors().peers(), wanted);
  const auto begin = now;
  while (now < begin + 1min) {
    hear(peer("400"), notify{});
    for (const auto& msg : tick(now + 100ms))
      if (const auto* question = std::get_if<get_neighbors>(&msg.body))
        hear(msg.to,
             neighbors{question->request,
                       peer("100"),
                       {peer("300"), peer("400"), peer("100")}});
  }
  EXPECT_EQ(std::ranges::find(it.successors(), peer("250")),
            it.successors().end())
    << "it does not answer";
}

TEST_F(careful_member, forgets_former_silence_of_one_that_has_come_back) {
  // 300 is asked whether it is alive, and says that it leaves instead.
  lie();
  const auto begin = now;
  while (now < begin + 1400ms)
    tick(now + 100ms);
  hear(peer("300"), leaving{peer("200"), {peer("400")}});
  outbox out;
  EXPECT_TRUE(it.take_in(peer("300"), now, out));
  tick(now + 200ms);
  EXPECT_NE(std::ranges::find(it.successors(), peer("300")),
            it.successors().end());
}

TEST_F(careful_member, has_room_for_newcomers_that_are_near_only) {
  outbox out;
  for (const auto* next : {"210", "220", "230", "240", "250"})
    EXPECT_TRUE(it.take_in(peer(next), now, out));
  EXPECT_EQ(it.successors().size(), defaults::successors);
  EXPECT_FALSE(it.take_in(peer("500"), now, out));
  EXPECT_TRUE(it.take_in(peer("225"), now, out));
  EXPECT_EQ(it.successors().size(), defaults::successors);
  EXPECT_EQ(it.successors().back(), peer("300"));
}

TEST_F(careful_member, makes_itself_known_to_those_before_it) {
  ring_config careful;
  careful.keeps_unnamed = true;
  ring_member newcomer{peer("150"), careful};
  outbox out;
  newcomer.join({peer("200"), {peer("250")}, {peer("100"), peer("400")}}, now,
                out);
  ASSERT_EQ(out.size(), 1u);
  const auto& question = std::get<get_neighbors>(out[0].body);
  outbox then;
  newcomer.handle(peer("200"),
                  neighbors{question.request,
                            peer("100"),
                            {peer("300"), peer("400"), peer("100")}},
                  now, then);
  EXPECT_TRUE(holds<introduce>(then, peer("100")));
  EXPECT_TRUE(holds<introduce>(then, peer("400")));
  const peer_list wanted{peer("200"), peer("250"), peer("300"), peer("400"),
                         peer("100")};
  EXPECT_EQ(newcomer.successors().peers(), wanted);
}

TEST_F(member, takes_in_whom_its_successors_name_only) {
  outbox out;
  EXPECT_FALSE(it.take_in(peer("250"), now, out));
  EXPECT_EQ(it.successors().size(), 3u);
}

TEST_F(careful_member, drops_one_that_says_that_it_leaves) {
  hear(peer("300"), leaving{peer("200"), {peer("400")}});
  EXPECT_EQ(std::ranges::find(it.successors(), peer("300")),
            it.successors().end());
}
