#include "protocols/sip/stored_bindings.hpp"

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

std::vector<binding> phones_over(const flow& source) {
  const auto request =
    parse_text("REGISTER sip:example.org SIP/2.0\n"
               "Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKr\n"
               "From: <sip:alice@example.org>;tag=a1\n"
               "To: <sip:alice@example.org>\n"
               "Call-ID: reg-1\nCSeq: 7 REGISTER\n"
               "Contact: \"A\" <sip:alice@192.0.2.7:5070>;q=0.5;x=y\n"
               "Contact: <sip:alice@192.0.2.7:5080>;expires=600\n\n");
  registrar phones;
  EXPECT_EQ(phones.apply(request, source, epoch).status, 200u);
  return phones.bindings(epoch);
}

} // namespace

TEST(stored_bindings, come_back_as_they_were) {
  const auto before = phones_over(udp_flow());
  const auto after = decode_bindings(encode_bindings(before));
  ASSERT_TRUE(after);
  ASSERT_EQ(after->size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ((*after)[i].contact, before[i].contact);
    EXPECT_EQ((*after)[i].target, before[i].target);
    EXPECT_EQ((*after)[i].q, before[i].q);
    EXPECT_EQ((*after)[i].call_id, before[i].call_id);
    EXPECT_EQ((*after)[i].cseq, before[i].cseq);
    EXPECT_EQ((*after)[i].expires, before[i].expires);
    EXPECT_EQ((*after)[i].source, before[i].source);
  }
}

TEST(stored_bindings, connections_are_forgotten) {
  const auto after = decode_bindings(encode_bindings(phones_over(tcp_flow())));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->front().source.connection, 0u);
}

TEST(stored_bindings, damaged_bytes_are_refused) {
  const auto good = encode_bindings(phones_over(udp_flow()));
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(decode_bindings(byte_view{good}.first(size))
                   .value_or(std::vector<binding>{})
                   .size()
                 == 2);
  EXPECT_EQ(decode_bindings(to_bytes("nonsense")).error().code,
            errc::malformed);
}

TEST(stored_bindings, are_restored_while_they_live) {
  const auto stored = phones_over(udp_flow());
  registrar phones;
  for (const auto& phone : stored)
    phones.restore(phone, epoch + std::chrono::seconds{700});
  EXPECT_EQ(phones.bindings(epoch + std::chrono::seconds{700}).size(), 1u);
}

} // namespace carillon::sip
