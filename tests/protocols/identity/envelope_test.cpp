#include "protocols/identity/envelope.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

class envelope_test : public ring_test {
public:
  envelope seal(envelope_kind kind) {
    return must(
      envelope::seal(kind, ring.ring(), to_bytes("payload"), bootstrap, rng));
  }

  errc verify(const envelope& sealed) {
    return code_of(sealed.verify(envelope_kind::ticket, ring.ring(),
                                 bootstrap.public_half().signature, check));
  }
};

} // namespace

TEST_F(envelope_test, carries_signed_bytes) {
  const auto sealed = seal(envelope_kind::ticket);
  const auto again = must(envelope::decode(sealed.encode(), 1000));
  EXPECT_EQ(as_text(again.payload), "payload");
  EXPECT_EQ(verify(again), errc::count_);
}

TEST_F(envelope_test, is_for_one_kind_ring_and_signer) {
  EXPECT_EQ(verify(seal(envelope_kind::answer)), errc::malformed);
  auto sealed = seal(envelope_kind::ticket);
  sealed.ring = fingerprint::of(as_bytes("another ring"));
  EXPECT_EQ(verify(sealed), errc::wrong_ring);
  sealed = seal(envelope_kind::ticket);
  sealed.signer = fingerprint::of(as_bytes("another signer"));
  EXPECT_EQ(verify(sealed), errc::invalid_signature);
  // Changing the label does not carry the signature over.
  sealed = seal(envelope_kind::answer);
  sealed.kind = envelope_kind::ticket;
  EXPECT_EQ(verify(sealed), errc::invalid_signature);
}

TEST_F(envelope_test, shows_every_altered_byte) {
  const auto good = seal(envelope_kind::ticket).encode();
  for (size_t i = 0; i < good.size(); ++i) {
    const auto altered = flipped(good, i, 0x01);
    const auto sealed = envelope::decode(altered, 1000);
    EXPECT_TRUE(!sealed || verify(*sealed) != errc::count_) << i;
  }
}

TEST_F(envelope_test, refuses_what_is_not_canonical) {
  const auto good = seal(envelope_kind::ticket).encode();
  EXPECT_EQ(code_of(envelope::decode({}, 1000)), errc::unsupported_version);
  EXPECT_EQ(code_of(envelope::decode(good, good.size() - 1)), errc::too_large);
  auto extended = good;
  // Field 15, a varint: nobody knows it.
  extended.insert(extended.end(), {0x78, 0x01});
  EXPECT_EQ(code_of(envelope::decode(extended, 1000)), errc::malformed);
  auto repeated = good;
  // Field 2 once more, with the same value.
  repeated.insert(repeated.end(), {0x10, 0x02});
  EXPECT_EQ(code_of(envelope::decode(repeated, 1000)), errc::malformed);
  auto newer = good;
  newer[1] = 2;
  EXPECT_EQ(code_of(envelope::decode(newer, 1000)), errc::unsupported_version);
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(envelope::decode(byte_view{good}.first(size), 1000)
                   .and_then([&](const envelope& sealed) {
                     return sealed.verify(envelope_kind::ticket, ring.ring(),
                                          bootstrap.public_half().signature,
                                          check);
                   }));
}
