#include "protocols/chord/lookup_table.hpp"
#include "tests/support/peers.hpp"

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// A member at 0x10 with successors at 0x20 and 0x30, and a finger at 0x800.
class lookup_table_test : public ::testing::Test {
public:
  lookup_table_test() {
    member.adopt(peer("f00"), {peer("20"), peer("30")}, now);
    fingers.set(9, peer("800"));
  }

  routing_view view() const {
    return {member, fingers};
  }

  uint64_t start(const std::string& key, lookup_options options = {}) {
    return table.start(id(key), options, now, view(), out).value();
  }

  template <class Message>
  const Message& last() const {
    return std::get<Message>(out.back().body);
  }

  void advance(duration time) {
    now += time;
    table.tick(now, view(), out);
  }

  timestamp now{std::chrono::hours{1}};
  ring_member member{peer("10"), {}};
  finger_table fingers{id("10")};
  lookup_table table;
  outbox out;
};

lookup_options iterative() {
  lookup_options result;
  result.strategy = routing_strategy::iterative;
  return result;
}

} // namespace

TEST_F(lookup_table_test, an_own_key_is_found_at_once) {
  start("ff0");
  const auto found = table.take_finished();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].result->owner, member.self());
  EXPECT_EQ(found[0].result->hops, 0);
  EXPECT_EQ(table.size(), 0u);
}

TEST_F(lookup_table_test, a_semi_recursive_lookup_ends_with_the_answer) {
  const auto id_of = start("900");
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].to, peer("800"));
  const auto& sent = last<lookup>();
  EXPECT_FALSE(sent.final);
  EXPECT_EQ(sent.origin, member.self());
  EXPECT_TRUE(sent.path.empty());
  table.handle(
    peer("a00"),
    lookup_answer{sent.request, id("900"), peer("a00"), {peer("f00")}, 3, {}},
    now, view(), out);
  const auto found = table.take_finished();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, id_of);
  EXPECT_EQ(found[0].result->owner, peer("a00"));
  EXPECT_EQ(found[0].result->hops, 3);
}

TEST_F(lookup_table_test, an_answer_for_another_key_is_ignored) {
  start("900");
  const auto request = last<lookup>().request;
  table.handle(peer("a00"),
               lookup_answer{request, id("901"), peer("a00"), {}, 3, {}}, now,
               view(), out);
  table.handle(peer("a00"),
               lookup_answer{request + 256, id("900"), peer("a00"), {}, 3, {}},
               now, view(), out);
  EXPECT_TRUE(table.take_finished().empty());
}

TEST_F(lookup_table_test, silence_is_answered_by_another_way_twice) {
  start("900");
  EXPECT_TRUE(std::holds_alternative<lookup>(out.back().body));
  advance(defaults::lookup_attempt_timeout);
  // The second attempt asks, and avoids the first hop of the first.
  ASSERT_TRUE(std::holds_alternative<get_next_hop>(out.back().body));
  EXPECT_EQ(out.back().to, peer("30"));
  EXPECT_EQ(last<get_next_hop>().exclude, std::vector{id("800")});
  advance(defaults::lookup_attempt_timeout);
  EXPECT_TRUE(std::holds_alternative<lookup>(out.back().body));
  EXPECT_TRUE(table.take_finished().empty());
  advance(defaults::lookup_attempt_timeout);
  const auto found = table.take_finished();
  ASSERT_EQ(found.size(), 1u);
  ASSERT_FALSE(found[0].result);
  EXPECT_EQ(found[0].result.error().code, errc::timeout);
  const auto& tried = found[0].result.error().detail;
  EXPECT_NE(tried.find("semi-recursive via 00000000"), std::string::npos);
  EXPECT_NE(tried.find("iterative via"), std::string::npos);
}

TEST_F(lookup_table_test, an_iterative_lookup_goes_from_hop_to_hop) {
  start("900", iterative());
  auto question = last<get_next_hop>();
  EXPECT_EQ(out.back().to, peer("800"));
  table.handle(peer("800"), next_hop{question.request, peer("880"), false, {}},
               now, view(), out);
  question = last<get_next_hop>();
  EXPECT_EQ(out.back().to, peer("880"));
  EXPECT_FALSE(question.final);
  table.handle(peer("880"), next_hop{question.request, peer("a00"), true, {}},
               now, view(), out);
  question = last<get_next_hop>();
  EXPECT_TRUE(question.final);
  table.handle(peer("a00"),
               next_hop{question.request, peer("a00"), true, {peer("f00")}},
               now, view(), out);
  const auto found = table.take_finished();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].result->owner, peer("a00"));
  EXPECT_EQ(found[0].result->hops, 3);
}

TEST_F(lookup_table_test, an_iterative_lookup_goes_round_a_silent_hop) {
  start("900", iterative());
  EXPECT_TRUE(table.take_silent().empty());
  advance(defaults::lookup_hop_timeout);
  EXPECT_EQ(table.take_silent(), std::vector{id("800")});
  EXPECT_EQ(out.back().to, peer("30"));
  EXPECT_EQ(last<get_next_hop>().exclude, std::vector{id("800")});
}

TEST_F(lookup_table_test, an_iterative_lookup_takes_time_to_go_round_many) {
  auto options = iterative();
  options.attempts = 1;
  start("900", options);
  // Together they are silent for longer than an attempt may take.
  for (const auto* gone : {"810", "820", "830", "840", "850", "860"}) {
    ASSERT_EQ(out.back().to, peer("800"));
    table.handle(peer("800"),
                 next_hop{last<get_next_hop>().request, peer(gone), false, {}},
                 now, view(), out);
    ASSERT_EQ(out.back().to, peer(gone));
    advance(options.hop_timeout);
  }
  EXPECT_EQ(last<get_next_hop>().exclude.size(), 6u);
  table.handle(peer("800"),
               next_hop{last<get_next_hop>().request, peer("a00"), true, {}},
               now, view(), out);
  table.handle(peer("a00"),
               next_hop{last<get_next_hop>().request, peer("a00"), true, {}},
               now, view(), out);
  const auto found = table.take_finished();
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].result) << to_string(found[0].result.error());
  EXPECT_EQ(found[0].result->owner, peer("a00"));
}

TEST_F(lookup_table_test, a_hop_that_leads_backwards_is_left_aside) {
  start("900", iterative());
  const auto question = last<get_next_hop>();
  table.handle(peer("800"), next_hop{question.request, peer("700"), false, {}},
               now, view(), out);
  EXPECT_EQ(out.back().to, peer("30"));
}

TEST_F(lookup_table_test, only_the_asked_peer_may_answer_a_question) {
  start("900", iterative());
  const auto question = last<get_next_hop>();
  const auto sent = out.size();
  table.handle(peer("801"), next_hop{question.request, peer("880"), false, {}},
               now, view(), out);
  EXPECT_EQ(out.size(), sent);
}

TEST_F(lookup_table_test, a_failed_peer_is_replaced_at_once) {
  start("900", iterative());
  table.peer_failed(id("800"), now, view(), out);
  EXPECT_EQ(out.back().to, peer("30"));
}

TEST_F(lookup_table_test, a_full_table_refuses) {
  lookup_table small{{}, 1};
  ASSERT_TRUE(small.start(id("900"), {}, now, view(), out));
  const auto refused = small.start(id("901"), {}, now, view(), out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::overloaded);
}

TEST_F(lookup_table_test, outside_a_ring_nothing_can_be_found) {
  const ring_member outside{peer("10"), {}};
  const auto refused = table.start(id("900"), {}, now, {outside, fingers}, out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unreachable);
}

TEST_F(lookup_table_test, a_join_goes_round_a_former_self) {
  const ring_member outside{peer("10"), {}};
  const finger_table none{id("10")};
  ASSERT_TRUE(table.start_join({peer("20")}, {}, now, {outside, none}, out));
  const auto& question = last<get_next_hop>();
  EXPECT_EQ(question.key, id("10"));
  EXPECT_EQ(question.exclude, std::vector{id("10")});
}
