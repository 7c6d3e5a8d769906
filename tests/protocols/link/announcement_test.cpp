#include "protocols/link/announcement.hpp"
#include "protocols/link/defaults.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using link::announcement;
using link::decode_announcement;

namespace {

errc code_of(byte_view data) {
  const auto got = decode_announcement(data);
  return got ? errc::count_ : got.error().code;
}

class announcements : public testing::Test {
public:
  identity::fingerprint ring = identity::fingerprint::of(to_bytes("ring"));
  announcement node{ring, "192.0.2.1:7480"};
  bytes encoded = link::encode(node);
};

} // namespace

TEST_F(announcements, say_the_ring_and_the_address) {
  for (const auto* address : {"192.0.2.1:7480", "[2001:db8::1]:65535", ""}) {
    const announcement said{ring, address};
    const auto got = decode_announcement(link::encode(said));
    ASSERT_TRUE(got);
    EXPECT_EQ(*got, said);
  }
  EXPECT_EQ(encoded.size(), 8u + 1 + 32 + 1 + node.endpoint.size());
}

TEST_F(announcements, that_are_cut_off_or_longer_are_refused) {
  for (size_t size = 0; size < encoded.size(); ++size)
    EXPECT_EQ(code_of(byte_view{encoded}.first(size)), errc::malformed) << size;
  encoded.push_back('1');
  EXPECT_EQ(code_of(encoded), errc::malformed);
}

TEST_F(announcements, with_another_mark_or_version_are_refused) {
  auto other = encoded;
  other[0] = 'C';
  EXPECT_EQ(code_of(other), errc::malformed);
  encoded[8] = 2;
  EXPECT_EQ(code_of(encoded), errc::unsupported_version);
}

TEST_F(announcements, name_nothing_but_addresses) {
  for (const auto* address : {"example.org:7480", "1.2.3.4:5\n", "A", " "})
    EXPECT_EQ(code_of(link::encode(announcement{ring, address})),
              errc::malformed)
      << address;
  const std::string longest(link::defaults::max_announced_endpoint, '1');
  EXPECT_EQ(code_of(link::encode(announcement{ring, longest})), errc::count_);
  EXPECT_EQ(code_of(link::encode(announcement{ring, longest + '1'})),
            errc::malformed);
}
