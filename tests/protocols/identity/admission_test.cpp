#include "protocols/identity/admission.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

class admission_test : public ring_test {
public:
  user alice = make_user("alice");
  admission_set admitted = admit(alice, 100);

  std::vector<verified_share> open_all(const admission_set& set) {
    std::vector<verified_share> result;
    for (const auto& share : set.shares)
      result.push_back(must(open_share(share, ring, check, start)));
    return result;
  }

  errc split(const bytes& bundle, const bytes& succession = {}) {
    return code_of(split_bundle(bundle, succession, 101, ring, bootstrap, check,
                                start, rng));
  }
};

} // namespace

TEST_F(admission_test, makes_n_shares_that_verify_by_themselves) {
  ASSERT_EQ(admitted.shares.size(), 8u);
  for (uint8_t i = 1; i <= 8; ++i) {
    const auto share =
      must(open_share(admitted.shares[i - 1], ring, check, start));
    EXPECT_EQ(share.index, i);
    EXPECT_EQ(share.admission.aor, alice.aor);
    EXPECT_EQ(share.admission.bundle, alice.bundle.id());
    EXPECT_EQ(share.admission.epoch, 100u);
    EXPECT_EQ(share.admission.k, 4);
    EXPECT_EQ(share.admission.n, 8);
    EXPECT_FALSE(share.admission.predecessor);
    EXPECT_FALSE(share.admission.certified);
  }
}

TEST_F(admission_test, costs_one_signature_check_a_set) {
  verifier fresh;
  for (const auto& share : admitted.shares)
    EXPECT_TRUE(open_share(share, ring, fresh, start));
  EXPECT_EQ(fresh.checks(), 1u);
}

TEST_F(admission_test, rebuilds_from_any_k_shares) {
  const auto shares = open_all(admitted);
  for (unsigned subset = 0; subset < 256; ++subset) {
    std::vector<verified_share> some;
    for (size_t i = 0; i < shares.size(); ++i) {
      if (subset & (1u << i))
        some.push_back(shares[i]);
    }
    const auto rebuilt = combine_shares(some, ring, check, start);
    if (some.size() < 4) {
      EXPECT_EQ(code_of(rebuilt), errc::not_enough_shares) << subset;
    } else {
      ASSERT_TRUE(rebuilt) << subset;
      EXPECT_EQ(rebuilt->encoded, alice.encoded);
      EXPECT_EQ(rebuilt->bundle.keys, alice.keys.public_half());
    }
  }
}

TEST_F(admission_test, carries_rsa_bundles_and_extreme_thresholds) {
  for (auto [k, n] : {std::pair<uint8_t, uint8_t>{2, 2}, {254, 254}}) {
    auto settings = ring.settings();
    settings.k = k;
    settings.n = n;
    ring = must(ring_descriptor::found(settings, bootstrap, rng));
    const auto bob = make_user("bob", 1, suite::rsa);
    const auto set = admit(bob, 1);
    const auto rebuilt = combine_shares(open_all(set), ring, check, start);
    ASSERT_TRUE(rebuilt);
    EXPECT_EQ(rebuilt->encoded, bob.encoded);
  }
}

TEST_F(admission_test, counts_a_share_once) {
  auto shares = open_all(admitted);
  shares.resize(3);
  shares.push_back(shares.front());
  EXPECT_EQ(code_of(combine_shares(shares, ring, check, start)),
            errc::not_enough_shares);
}

TEST_F(admission_test, does_not_mix_sets) {
  auto shares = open_all(admitted);
  const auto others = open_all(admit(alice, 101));
  shares.resize(3);
  shares.push_back(others[3]);
  EXPECT_EQ(code_of(combine_shares(shares, ring, check, start)),
            errc::share_mismatch);
}

TEST_F(admission_test, shows_every_altered_byte) {
  const auto& good = admitted.shares[0];
  for (size_t i = 0; i < good.size(); ++i) {
    for (unsigned bit : {0x01, 0x80}) {
      const auto altered = flipped(good, i, bit);
      EXPECT_FALSE(open_share(altered, ring, check, start)) << i;
    }
  }
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(open_share({good.data(), size}, ring, check, start));
}

TEST_F(admission_test, ties_a_value_to_its_index) {
  // The value of share 2 in the record of share 1: swap one byte of the index.
  auto swapped = admitted.shares[0];
  const auto other = admitted.shares[1];
  ASSERT_EQ(swapped.size(), other.size());
  size_t differences = 0;
  for (size_t i = 0; i < swapped.size() && differences == 0; ++i) {
    if (swapped[i] != other[i]) {
      swapped[i] = other[i];
      ++differences;
    }
  }
  EXPECT_EQ(code_of(open_share(swapped, ring, check, start)),
            errc::share_mismatch);
}

TEST_F(admission_test, is_good_for_its_time) {
  const auto& share = admitted.shares[0];
  const auto open = [&](timestamp now) {
    return code_of(open_share(share, ring, check, now));
  };
  EXPECT_EQ(open(start + std::chrono::days{29}), errc::count_);
  EXPECT_EQ(open(start + std::chrono::days{30}), errc::expired);
  EXPECT_EQ(open(start - std::chrono::seconds{120}), errc::count_);
  EXPECT_EQ(open(start - std::chrono::seconds{121}), errc::not_yet_valid);
}

TEST_F(admission_test, needs_the_threshold_of_its_ring) {
  auto settings = ring.settings();
  settings.k = 5;
  const auto stricter = must(ring.next(settings, bootstrap, rng));
  EXPECT_EQ(code_of(open_share(admitted.shares[0], stricter, check, start)),
            errc::invalid_threshold);
}

TEST_F(admission_test, comes_from_a_bootstrap_server_of_this_ring) {
  const auto stranger = must(key_pair::generate(suite::ed25519_x25519, rng));
  EXPECT_EQ(code_of(split_bundle(alice.encoded, {}, 1, ring, stranger, check,
                                 start, rng)),
            errc::invalid_key);
  const auto other =
    must(ring_descriptor::found(settings_for(stranger), stranger, rng));
  EXPECT_EQ(code_of(open_share(admitted.shares[0], other, check, start)),
            errc::wrong_ring);
}

TEST_F(admission_test, refuses_bundles_that_are_not_in_order) {
  auto altered = alice.encoded;
  altered[altered.size() / 2] ^= 1;
  EXPECT_NE(split(altered), errc::count_);
  EXPECT_EQ(split(to_bytes("junk")), errc::malformed);
  const auto early =
    must(seal_bundle(alice.aor, 1, start + std::chrono::hours{1}, {},
                     ring.ring(), alice.keys, rng));
  EXPECT_EQ(split(early), errc::not_yet_valid);
}

TEST_F(admission_test, carries_a_succession_for_this_bundle_only) {
  const auto replacement = make_user("alice", 2);
  const auto another = make_user("alice", 2);
  const auto proof = succeed(alice, replacement);
  const auto set = admit(replacement, 101, start, proof);
  const auto share = must(open_share(set.shares[0], ring, check, start));
  EXPECT_EQ(share.admission.predecessor, alice.bundle.id());
  EXPECT_EQ(share.admission.succession, proof);
  EXPECT_EQ(split(another.encoded, proof), errc::unauthorized_key_change);
  EXPECT_EQ(split(replacement.encoded, to_bytes("junk")), errc::malformed);
}
