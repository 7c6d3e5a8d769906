#include "protocols/p2psip/range_digest.hpp"
#include "protocols/p2psip/range_sync.hpp"
#include "tests/support/peers.hpp"

#include <random>

using namespace carillon;
using namespace carillon::p2psip;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

constexpr timestamp beginning{1h};

const key_range whole_ring{id("0"), id("0")};

record_keeper::entry make_record(const std::string& key, uint64_t epoch,
                                 bool tombstone = false) {
  const auto content = key + "/" + std::to_string(epoch);
  identity::record_info info;
  info.kind = identity::record_kind::location;
  info.key = key;
  info.position = chord::ring_id::hash(as_bytes(key));
  info.content = identity::fingerprint::of(as_bytes(content));
  info.admission_epoch = 1;
  info.epoch = epoch;
  info.tombstone = tombstone;
  info.expires = beginning + 24h;
  info.bound_until = beginning + 24h;
  return {info, std::make_shared<const bytes>(to_bytes(content))};
}

struct network {
  double loss = 0;
  double duplication = 0;
  duration longest_delay{};
};

/// Two holders and what travels between them. The first one compares.
class two_holders {
public:
  explicit two_holders(network how = {}, uint64_t seed = 1)
    : how_(how)
    , random_(seed) {}

  void run(duration time) {
    const auto end = now + time;
    while (now < end) {
      sync_output out;
      sync.tick(now, out);
      perform(std::move(out));
      auto next = std::min(end, sync.next_deadline());
      if (!under_way_.empty())
        next = std::min(next, under_way_.begin()->first);
      for (const auto& [number, copy] : unanswered_)
        next = std::min(next, copy.second);
      now = std::max(next, now + 1ms);
      deliver();
      repeat_copies();
    }
  }

  /// Tells whether both have the same records now.
  [[nodiscard]] bool agree() const {
    return summarize(first, {whole_ring}, now)
      == summarize(second, {whole_ring}, now);
  }

  record_keeper first;
  record_keeper second;
  range_sync sync{first};
  chord::peer_ref first_peer = peer("a", 1);
  chord::peer_ref second_peer = peer("b", 2);
  timestamp now = beginning;
  size_t messages = 0;
  std::vector<std::string> copied;
  /// Answers in place of the second holder.
  std::function<std::optional<digest_answer>(const digest_request&)> lie;

private:
  using mail = std::pair<bool, message>;

  void send(bool to_first, message body) {
    ++messages;
    std::uniform_real_distribution<double> dice;
    for (auto copies = dice(random_) < how_.duplication ? 2 : 1; copies > 0;
         --copies) {
      if (dice(random_) < how_.loss)
        continue;
      const auto delay = how_.longest_delay * dice(random_);
      under_way_.emplace(now + std::chrono::duration_cast<duration>(delay),
                         mail{to_first, body});
    }
  }

  void perform(sync_output out) {
    for (auto& msg : out.messages)
      send(false, std::move(msg.body));
    for (const auto& copy : out.copies) {
      unanswered_.emplace(++last_copy_, std::pair{copy.record, now});
      repeat_copies();
    }
  }

  /// Sends copies until they are answered, as a replicator does.
  void repeat_copies() {
    for (auto& [number, copy] : unanswered_) {
      if (copy.second > now)
        continue;
      copy.second = now + 2s;
      copied.push_back(copy.first.info.key);
      send(false, copy_request{number, copy.first.content});
    }
  }

  void deliver() {
    while (!under_way_.empty() && under_way_.begin()->first <= now) {
      const auto next = std::move(under_way_.begin()->second);
      under_way_.erase(under_way_.begin());
      if (next.first)
        on_first(next.second);
      else
        on_second(next.second);
    }
  }

  void on_first(const message& body) {
    sync_output out;
    if (const auto* digests = std::get_if<digest_answer>(&body)) {
      sync.on_answer(second_peer, *digests, now, out);
    } else if (const auto* copy = std::get_if<copy_request>(&body)) {
      const auto record = parse(*copy->record);
      const auto taken = first.take(record, now, identity::expiry_rule::any);
      if (taken.value_or(false))
        first.confirm(record);
      sync.on_copy(second_peer, record.info.position,
                   taken ? std::nullopt : std::optional{taken.error()}, now,
                   out);
    } else if (const auto* answer = std::get_if<copy_answer>(&body)) {
      const auto asked = unanswered_.find(answer->request);
      if (asked != unanswered_.end()) {
        const auto position = asked->second.first.info.position;
        unanswered_.erase(asked);
        sync.on_copied(second_peer, position, answer->refusal, now, out);
      }
    }
    perform(std::move(out));
  }

  void on_second(const message& body) {
    if (const auto* asked = std::get_if<digest_request>(&body)) {
      auto answer = lie ? lie(*asked) : digests_.answer(*asked, now);
      if (answer)
        send(true, *std::move(answer));
    } else if (const auto* wanted = std::get_if<copies_wanted>(&body)) {
      for (const auto& position : wanted->positions) {
        if (const auto* found = second.find_at(position)) {
          copied.push_back(found->info.key);
          send(true, copy_request{0, found->content});
        }
      }
    } else if (const auto* copy = std::get_if<copy_request>(&body)) {
      const auto record = parse(*copy->record);
      const auto taken = second.take(record, now, identity::expiry_rule::any);
      if (taken.value_or(false))
        second.confirm(record);
      copy_answer answer{copy->request, std::nullopt};
      if (!taken)
        answer.refusal = taken.error();
      send(true, answer);
    }
  }

  static record_keeper::entry parse(const bytes& content) {
    const std::string text{as_text(content)};
    const auto slash = text.find('/');
    return make_record(text.substr(0, slash),
                       std::stoull(text.substr(slash + 1)));
  }

  network how_;
  std::mt19937_64 random_;
  range_digest digests_{second};
  std::multimap<timestamp, mail> under_way_;
  std::map<uint64_t, std::pair<record_keeper::entry, timestamp>> unanswered_;
  uint64_t last_copy_ = 0;
};

void fill_both(two_holders& pair, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const auto record = make_record(std::to_string(i), 1);
    pair.first.restore(record);
    pair.second.restore(record);
  }
}

} // namespace

TEST(split, makes_parts_of_the_same_width_that_follow_each_other) {
  for (const auto& range :
       {whole_ring, key_range{id("ff"), id("20f")}, key_range{id("5"), id("4")},
        key_range{id("0"), id("10")}}) {
    const auto parts = split(range);
    ASSERT_EQ(parts.size(), defaults::range_parts);
    EXPECT_EQ(parts.front().from, range.from);
    EXPECT_EQ(parts.back().to, range.to);
    for (size_t i = 0; i < parts.size(); ++i) {
      EXPECT_NE(parts[i].from, parts[i].to);
      if (i > 0) {
        EXPECT_EQ(parts[i].from, parts[i - 1].to);
      }
    }
  }
  const auto parts = split({id("ff"), id("20f")});
  EXPECT_EQ(parts[3], (key_range{id("132"), id("143")}));
  EXPECT_TRUE(split({id("1"), id("10")}).empty());
}

TEST(range_sync, brings_three_of_ten_thousand_records_into_line) {
  two_holders pair;
  fill_both(pair, 10'000);
  pair.first.restore(make_record("17", 2));
  pair.second.restore(make_record("4711", 2, true));
  pair.second.restore(make_record("only there", 1));
  pair.sync.start(pair.second_peer, whole_ring, pair.now);
  pair.run(5s);
  EXPECT_TRUE(pair.agree());
  EXPECT_TRUE(pair.sync.is_done());
  EXPECT_THAT(pair.copied,
              testing::UnorderedElementsAre("17", "4711", "only there"));
  EXPECT_LE(pair.messages, 30u);
}

TEST(range_sync, says_nothing_more_where_all_is_the_same) {
  two_holders pair;
  fill_both(pair, 1'000);
  pair.sync.start(pair.second_peer, whole_ring, pair.now);
  pair.run(5s);
  EXPECT_TRUE(pair.sync.is_done());
  EXPECT_EQ(pair.messages, 2u);
}

TEST(range_sync, leaves_records_outside_the_range_alone) {
  two_holders pair;
  for (int i = 0; i < 100; ++i)
    pair.first.restore(make_record(std::to_string(i), 1));
  const key_range half{id("0"), id("8000000000000000000000000000000000000000")};
  pair.sync.start(pair.second_peer, half, pair.now);
  pair.run(5s);
  EXPECT_EQ(summarize(pair.first, {half}, pair.now),
            summarize(pair.second, {half}, pair.now));
  EXPECT_LT(pair.second.size(), 80u);
  EXPECT_GT(pair.second.size(), 20u);
}

TEST(range_sync, fills_an_empty_holder_from_either_side) {
  for (const bool to_first : {false, true}) {
    two_holders pair;
    for (int i = 0; i < 2'000; ++i)
      (to_first ? pair.second : pair.first)
        .restore(make_record(std::to_string(i), 1));
    pair.sync.start(pair.second_peer, whole_ring, pair.now);
    pair.run(30s);
    EXPECT_TRUE(pair.agree());
    EXPECT_EQ(pair.copied.size(), 2'000u);
  }
}

TEST(range_sync, outlives_loss_duplication_and_disorder) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    two_holders pair{{0.2, 0.2, 300ms}, seed};
    fill_both(pair, 500);
    for (int i = 0; i < 40; ++i) {
      pair.first.restore(make_record(std::to_string(i), 2));
      pair.second.restore(make_record(std::to_string(100 + i), 3));
      pair.first.restore(make_record("one" + std::to_string(i), 1));
      pair.second.restore(make_record("other" + std::to_string(i), 1));
    }
    pair.sync.start(pair.second_peer, whole_ring, pair.now);
    pair.run(5min);
    // What was given up in one go is found in the next.
    for (int i = 0; i < 3 && !pair.agree(); ++i) {
      pair.sync.start(pair.second_peer, whole_ring, pair.now);
      pair.run(5min);
    }
    EXPECT_TRUE(pair.agree());
    EXPECT_EQ(pair.first.find("120")->info.epoch, 3u);
    EXPECT_EQ(pair.second.find("20")->info.epoch, 2u);
  }
}

TEST(range_sync, asks_for_the_better_record_when_a_copy_is_refused) {
  two_holders pair;
  // Its epoch is lower, but it holds the name.
  auto mine = make_record("alice", 5);
  auto theirs = make_record("alice", 1);
  pair.first.restore(mine);
  pair.second.restore(theirs);
  sync_output out;
  pair.sync.start(pair.second_peer, whole_ring, pair.now);
  pair.sync.tick(pair.now, out);
  ASSERT_EQ(out.messages.size(), 1u);
  const auto request =
    std::get<digest_request>(out.messages.front().body).request;
  pair.sync.on_answer(
    pair.second_peer,
    {request, {}, {{theirs.info.position, theirs.info.content, 1}}}, pair.now,
    out);
  ASSERT_EQ(out.copies.size(), 1u);
  pair.sync.on_copied(pair.second_peer, mine.info.position,
                      error{errc::name_taken, {}}, pair.now, out);
  ASSERT_EQ(out.messages.size(), 2u);
  EXPECT_EQ(std::get<copies_wanted>(out.messages.back().body).positions,
            std::vector{theirs.info.position});
  // Where both refuse each keeps its own.
  pair.sync.on_copy(pair.second_peer, theirs.info.position,
                    error{errc::name_taken, {}}, pair.now, out);
  EXPECT_EQ(out.copies.size(), 1u);
  EXPECT_TRUE(pair.sync.is_done());
}

TEST(range_sync, gives_the_better_record_for_a_copy_that_it_refuses) {
  two_holders pair;
  const auto mine = make_record("alice", 1);
  const auto theirs = make_record("alice", 5);
  pair.first.restore(mine);
  sync_output out;
  pair.sync.start(pair.second_peer, whole_ring, pair.now);
  pair.sync.tick(pair.now, out);
  const auto request =
    std::get<digest_request>(out.messages.front().body).request;
  pair.sync.on_answer(
    pair.second_peer,
    {request, {}, {{theirs.info.position, theirs.info.content, 5}}}, pair.now,
    out);
  pair.sync.on_copy(pair.second_peer, theirs.info.position,
                    error{errc::name_taken, {}}, pair.now, out);
  ASSERT_EQ(out.copies.size(), 1u);
  EXPECT_EQ(out.copies.front().record.info.content, mine.info.content);
  // The other side refuses, too: that is the end of it.
  pair.sync.on_copied(pair.second_peer, mine.info.position,
                      error{errc::name_taken, {}}, pair.now, out);
  EXPECT_EQ(out.messages.size(), 2u);
  EXPECT_TRUE(pair.sync.is_done());
}

TEST(range_sync, tries_a_silent_holder_less_and_less_often) {
  two_holders pair{{1, 0, {}}};
  fill_both(pair, 10);
  pair.sync.start(pair.second_peer, whole_ring, pair.now);
  pair.run(1min);
  const auto at_first = pair.messages;
  EXPECT_LE(at_first, 15u);
  pair.run(1h);
  EXPECT_LE(pair.messages, at_first + 16 * defaults::digest_attempts);
  pair.sync.keep([](const chord::peer_ref&) { return false; });
  EXPECT_TRUE(pair.sync.is_done());
  EXPECT_EQ(pair.sync.next_deadline(), timestamp::max());
}

TEST(range_sync, a_hostile_answer_costs_next_to_nothing) {
  const auto tag = [](const std::string& key) {
    const auto record = make_record(key, 1);
    return record_tag{record.info.position, record.info.content, 9};
  };
  const key_range range{id("0"), id("1000")};
  const auto attempts = [&](auto lie) {
    two_holders pair;
    for (int i = 0; i < 200; ++i)
      pair.first.restore(make_record(std::to_string(i), 1));
    pair.lie = lie;
    pair.sync.start(pair.second_peer, range, pair.now);
    pair.run(1min);
    EXPECT_TRUE(pair.copied.empty());
    EXPECT_EQ(pair.first.size(), 200u);
    return pair.messages;
  };
  // Records outside the range, twice, out of order, or too many.
  EXPECT_LE(attempts([&](const digest_request& asked) {
              return digest_answer{asked.request, {}, {tag("x")}};
            }),
            20u);
  EXPECT_LE(attempts([&](const digest_request& asked) {
              record_tag inside{id("5"), {}, 1};
              return digest_answer{asked.request, {}, {inside, inside}};
            }),
            20u);
  EXPECT_LE(attempts([&](const digest_request& asked) {
              return digest_answer{
                asked.request,
                {},
                {record_tag{id("5"), {}, 1}, record_tag{id("4"), {}, 1}}};
            }),
            20u);
  // Absurd counts, and too few parts.
  EXPECT_LE(attempts([&](const digest_request& asked) {
              std::vector<range_summary> parts(defaults::range_parts,
                                               {static_cast<uint32_t>(-1), {}});
              return digest_answer{asked.request, parts, {}};
            }),
            20u);
  EXPECT_LE(attempts([&](const digest_request& asked) {
              return digest_answer{asked.request, {{1, {}}}, {}};
            }),
            20u);
}

TEST(range_sync, endless_differences_end) {
  two_holders pair;
  fill_both(pair, 200);
  // Everything differs, however small the part.
  pair.lie = [](const digest_request& asked) {
    std::vector<range_summary> parts(defaults::range_parts, {1'000, {}});
    return digest_answer{asked.request, parts, {}};
  };
  pair.sync.start(pair.second_peer, whole_ring, pair.now);
  pair.run(1s);
  EXPECT_LE(pair.messages, 2 * defaults::digest_questions);
  EXPECT_FALSE(pair.sync.is_done());
}

TEST(range_sync, records_that_never_come_are_given_up) {
  two_holders pair;
  pair.lie = [](const digest_request& asked) {
    std::vector<record_tag> invented;
    for (const auto* place : {"1", "2", "3"})
      invented.push_back({id(place), {}, 1});
    return digest_answer{asked.request, {}, invented};
  };
  pair.sync.start(pair.second_peer, whole_ring, pair.now);
  pair.run(10s);
  EXPECT_TRUE(pair.sync.is_done());
  EXPECT_EQ(pair.messages, 2 + defaults::digest_attempts);
}

TEST(range_digest, drops_questions_when_there_is_too_much_to_go_through) {
  record_keeper records;
  for (int i = 0; i < 1'000; ++i)
    records.restore(make_record(std::to_string(i), 1));
  range_digest digests{records};
  size_t answers = 0;
  while (digests.answer({1, whole_ring}, beginning))
    ++answers;
  EXPECT_NEAR(static_cast<double>(answers), 1'000, 10);
  EXPECT_TRUE(digests.answer({1, whole_ring}, beginning + 1s));
}
