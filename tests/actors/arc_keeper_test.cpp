#include "actors/arc_keeper.hpp"
#include "tests/support/keys.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/peers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace carillon::test {

namespace {

using namespace std::chrono_literals;
using p2psip::key_range;

/// How long it takes until an arc that was lost is handed over.
constexpr auto settling = defaults::handover_delay + defaults::sync_jitter;

identity::ring_descriptor make_ring() {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  const auto bootstrap = make_keys(rng);
  identity::ring_settings settings;
  settings.domain = "example.org";
  settings.replicas = 3;
  settings.bootstrap_keys = {bootstrap.public_half().signature.spki()};
  return must(identity::ring_descriptor::found(settings, bootstrap, rng));
}

/// The arc of a peer at 400, whose messages and lookups are caught.
class arc : public testing::Test {
public:
  arc() {
    auto node = std::make_shared<node_context>();
    node->time = time;
    node->ring = std::make_shared<const identity::ring_descriptor>(make_ring());
    config_.node = node;
    config_.self = peer("400", 4);
  }

  /// Makes the arc begin at a peer; 500, 600 and 700 follow.
  void begin_at(const std::string& predecessor) {
    keeper().on_neighbours({config_.self,
                            peer(predecessor, 3),
                            {peer("500", 5), peer("600", 6), peer("700", 7)}});
  }

  p2psip::record_keeper::entry make_record(const std::string& position) const {
    identity::record_info info{};
    info.kind = identity::record_kind::location;
    info.key = position;
    info.position = id(position);
    info.content = identity::fingerprint::of(as_bytes(position));
    info.epoch = 1;
    info.expires = info.bound_until = time->time + 24h;
    return {info, std::make_shared<const bytes>(to_bytes(position))};
  }

  void hold(const std::string& position) {
    records.restore(make_record(position));
  }

  /// Lets time pass, with whatever becomes due.
  void wait(duration how_long) {
    const auto end = time->time + how_long;
    while (keeper().next_deadline() <= end) {
      time->time = std::max(time->time, keeper().next_deadline());
      keeper().tick(time->time);
    }
    time->time = end;
  }

  /// Gives which ranges a peer was asked about since the last call.
  std::vector<key_range> asked(const chord::peer_ref& whom) {
    std::vector<key_range> result;
    for (const auto& question : std::exchange(questions[whom.id], {}))
      result.push_back(question.range);
    return result;
  }

  /// Answers all questions to a peer that has nothing.
  void answer_nothing(const chord::peer_ref& from) {
    const p2psip::record_keeper none;
    p2psip::range_digest digests{none};
    for (const auto& question : std::exchange(questions[from.id], {}))
      keeper().on_answer(from, *digests.answer(question, time->time));
  }

  /// Has a peer take all copies that were sent to it.
  void take_copies(const chord::peer_ref& by) {
    for (const auto& request : std::exchange(copies_to[by.id], {}))
      copies.on_copy_answer(by, {request, std::nullopt});
  }

  /// Answers the last lookup.
  void find(const chord::peer_ref& owner) {
    chord::lookup_result found;
    found.owner = owner;
    std::exchange(found_, nullptr)(found);
  }

  arc_keeper& keeper() {
    if (!keeper_)
      keeper_.emplace(
        config_, records, copies,
        [this](const chord::peer_ref& to, const p2psip::message& body) {
          if (const auto* question = std::get_if<p2psip::digest_request>(&body))
            questions[to.id].push_back(*question);
        },
        [this](const chord::ring_id& key, arc_keeper::found_function then) {
          sought.push_back(key);
          found_ = std::move(then);
        });
    return *keeper_;
  }

  /// The peer joins a ring that there is already.
  void come_later() {
    config_.joins = true;
  }

  /// Fails the last lookup.
  void find_nobody() {
    std::exchange(found_, nullptr)(fail(errc::timeout, "nobody answers"));
  }

  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
  p2psip::record_keeper records;
  std::map<chord::ring_id, std::vector<p2psip::digest_request>> questions;
  std::map<chord::ring_id, std::vector<uint64_t>> copies_to;
  std::vector<chord::ring_id> sought;

private:
  share_holder_config config_;

public:
  replicator copies{
    config_,
    [this](const chord::peer_ref& to, const p2psip::message& body) {
      copies_to[to.id].push_back(std::get<p2psip::copy_request>(body).request);
      return true;
    },
    [this](const chord::peer_ref& to, const chord::ring_id& position,
           const std::optional<error>& refusal) {
      keeper().on_copied(to, position, refusal);
    }};

private:
  std::optional<arc_keeper> keeper_;
  arc_keeper::found_function found_;
};

using ranges = std::vector<key_range>;

const key_range whole{id("300"), id("400")};
const auto first = peer("500", 5);
const auto second = peer("600", 6);
const auto third = peer("700", 7);

} // namespace

TEST_F(arc, ends_at_the_peer_and_begins_after_its_predecessor) {
  EXPECT_TRUE(keeper().covers(id("500")));
  begin_at("300");
  EXPECT_FALSE(keeper().covers(id("300")));
  EXPECT_TRUE(keeper().covers(id("301")));
  EXPECT_TRUE(keeper().covers(id("400")));
  EXPECT_FALSE(keeper().covers(id("401")));
}

// -- comparing ----------------------------------------------------------------

TEST_F(arc, is_compared_with_those_who_are_meant_to_hold_copies) {
  hold("350");
  begin_at("300");
  wait(defaults::sync_jitter);
  EXPECT_EQ(asked(first), ranges{whole});
  EXPECT_EQ(asked(second), ranges{whole});
  EXPECT_EQ(asked(third), ranges{});
}

TEST_F(arc, is_not_compared_in_a_ring_that_is_new) {
  begin_at("300");
  wait(defaults::sync_jitter);
  EXPECT_EQ(asked(first), ranges{});
}

TEST_F(arc, is_compared_at_once_by_a_peer_that_comes_later_and_has_nothing) {
  come_later();
  begin_at("300");
  keeper().tick(time->time);
  EXPECT_EQ(asked(first), ranges{whole});
}

TEST_F(arc, is_compared_with_new_holders_only_when_it_stays_the_same) {
  hold("350");
  begin_at("300");
  wait(defaults::sync_jitter);
  answer_nothing(first);
  answer_nothing(second);
  take_copies(first);
  take_copies(second);
  ASSERT_TRUE(keeper().is_done());
  keeper().on_neighbours(
    {peer("400", 4), peer("300", 3), {peer("500", 5), peer("700", 7)}});
  wait(defaults::sync_jitter);
  EXPECT_EQ(asked(first), ranges{});
  EXPECT_EQ(asked(third), ranges{whole});
}

TEST_F(arc, is_given_to_holders_that_lack_it) {
  hold("350");
  hold("380");
  begin_at("300");
  wait(defaults::sync_jitter);
  answer_nothing(first);
  EXPECT_EQ(copies_to[first.id].size(), 2u);
  EXPECT_EQ(copies_to[second.id].size(), 0u);
}

TEST_F(arc, is_compared_now_and_then_without_a_cause) {
  hold("350");
  begin_at("300");
  wait(defaults::sync_jitter);
  answer_nothing(first);
  answer_nothing(second);
  take_copies(first);
  take_copies(second);
  wait(defaults::anti_entropy_interval * 3 / 2);
  EXPECT_EQ(asked(first).front(), whole);
  EXPECT_EQ(asked(second).front(), whole);
}

TEST_F(arc, is_compared_when_a_reader_has_seen_a_difference_but_not_too_often) {
  begin_at("300");
  // The key's hash is not in the arc.
  keeper().on_notice({"alice@example.org"});
  keeper().tick(time->time);
  EXPECT_EQ(asked(first), ranges{});
  const auto end = chord::ring_id::hash(as_bytes("alice@example.org"));
  keeper().on_neighbours({peer("400", 4), {}, {first, second, third}});
  ASSERT_TRUE(keeper().covers(end));
  for (int i = 0; i < 3; ++i) {
    keeper().on_notice({"alice@example.org"});
    keeper().tick(time->time);
    EXPECT_EQ(asked(first).size(), 1u);
    EXPECT_EQ(asked(second).size(), 1u);
    answer_nothing(first);
    keeper().on_notice({"alice@example.org"});
    keeper().tick(time->time);
    EXPECT_EQ(asked(first).size(), 0u);
    time->time += defaults::noticed_sync_interval;
    keeper().on_neighbours({peer("400", 4), {}, {}});
    keeper().on_neighbours({peer("400", 4), {}, {first, second, third}});
  }
}

TEST_F(arc, is_passed_on_by_its_owner_when_one_holder_knew_more) {
  begin_at("300");
  keeper().on_copy(first, make_record("350"), true);
  EXPECT_EQ(copies_to[first.id].size(), 0u);
  EXPECT_EQ(copies_to[second.id].size(), 1u);
  // The same record again, and one that another peer is responsible for.
  keeper().on_copy(first, make_record("350"), false);
  keeper().on_copy(first, make_record("450"), true);
  keeper().on_copy(first, make_record("360"), fail(errc::older_epoch));
  EXPECT_EQ(copies_to[second.id].size(), 1u);
}

// -- leaving ------------------------------------------------------------------

TEST_F(arc, goes_to_peers_of_other_nodes_when_its_owner_leaves) {
  hold("350");
  keeper().on_neighbours(
    {peer("400", 4), peer("300", 3), {peer("450", 4), first, second}});
  keeper().leave();
  EXPECT_FALSE(keeper().is_done());
  EXPECT_EQ(asked(peer("450")), ranges{});
  EXPECT_EQ(asked(first), ranges{whole});
  EXPECT_EQ(asked(second), ranges{whole});
}

TEST_F(arc, keeps_nobody_from_leaving_when_there_is_nothing_in_it) {
  begin_at("300");
  keeper().leave();
  EXPECT_TRUE(keeper().is_done());
}

// -- handing over -------------------------------------------------------------

TEST_F(arc, goes_to_its_new_owners_one_by_one) {
  hold("310");
  hold("320");
  hold("340");
  begin_at("300");
  begin_at("350");
  wait(settling);
  ASSERT_EQ(sought, std::vector{id("310")});
  const auto nearest = peer("330", 1);
  find(nearest);
  keeper().tick(time->time);
  EXPECT_EQ(questions[nearest.id].at(0).range,
            (key_range{id("30f"), id("330")}));
  answer_nothing(nearest);
  EXPECT_EQ(copies_to[nearest.id].size(), 2u);
  EXPECT_EQ(sought.size(), 1u);
  take_copies(nearest);
  ASSERT_EQ(sought, (std::vector{id("310"), id("340")}));
  const auto next = peer("350", 3);
  find(next);
  keeper().tick(time->time);
  EXPECT_EQ(questions[next.id].at(0).range, (key_range{id("33f"), id("350")}));
  answer_nothing(next);
  take_copies(next);
  wait(defaults::handover_timeout);
  EXPECT_EQ(sought.size(), 2u);
}

TEST_F(arc, is_not_handed_over_where_it_held_nothing) {
  hold("360");
  begin_at("300");
  begin_at("350");
  wait(settling);
  EXPECT_TRUE(sought.empty());
}

TEST_F(arc, gives_what_lies_outside_of_it_to_its_owners) {
  // A copy that came when the neighbours did not know each other yet.
  hold("450");
  hold("200");
  begin_at("300");
  begin_at("320");
  wait(settling);
  ASSERT_EQ(sought, std::vector{id("450")});
  const auto owner = peer("480", 8);
  find(owner);
  keeper().tick(time->time);
  EXPECT_EQ(asked(owner), (ranges{{id("44f"), id("480")}}));
  keeper().on_neighbours({peer("400", 4), peer("320", 3), {first, second}});
  wait(settling);
  // The neighbours that hold copies have no part in it.
  EXPECT_EQ(sought.size(), 1u);
  // The owner of that may be another one now.
  begin_at("350");
  wait(settling);
  ASSERT_EQ(sought, (std::vector{id("450"), id("450")}));
}

TEST_F(arc, that_changes_begins_again_whoever_is_found_for_the_one_before) {
  hold("450");
  hold("480");
  begin_at("300");
  begin_at("320");
  wait(settling);
  ASSERT_EQ(sought, std::vector{id("450")});
  begin_at("350");
  const auto late = peer("470", 8);
  find(late);
  keeper().tick(time->time);
  EXPECT_TRUE(asked(late).empty());
  wait(settling);
  EXPECT_EQ(sought, (std::vector{id("450"), id("450")}));
}

TEST_F(arc, is_kept_when_it_has_grown_again) {
  hold("320");
  begin_at("300");
  begin_at("350");
  wait(settling);
  ASSERT_EQ(sought.size(), 1u);
  find(peer("400", 4));
  wait(defaults::handover_timeout);
  EXPECT_EQ(sought.size(), 1u);
}

TEST_F(arc, waits_for_an_owner_that_is_not_found_or_silent) {
  hold("320");
  begin_at("300");
  begin_at("350");
  wait(settling);
  ASSERT_EQ(sought.size(), 1u);
  find_nobody();
  wait(defaults::handover_timeout);
  ASSERT_EQ(sought.size(), 2u);
  // It does not answer.
  find(peer("350", 3));
  wait(defaults::handover_timeout);
  EXPECT_GT(asked(peer("350")).size(), 0u);
  EXPECT_EQ(sought, (std::vector{id("320"), id("320"), id("320")}));
}

} // namespace carillon::test
