#include "protocols/cluster/defaults.hpp"
#include "protocols/cluster/messages.hpp"

#include <gtest/gtest.h>

namespace carillon::cluster {

namespace {

view sample_view() {
  return {{3, 17},
          {{4, "one", "10.0.0.1:7490"}, {9, "two", "10.0.0.2:7490"}},
          {{4, 0, 1}, {0, 9, 2}, {9, 4, 3}}};
}

std::vector<message> samples() {
  const auto with = [](auto body) {
    return message{77, 4, 3, std::move(body)};
  };
  return {with(vote_request{{2, 9}, true}),
          with(vote{false, true}),
          with(beat{8, 17, uint64_t{0xffffffffffffffff}, sample_view()}),
          with(beat{8, 0, std::nullopt, std::nullopt}),
          with(beat_answer{8, 12345, {3, 17}, 16}),
          with(join_request{{9, "two", "10.0.0.2:7490"}}),
          with(leave_request{})};
}

template <class T>
void expect_refused(const expected<T>& got, errc code) {
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, code) << to_string(got.error());
}

} // namespace

TEST(cluster_codec, reads_what_it_wrote) {
  for (const auto& sample : samples()) {
    const auto got = decode_message(encode(sample));
    ASSERT_TRUE(got) << to_string(got.error());
    EXPECT_EQ(*got, sample);
  }
  const council_state state{77, 4, 3, 9, sample_view()};
  const auto got = decode_council_state(encode(state));
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(*got, state);
}

TEST(cluster_codec, refuses_truncated_messages) {
  for (const auto& sample : samples()) {
    const auto whole = encode(sample);
    for (size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decode_message(byte_view{whole}.first(size))) << size;
  }
}

TEST(cluster_codec, refuses_what_follows_a_message) {
  for (const auto& sample : samples()) {
    auto data = encode(sample);
    data.insert(data.end(), {0xa0, 0x06, 0x01}); // an unknown field
    expect_refused(decode_message(data), errc::malformed);
  }
}

TEST(cluster_codec, refuses_messages_that_are_too_large) {
  expect_refused(decode_message(bytes(defaults::max_message + 1)),
                 errc::too_large);
  auto many = sample_view();
  many.seats.resize(defaults::max_seats + 1);
  expect_refused(
    decode_message(encode(message{77, 4, 3, beat{1, 1, {}, many}})),
    errc::too_large);
  auto crowd = sample_view();
  for (member_id id = 10; crowd.members.size() <= defaults::max_members; ++id)
    crowd.members.push_back({id, "name", "host:1"});
  expect_refused(decode_council_state(encode(council_state{1, 4, 3, 0, crowd})),
                 errc::too_large);
  expect_refused(decode_message(encode(message{
                   77, 4, 3, join_request{{4, std::string(300, 'a'), "b:1"}}})),
                 errc::too_large);
}

TEST(cluster_codec, refuses_members_out_of_order_or_without_an_id) {
  auto wrong = sample_view();
  std::swap(wrong.members[0], wrong.members[1]);
  expect_refused(
    decode_message(encode(message{77, 4, 3, beat{1, 1, {}, wrong}})),
    errc::malformed);
  wrong.members[1] = wrong.members[0];
  expect_refused(
    decode_message(encode(message{77, 4, 3, beat{1, 1, {}, wrong}})),
    errc::malformed);
  wrong.members = {{0, "nobody", "host:1"}};
  expect_refused(
    decode_message(encode(message{77, 4, 3, beat{1, 1, {}, wrong}})),
    errc::malformed);
  expect_refused(decode_message(encode(message{77, 0, 3, leave_request{}})),
                 errc::malformed);
  expect_refused(decode_council_state(encode(council_state{})),
                 errc::malformed);
}

} // namespace carillon::cluster
