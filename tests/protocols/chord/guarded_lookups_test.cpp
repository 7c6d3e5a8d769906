#include "protocols/chord/forwarding.hpp"
#include "protocols/chord/guarded_lookups.hpp"
#include "protocols/chord/settled_ring.hpp"
#include "tests/support/peers.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <set>

using namespace carillon;
using namespace carillon::chord;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// A settled ring whose peers answer questions for tables, lie, or are silent.
class guarded : public ::testing::Test {
protected:
  guarded() {
    settle(400);
  }

  /// Makes a ring of so many peers.
  void settle(int count) {
    sorted.clear();
    members.clear();
    tables.clear();
    for (int i = 0; i < count; ++i)
      sorted.push_back({ring_id::hash(as_bytes("peer " + std::to_string(i))), 0,
                        std::make_shared<const node_info>()});
    std::ranges::sort(sorted, {}, &peer_ref::id);
    for (size_t i = 0; i < sorted.size(); ++i) {
      auto& made = members.emplace_back(sorted[i], ring_config{});
      const auto place = settled_place(sorted, i, defaults::successors);
      made.adopt(place.predecessor, place.successors, now);
      tables.push_back(settled_fingers(sorted, i, defaults::successors));
    }
  }

  [[nodiscard]] routing_view view(size_t which) const {
    return {members[which], tables[which]};
  }

  [[nodiscard]] size_t position(const ring_id& peer) const {
    return static_cast<size_t>(
      std::ranges::lower_bound(sorted, peer, {}, &peer_ref::id)
      - sorted.begin());
  }

  [[nodiscard]] peer_ref owner_of(const ring_id& key) const {
    const auto at = std::ranges::lower_bound(sorted, key, {}, &peer_ref::id);
    return at == sorted.end() ? sorted.front() : *at;
  }

  /// What a peer says: the truth, or that the ring consists of liars.
  [[nodiscard]] routes answer_of(const peer_ref& whom,
                                 const get_routes& question) const {
    outbox out;
    answer_routes(view(position(whom.id)), sorted[0], question, out);
    auto result = std::get<routes>(out.at(0).body);
    if (!liars.contains(whom.id))
      return result;
    std::vector<peer_ref> known;
    for (const auto& peer : sorted)
      if (liars.contains(peer.id))
        known.push_back(peer);
    const auto self =
      static_cast<size_t>(std::ranges::find(known, whom) - known.begin());
    result.predecessor.reset();
    result.successors =
      settled_place(known, self, defaults::successors).successors;
    result.fingers =
      settled_fingers(known, self, defaults::successors).entries();
    return result;
  }

  /// Looks a key up from the first peer.
  finished_lookup run(const ring_id& key) {
    outbox out;
    lookups.start(next_id += 256, key, now, view(0), out);
    return finish(view(0), out);
  }

  /// Goes on until a lookup of somebody has ended.
  finished_lookup finish(const routing_view& asker, outbox& out) {
    questions = 0;
    for (;;) {
      std::deque<outgoing> asked(out.begin(), out.end());
      out.clear();
      for (const auto& msg : asked) {
        ++questions;
        if (!silent.contains(msg.to.id))
          lookups.handle(msg.to,
                         answer_of(msg.to, std::get<get_routes>(msg.body)), now,
                         asker, out);
      }
      if (auto done = lookups.take_finished(); !done.empty())
        return done.front();
      if (out.empty()) {
        now = lookups.next_deadline();
        lookups.tick(now, asker, out);
        if (auto done = lookups.take_finished(); !done.empty())
          return done.front();
      }
    }
  }

  /// Gives some peers other than the first.
  std::set<ring_id> choose(double share) {
    std::set<ring_id> result;
    std::bernoulli_distribution is_one{share};
    for (size_t i = 1; i < sorted.size(); ++i)
      if (is_one(random))
        result.insert(sorted[i].id);
    return result;
  }

  [[nodiscard]] static ring_id key(int number) {
    return ring_id::hash(as_bytes("key " + std::to_string(number)));
  }

  timestamp now{1h};
  std::mt19937 random{1};
  peer_list sorted;
  std::deque<ring_member> members;
  std::vector<finger_table> tables;
  std::set<ring_id> silent;
  std::set<ring_id> liars;
  guarded_lookups lookups;
  uint64_t next_id = 0;
  size_t questions = 0;
};

} // namespace

TEST_F(guarded, find_every_owner_with_few_questions) {
  size_t all = 0;
  for (int i = 0; i < 300; ++i) {
    const auto found = run(key(i));
    ASSERT_TRUE(found.result) << to_string(found.result.error());
    EXPECT_EQ(found.result->owner, owner_of(key(i)));
    EXPECT_EQ(found.result->hops, questions);
    all += questions;
  }
  EXPECT_LT(all / 300, 12u);
  EXPECT_EQ(lookups.size(), 0u);
}

TEST_F(guarded, know_who_follows_the_owner) {
  const auto found = run(key(1));
  const auto owner = position(owner_of(key(1)).id);
  for (size_t i = 0; i < 4; ++i)
    EXPECT_EQ(found.result->successors.peers()[i],
              sorted[(owner + 1 + i) % sorted.size()]);
}

TEST_F(guarded, go_round_those_that_are_silent) {
  silent = choose(0.25);
  int right = 0;
  for (int i = 0; i < 200; ++i) {
    // Whoever is silent does not own anything.
    auto at = position(owner_of(key(i)).id);
    while (silent.contains(sorted[at].id))
      at = (at + 1) % sorted.size();
    const auto found = run(key(i));
    right += found.result && found.result->owner == sorted[at] ? 1 : 0;
  }
  EXPECT_GE(right, 198);
  EXPECT_FALSE(lookups.take_silent().empty());
}

TEST_F(guarded, do_not_believe_those_that_name_only_each_other) {
  liars = choose(0.25);
  int right = 0;
  for (int i = 0; i < 200; ++i) {
    const auto found = run(key(i));
    right += found.result && found.result->owner == owner_of(key(i)) ? 1 : 0;
  }
  EXPECT_GE(right, 195);
}

TEST_F(guarded, end_when_nobody_answers) {
  for (const auto& peer : sorted)
    silent.insert(peer.id);
  const auto begin = now;
  const auto found = run(key(1));
  ASSERT_FALSE(found.result);
  EXPECT_EQ(found.result.error().code, errc::timeout);
  EXPECT_LE(now - begin, defaults::guarded_timeout);
}

TEST_F(guarded, ignore_answers_that_nobody_asked_for) {
  outbox out;
  lookups.start(256, key(1), now, view(0), out);
  ASSERT_FALSE(out.empty());
  const auto asked = out.front();
  const auto& question = std::get<get_routes>(asked.body);
  const auto stranger = asked.to == sorted[50] ? sorted[51] : sorted[50];
  out.clear();
  // Of another peer, and for another lookup.
  lookups.handle(stranger, answer_of(stranger, question), now, view(0), out);
  lookups.handle(asked.to, answer_of(asked.to, {question.request + 256}), now,
                 view(0), out);
  EXPECT_TRUE(out.empty());
  lookups.handle(asked.to, answer_of(asked.to, question), now, view(0), out);
  EXPECT_FALSE(out.empty());
}

TEST_F(guarded, find_own_keys_at_once) {
  outbox out;
  lookups.start(256, sorted[0].id, now, view(0), out);
  const auto done = lookups.take_finished();
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].result->owner, sorted[0]);
  EXPECT_TRUE(out.empty());
}

TEST_F(guarded, tell_how_far_apart_peers_are) {
  density honest;
  honest.add_successors(sorted[7].id, members[7].successors());
  honest.add_fingers(sorted[7].id, tables[7].entries());
  EXPECT_GT(honest.samples(), 10u);
  EXPECT_NEAR(honest.mean_gap() * static_cast<double>(sorted.size()), 1, 0.6);
  liars = choose(0.25);
  const auto liar = *liars.begin();
  const auto lie = answer_of(sorted[position(liar)], {1});
  density sparse;
  sparse.add_successors(liar, lie.successors);
  sparse.add_fingers(liar, lie.fingers);
  EXPECT_FALSE(is_plausible(honest.mean_gap(), sparse));
  EXPECT_TRUE(is_plausible(honest.mean_gap(), honest));
  // Too little to tell.
  EXPECT_TRUE(is_plausible(honest.mean_gap(), density{}));
  EXPECT_TRUE(is_plausible(0, sparse));
  EXPECT_EQ(density{}.mean_gap(), 0);
}

TEST_F(guarded, work_in_rings_of_two_and_three) {
  for (const int count : {2, 3}) {
    settle(count);
    for (int i = 0; i < 50; ++i) {
      const auto found = run(key(i));
      ASSERT_TRUE(found.result) << to_string(found.result.error());
      EXPECT_EQ(found.result->owner, owner_of(key(i)));
    }
  }
}

TEST_F(guarded, let_a_peer_join_past_those_that_lie) {
  liars = choose(0.25);
  int right = 0;
  for (int i = 0; i < 100; ++i) {
    const peer_ref self{key(i), 0, std::make_shared<const node_info>()};
    const ring_member outside{self, ring_config{}};
    const finger_table nothing{self.id};
    peer_list contacts;
    for (int j = 0; j < 12; ++j)
      contacts.push_back(sorted[random() % sorted.size()]);
    guarded_lookups joining;
    std::swap(lookups, joining);
    outbox out;
    lookups.start_join(next_id += 256, contacts, now, {outside, nothing}, out);
    const auto found = finish({outside, nothing}, out);
    right += found.result && found.result->owner == owner_of(self.id) ? 1 : 0;
    std::swap(lookups, joining);
  }
  EXPECT_GE(right, 97);
}

TEST_F(guarded, name_those_that_are_not_believed) {
  liars = choose(0.25);
  for (int i = 0; i < 50; ++i)
    static_cast<void>(run(key(i)));
  size_t accused = 0;
  size_t wrongly = 0;
  for (const auto& id : lookups.take_disbelieved()) {
    ++accused;
    wrongly += liars.contains(id) ? 0 : 1;
  }
  EXPECT_GT(accused, 20u);
  EXPECT_LT(wrongly * 10, accused);
  EXPECT_TRUE(lookups.take_disbelieved().empty());
}

TEST_F(guarded, ask_the_silent_only_once_where_others_will_do) {
  silent = choose(0.25);
  static_cast<void>(run(key(1)));
  const auto first = lookups.take_silent();
  ASSERT_FALSE(first.empty());
  static_cast<void>(run(key(1)));
  // Whoever may be the owner is asked each time.
  for (const auto& again : lookups.take_silent()) {
    const auto is_known = std::ranges::find(first, again) != first.end();
    EXPECT_TRUE(!is_known || key(1).distance_to(again).as_part() < 0.5);
  }
}

TEST_F(guarded, leave_those_alone_whom_only_a_misleading_peer_has_named) {
  settle(4000);
  // All whom the first peer on the way names are of no use.
  const auto target = key(0);
  const std::vector<ring_id> nobody;
  const auto* guide = tables[0].closest_preceding(target, nobody);
  ASSERT_NE(guide, nullptr);
  const auto where = position(guide->id);
  for (const auto& peer : members[where].successors())
    silent.insert(peer.id);
  for (const auto& peer : tables[where].entries())
    silent.insert(peer.id);
  const auto found = run(target);
  ASSERT_TRUE(found.result) << to_string(found.result.error());
  EXPECT_EQ(found.result->owner, owner_of(target));
  EXPECT_LE(lookups.take_silent().size(), 4u);
}
