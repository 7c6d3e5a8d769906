#include "protocols/p2psip/record_keeper.hpp"
#include "tests/support/peers.hpp"

using namespace carillon;
using namespace carillon::p2psip;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

constexpr timestamp start{std::chrono::hours{1}};

/// Makes what a verified record looks like to a holder.
record_keeper::entry make_entry(const std::string& key, uint64_t epoch,
                                uint8_t bundle = 1) {
  const bytes content{bundle, static_cast<uint8_t>(epoch)};
  identity::record_info info;
  info.kind = identity::record_kind::location;
  info.key = key;
  info.position = chord::ring_id::hash(as_bytes(key));
  info.aor = {"alice", "example.org"};
  info.bundle = identity::fingerprint::of(bytes{bundle});
  info.content = identity::fingerprint::of(content);
  info.admission_epoch = bundle;
  info.epoch = epoch;
  info.expires = start + 10min;
  info.bound_until = start + 24h;
  return {info, std::make_shared<const bytes>(content)};
}

const std::string key = "alice@example.org";

} // namespace

TEST(record_keeper, serves_a_record_once_it_is_on_disk) {
  record_keeper keeper;
  const auto entry = make_entry(key, 1);
  EXPECT_TRUE(keeper.take(entry, start).value());
  EXPECT_EQ(keeper.answer_for(key, start), nullptr);
  keeper.confirm(entry);
  ASSERT_NE(keeper.answer_for(key, start), nullptr);
  EXPECT_EQ(keeper.answer_for(key, start)->content, entry.content);
}

TEST(record_keeper, the_same_bytes_need_no_second_write) {
  record_keeper keeper;
  keeper.take(make_entry(key, 1), start).value();
  keeper.confirm(make_entry(key, 1));
  EXPECT_FALSE(keeper.take(make_entry(key, 1), start).value());
}

TEST(record_keeper, the_first_of_two_keys_wins_before_it_is_on_disk) {
  record_keeper keeper;
  keeper.take(make_entry(key, 1, 1), start).value();
  const auto refused = keeper.take(make_entry(key, 2, 2), start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::name_taken);
}

TEST(record_keeper, a_failed_write_frees_the_name) {
  record_keeper keeper;
  const auto first = make_entry(key, 1, 1);
  keeper.take(first, start).value();
  keeper.revert(key, first.info.content);
  EXPECT_EQ(keeper.size(), 0u);
  EXPECT_TRUE(keeper.take(make_entry(key, 2, 2), start));
}

TEST(record_keeper, a_failed_write_keeps_the_record_before) {
  record_keeper keeper;
  keeper.take(make_entry(key, 1), start).value();
  keeper.confirm(make_entry(key, 1));
  const auto newer = make_entry(key, 2);
  keeper.take(newer, start).value();
  keeper.revert(key, newer.info.content);
  EXPECT_EQ(keeper.find(key)->info.epoch, 1u);
}

TEST(record_keeper, older_and_replayed_records_are_refused) {
  record_keeper keeper;
  keeper.take(make_entry(key, 5), start).value();
  keeper.confirm(make_entry(key, 5));
  EXPECT_EQ(keeper.take(make_entry(key, 4), start).error().code,
            errc::older_epoch);
  EXPECT_TRUE(keeper.take(make_entry(key, 6), start));
}

TEST(record_keeper, writes_that_overtake_each_other_end_with_the_newest) {
  record_keeper keeper;
  const auto older = make_entry(key, 1);
  const auto newer = make_entry(key, 2);
  keeper.take(older, start).value();
  keeper.take(newer, start).value();
  keeper.confirm(older);
  EXPECT_EQ(keeper.find(key)->info.epoch, 1u);
  keeper.confirm(newer);
  EXPECT_EQ(keeper.find(key)->info.epoch, 2u);
}

TEST(record_keeper, an_expired_record_is_no_answer_but_keeps_the_name) {
  record_keeper keeper;
  keeper.take(make_entry(key, 1), start).value();
  keeper.confirm(make_entry(key, 1));
  const auto later = start + 11min;
  EXPECT_EQ(keeper.answer_for(key, later), nullptr);
  EXPECT_TRUE(keeper.expire(later).empty());
  auto other = make_entry(key, 2, 2);
  other.info.expires = later + 10min;
  EXPECT_EQ(keeper.take(other, later).error().code, errc::name_taken);
}

TEST(record_keeper, a_name_is_free_when_its_binding_is_over) {
  record_keeper keeper;
  keeper.take(make_entry(key, 1), start).value();
  keeper.confirm(make_entry(key, 1));
  EXPECT_EQ(keeper.expire(start + 24h), std::vector{key});
  EXPECT_EQ(keeper.size(), 0u);
}

TEST(record_keeper, a_tombstone_is_an_answer) {
  record_keeper keeper;
  auto entry = make_entry(key, 1);
  entry.info.tombstone = true;
  keeper.take(entry, start).value();
  keeper.confirm(entry);
  EXPECT_NE(keeper.answer_for(key, start), nullptr);
}

TEST(record_keeper, a_full_peer_refuses_new_names_only) {
  record_keeper keeper{1};
  keeper.take(make_entry(key, 1), start).value();
  keeper.confirm(make_entry(key, 1));
  EXPECT_EQ(keeper.take(make_entry("bob@example.org", 1), start).error().code,
            errc::quota_exceeded);
  EXPECT_TRUE(keeper.take(make_entry(key, 2), start));
}

TEST(record_keeper, visits_the_records_of_a_range_clockwise) {
  record_keeper keeper;
  std::set<chord::ring_id> all;
  for (int i = 0; i < 20; ++i) {
    const auto entry = make_entry(std::to_string(i), 1);
    all.insert(entry.info.position);
    keeper.restore(entry);
  }
  const auto visited = [&](const chord::ring_id& from,
                           const chord::ring_id& to) {
    std::vector<chord::ring_id> result;
    keeper.visit({from, to}, start, [&](const record_keeper::entry& held) {
      result.push_back(held.info.position);
      return true;
    });
    return result;
  };
  const auto& middle = *std::next(all.begin(), 9);
  std::vector<chord::ring_id> expected(std::next(all.begin(), 10), all.end());
  expected.insert(expected.end(), all.begin(), std::next(all.begin(), 10));
  EXPECT_EQ(visited(middle, middle), expected);
  EXPECT_EQ(visited(*all.begin(), *std::next(all.begin())),
            std::vector{*std::next(all.begin())});
  EXPECT_TRUE(visited(middle, middle.plus_power_of_two(0)).empty());
}

TEST(record_keeper, visits_no_record_whose_name_is_free) {
  record_keeper keeper;
  const auto entry = make_entry(key, 1);
  keeper.restore(entry);
  const auto& at = entry.info.position;
  const auto count = [&](timestamp now) {
    size_t seen = 0;
    keeper.visit({at, at}, now, [&](const record_keeper::entry&) {
      ++seen;
      return false;
    });
    return seen;
  };
  EXPECT_EQ(count(entry.info.expires), 1u);
  EXPECT_EQ(count(entry.info.bound_until), 0u);
}

TEST(record_keeper, takes_a_copy_that_binds_a_name_though_it_is_over) {
  record_keeper keeper;
  const auto entry = make_entry(key, 1);
  const auto later = entry.info.expires;
  EXPECT_EQ(keeper.take(entry, later).error().code, errc::expired);
  EXPECT_TRUE(keeper.take(entry, later, identity::expiry_rule::any));
  EXPECT_EQ(keeper
              .take(make_entry("bob@example.org", 1), entry.info.bound_until,
                    identity::expiry_rule::any)
              .error()
              .code,
            errc::expired);
}

TEST(record_keeper, ends_with_the_earlier_admission_in_both_orders) {
  auto first = make_entry(key, 1, 1);
  auto second = make_entry(key, 2, 2);
  first.info.since = start - 2min;
  second.info.since = start - 1min;
  first.info.contestable_until = second.info.contestable_until = start + 24h;
  for (const bool in_order : {true, false}) {
    record_keeper keeper;
    for (const auto& copy :
         in_order ? std::vector{first, second} : std::vector{second, first}) {
      if (keeper.take(copy, start, identity::expiry_rule::any))
        keeper.confirm(copy);
    }
    EXPECT_EQ(keeper.find(key)->info.bundle, first.info.bundle);
  }
}
