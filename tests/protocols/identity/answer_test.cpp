#include "protocols/identity/answer.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

class answer_test : public ring_test {
public:
  key_pair node = must(key_pair::generate(suite::ed25519_x25519, rng));

  ticket grant{node.public_half().signature,
               {1, 2, 3},
               4,
               start,
               start + std::chrono::days{30}};

  bytes encoded_ticket = must(seal_ticket(grant, ring, bootstrap, rng));

  answer given{{9, 9, 9},
               "alice@example.org.1",
               to_bytes("record"),
               must(grant.position(2)),
               2,
               start};

  bytes seal(const key_pair& signer) {
    return must(seal_answer(given, encoded_ticket, ring.ring(), signer, rng));
  }

  expected<verified_answer> open(const bytes& encoded, timestamp now = start) {
    return open_answer(encoded, {9, 9, 9}, "alice@example.org.1", ring, check,
                       now);
  }
};

} // namespace

TEST_F(answer_test, tells_who_holds_what) {
  const auto found = must(open(seal(node)));
  EXPECT_EQ(found.node, node.public_half().signature.id());
  EXPECT_EQ(found.answer.peer, given.peer);
  ASSERT_TRUE(found.answer.record);
  EXPECT_EQ(as_text(*found.answer.record), "record");
}

TEST_F(answer_test, says_absent_under_a_signature) {
  given.record.reset();
  EXPECT_FALSE(must(open(seal(node))).answer.record);
}

TEST_F(answer_test, belongs_to_one_request) {
  const auto encoded = seal(node);
  EXPECT_EQ(code_of(open_answer(encoded, {8}, given.key, ring, check, start)),
            errc::replayed);
  EXPECT_EQ(code_of(open_answer(encoded, given.nonce, "alice@example.org.2",
                                ring, check, start)),
            errc::replayed);
  EXPECT_TRUE(open(encoded, start + std::chrono::seconds{120}));
  EXPECT_EQ(code_of(open(encoded, start + std::chrono::seconds{121})),
            errc::stale);
}

TEST_F(answer_test, comes_from_the_node_of_the_ticket) {
  EXPECT_EQ(code_of(open(seal(bootstrap))), errc::invalid_signature);
  given.peer_index = 3;
  EXPECT_EQ(code_of(open(seal(node))), errc::name_mismatch);
  given.peer_index = 4;
  EXPECT_EQ(code_of(open(seal(node))), errc::name_mismatch);
}

TEST_F(answer_test, shows_every_altered_byte) {
  const auto good = seal(node);
  for (size_t i = 0; i < good.size(); ++i) {
    const auto altered = flipped(good, i, 0x04);
    EXPECT_FALSE(open(altered)) << i;
  }
  for (size_t size = 0; size < good.size(); size += 7)
    EXPECT_FALSE(open({good.begin(), good.begin() + size}));
  EXPECT_EQ(code_of(open(bytes(defaults::max_answer + 1))), errc::too_large);
}

TEST_F(answer_test, pays_for_a_ticket_once) {
  EXPECT_TRUE(open(seal(node)));
  const auto before = check.checks();
  given.time += std::chrono::seconds{1};
  EXPECT_TRUE(open(seal(node)));
  EXPECT_EQ(check.checks(), before + 1);
}
