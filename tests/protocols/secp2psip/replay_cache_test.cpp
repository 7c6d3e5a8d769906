#include "protocols/secp2psip/replay_cache.hpp"

using namespace carillon;
using namespace carillon::secp2psip;
using namespace std::chrono_literals;

namespace {

const timestamp now{std::chrono::seconds{1'700'000'000}};

replay_entry entry(uint8_t nonce, timestamp time = now,
                   std::string sender = "alice@example.org") {
  return {time, message_nonce{nonce}, std::move(sender)};
}

std::optional<errc> refusal(const expected<void>& result) {
  if (result)
    return std::nullopt;
  return result.error().code;
}

} // namespace

TEST(replay_cache, admits_a_nonce_once) {
  replay_cache cache;
  EXPECT_TRUE(cache.admit(entry(1), now));
  EXPECT_EQ(refusal(cache.admit(entry(1), now)), errc::replayed);
  EXPECT_TRUE(cache.admit(entry(2), now));
}

TEST(replay_cache, refuses_a_nonce_under_another_time) {
  replay_cache cache;
  EXPECT_TRUE(cache.admit(entry(1), now));
  EXPECT_EQ(refusal(cache.admit(entry(1, now + 5s), now)), errc::replayed);
}

TEST(replay_cache, tells_senders_apart) {
  replay_cache cache;
  EXPECT_TRUE(cache.admit(entry(1), now));
  EXPECT_TRUE(cache.admit(entry(1, now, "carol@example.org"), now));
}

TEST(replay_cache, accepts_times_within_the_window_only) {
  replay_cache cache;
  EXPECT_TRUE(cache.admit(entry(1, now - 120s), now));
  EXPECT_TRUE(cache.admit(entry(2, now + 120s), now));
  EXPECT_EQ(refusal(cache.admit(entry(3, now - 121s), now)), errc::stale);
  EXPECT_EQ(refusal(cache.admit(entry(4, now + 121s), now)), errc::stale);
}

TEST(replay_cache, remembers_for_as_long_as_the_time_is_accepted) {
  replay_cache cache;
  const auto sent = now + 120s;
  EXPECT_TRUE(cache.admit(entry(1, sent), now));
  EXPECT_EQ(refusal(cache.admit(entry(1, sent), sent + 120s)), errc::replayed);
  EXPECT_EQ(refusal(cache.admit(entry(1, sent), sent + 121s)), errc::stale);
}

TEST(replay_cache, bounds_each_sender_and_all_together) {
  replay_cache cache{{.per_sender = 2, .in_all = 3}};
  EXPECT_TRUE(cache.admit(entry(1), now));
  EXPECT_TRUE(cache.admit(entry(2), now));
  EXPECT_EQ(refusal(cache.admit(entry(3), now)), errc::quota_exceeded);
  EXPECT_TRUE(cache.admit(entry(1, now, "bob@example.org"), now));
  EXPECT_EQ(refusal(cache.admit(entry(2, now, "bob@example.org"), now)),
            errc::overloaded);
  // A full cache still knows what it holds, and time makes room.
  EXPECT_EQ(refusal(cache.admit(entry(1), now)), errc::replayed);
  const auto later = now + 121s;
  EXPECT_TRUE(cache.admit(entry(3, later), later));
  EXPECT_EQ(cache.entries(later).size(), 1u);
}

TEST(replay_cache, refuses_replays_after_a_restart) {
  replay_cache before;
  ASSERT_TRUE(before.admit(entry(1), now));
  ASSERT_TRUE(before.admit(entry(2, now + 60s), now));
  replay_cache after;
  for (const auto& item : before.entries(now)) {
    const auto stored = decode_replay_entry(encode(item));
    ASSERT_TRUE(stored);
    EXPECT_EQ(*stored, item);
    after.restore(*stored, now + 10s);
  }
  EXPECT_EQ(refusal(after.admit(entry(1), now + 10s)), errc::replayed);
  EXPECT_EQ(refusal(after.admit(entry(2, now + 60s), now + 10s)),
            errc::replayed);
  EXPECT_TRUE(after.admit(entry(3), now + 10s));
}

TEST(replay_cache, restores_within_its_limits_and_only_what_matters) {
  replay_cache cache{{.per_sender = 1, .in_all = 2}};
  cache.restore(entry(1, now - 121s), now);
  EXPECT_TRUE(cache.entries(now).empty());
  for (uint8_t nonce = 1; nonce <= 3; ++nonce)
    cache.restore(entry(nonce), now);
  EXPECT_EQ(cache.entries(now).size(), 2u);
}

TEST(replay_cache, survives_a_stored_nonce_with_two_times) {
  replay_cache cache;
  cache.restore(entry(1), now);
  cache.restore(entry(1, now + 1s), now);
  EXPECT_EQ(cache.entries(now).size(), 1u);
  EXPECT_TRUE(cache.entries(now + 300s).empty());
}

TEST(replay_cache, refuses_malformed_stored_entries) {
  const auto good = encode(entry(1));
  ASSERT_TRUE(decode_replay_entry(good));
  for (size_t size = 0; size <= 24; ++size)
    EXPECT_FALSE(decode_replay_entry(byte_view{good}.first(size))) << size;
  auto late = good;
  late[0] = 0xff;
  EXPECT_FALSE(decode_replay_entry(late));
  auto huge = good;
  huge.resize(1000, 'x');
  EXPECT_FALSE(decode_replay_entry(huge));
}
