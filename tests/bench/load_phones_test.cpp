#include "bench/load/load_phones.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

using namespace carillon;
using testing::StartsWith;

namespace {

load_phones make_phones(size_t users) {
  return {"load-1-", users, "192.0.2.1:5060", "192.0.2.7:6000"};
}

/// Gives what arrives at the adapter.
sip::message sent(const sip::message& request) {
  return sip::parse_message(request.print()).value();
}

sip::message redirect(const sip::message& invite, const std::string& contact) {
  auto result = sip::make_response(invite, 302, "tag");
  result.append("Contact", "<" + contact + ">");
  return sent(result);
}

} // namespace

TEST(load_phones, share_an_address_and_number_their_requests) {
  auto phones = make_phones(2);
  const auto first = sent(phones.make_register(0, std::chrono::seconds{3600}));
  const auto second = sent(phones.make_invite(1, 0));
  EXPECT_EQ(first.request_uri(), "sip:192.0.2.1:5060");
  EXPECT_EQ(first.to().address, "sip:load-1-0@192.0.2.1:5060");
  EXPECT_EQ(first.contacts().front().address, "sip:load-1-0@192.0.2.7:6000");
  EXPECT_EQ(first.expires(), 3600u);
  EXPECT_THAT(first.call_id(), StartsWith("1@"));
  EXPECT_EQ(second.request_uri(), "sip:load-1-0@192.0.2.1:5060");
  EXPECT_EQ(second.from().address, "sip:load-1-1@192.0.2.1:5060");
  EXPECT_THAT(second.call_id(), StartsWith("2@"));
  EXPECT_NE(first.top_via().branch(), second.top_via().branch());
}

TEST(load_phones, register_one_after_the_other) {
  auto phones = make_phones(2);
  register_source source{phones, std::chrono::seconds{60}};
  std::vector<std::string> names;
  for (size_t i = 0; i < 3; ++i)
    names.push_back(source.make(i).to().address);
  EXPECT_EQ(names[0], names[2]);
  EXPECT_NE(names[0], names[1]);
  const auto request = source.make(3);
  EXPECT_EQ(source.judge(3, sip::make_response(request, 200, "tag")),
            std::nullopt);
  EXPECT_EQ(source.judge(3, sip::make_response(request, 503, "tag")), "503");
}

TEST(load_phones, call_each_pair_once_before_any_twice) {
  for (const size_t users : {2u, 3u, 4u, 7u, 20u}) {
    auto phones = make_phones(users);
    const call_source source{phones, call_source::pairs::distinct};
    const call_source warm{phones, call_source::pairs::same};
    std::set<std::set<size_t>> seen;
    const auto count = call_source::distinct_pairs(users);
    for (size_t i = 0; i < count; ++i) {
      const auto [caller, callee] = source.parties(i);
      EXPECT_NE(caller, callee);
      EXPECT_TRUE(seen.insert({caller, callee}).second) << users << ' ' << i;
    }
    EXPECT_EQ(seen.size(), count);
    for (size_t i = 0; i < 2 * users; ++i)
      EXPECT_TRUE(
        seen.contains({warm.parties(i).caller, warm.parties(i).callee}));
  }
}

TEST(load_phones, want_to_be_sent_to_the_contact_of_the_callee) {
  auto phones = make_phones(3);
  call_source source{phones, call_source::pairs::same};
  const auto invite = source.make(1);
  EXPECT_EQ(source.judge(1, redirect(invite, phones.contact(2))), std::nullopt);
  EXPECT_EQ(source.judge(1, redirect(invite, phones.contact(1))),
            "302 to another contact");
  EXPECT_EQ(source.judge(1, sip::make_response(invite, 302, "tag")),
            "302 to another contact");
  EXPECT_EQ(source.judge(1, sip::make_response(invite, 480, "tag")), "480");
  EXPECT_EQ(source.judge(1, sip::make_response(invite, 200, "tag")), "200");
}
