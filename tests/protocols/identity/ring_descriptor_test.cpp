#include "protocols/identity/ring_descriptor.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

class ring_descriptor_test : public ring_test {
public:
  errc refusal(auto&& change) {
    auto settings = ring.settings();
    change(settings);
    return code_of(settings.validate());
  }

  errc next_refusal(auto&& change) {
    auto settings = ring.settings();
    change(settings);
    return code_of(ring.next(settings, bootstrap, rng));
  }
};

} // namespace

TEST_F(ring_descriptor_test, is_found_again_in_its_bytes) {
  const auto again = must(ring_descriptor::open(ring.encoded(), check));
  EXPECT_EQ(again.settings(), ring.settings());
  EXPECT_EQ(again.ring(), ring.ring());
  EXPECT_EQ(again.version(), 1u);
  EXPECT_EQ(again.encoded(), ring.encoded());
}

TEST_F(ring_descriptor_test, refuses_bad_thresholds) {
  const auto with = [this](uint8_t k, uint8_t n) {
    return refusal([=](ring_settings& s) { s.k = k, s.n = n; });
  };
  EXPECT_EQ(with(2, 2), errc::count_);
  EXPECT_EQ(with(2, 254), errc::count_);
  EXPECT_EQ(with(254, 254), errc::count_);
  EXPECT_EQ(with(0, 8), errc::invalid_threshold);
  EXPECT_EQ(with(1, 8), errc::invalid_threshold);
  EXPECT_EQ(with(9, 8), errc::invalid_threshold);
  EXPECT_EQ(with(2, 255), errc::invalid_threshold);
}

TEST_F(ring_descriptor_test, refuses_bad_settings) {
  using s = ring_settings&;
  EXPECT_EQ(refusal([](s r) { r.domain = "Example.org"; }), errc::invalid_name);
  EXPECT_EQ(refusal([](s r) { r.replicas = 0; }), errc::malformed);
  EXPECT_EQ(refusal([](s r) { r.replicas = 200; }), errc::malformed);
  EXPECT_EQ(refusal([](s r) { r.suites.clear(); }), errc::malformed);
  EXPECT_EQ(refusal([](s r) {
              r.suites = {suite::rsa, suite::rsa};
            }),
            errc::malformed);
  EXPECT_EQ(refusal([](s r) { r.modes.clear(); }), errc::malformed);
  EXPECT_EQ(refusal([](s r) { r.location_lifetime = duration{0}; }),
            errc::malformed);
  EXPECT_EQ(refusal([](s r) { r.admission_lifetime = duration::max(); }),
            errc::malformed);
  EXPECT_EQ(refusal([](s r) { r.bootstrap_keys.clear(); }), errc::malformed);
  EXPECT_EQ(
    refusal([](s r) { r.bootstrap_keys.push_back(r.bootstrap_keys.front()); }),
    errc::malformed);
  EXPECT_EQ(refusal([](s r) {
              r.bootstrap_keys = {{1, 2, 3}};
            }),
            errc::malformed);
  EXPECT_EQ(refusal([](s r) { r.identity = identity_mode::enrolled; }),
            errc::malformed);
  EXPECT_EQ(refusal([](s r) {
              r.ca_certificates = {{1, 2, 3}};
            }),
            errc::malformed);
}

TEST_F(ring_descriptor_test, is_founded_by_a_listed_bootstrap_server) {
  const auto stranger = must(key_pair::generate(suite::ed25519_x25519, rng));
  EXPECT_EQ(code_of(ring_descriptor::found(ring.settings(), stranger, rng)),
            errc::invalid_key);
}

TEST_F(ring_descriptor_test, shows_every_altered_byte) {
  for (size_t i = 0; i < ring.encoded().size(); ++i) {
    const auto altered = flipped(ring.encoded(), i, 0x01);
    EXPECT_FALSE(ring_descriptor::open(altered, check)) << i;
  }
}

TEST_F(ring_descriptor_test, goes_on_with_a_signed_successor) {
  const auto helper = must(key_pair::generate(suite::ed25519_x25519, rng));
  auto settings = ring.settings();
  settings.bootstrap_keys.push_back(helper.public_half().signature.spki());
  const auto second = must(ring.next(settings, bootstrap, rng));
  EXPECT_EQ(second.version(), 2u);
  EXPECT_EQ(second.ring(), ring.ring());
  const auto again = must(ring.open_next(second.encoded(), check));
  EXPECT_EQ(again.settings(), settings);
  // The new server may sign the third version, but not the second.
  EXPECT_TRUE(second.next(settings, helper, rng));
  EXPECT_EQ(code_of(ring.next(settings, helper, rng)), errc::invalid_key);
  const auto third = must(second.next(settings, bootstrap, rng));
  EXPECT_EQ(code_of(ring.open_next(third.encoded(), check)), errc::older_epoch);
  EXPECT_EQ(code_of(second.open_next(second.encoded(), check)),
            errc::older_epoch);
  EXPECT_EQ(code_of(ring_descriptor::open(second.encoded(), check)),
            errc::malformed);
}

TEST_F(ring_descriptor_test, cannot_be_weakened) {
  using s = ring_settings&;
  EXPECT_EQ(next_refusal([](s r) { r.k = 3; }), errc::malformed);
  EXPECT_EQ(next_refusal([](s r) { r.domain = "example.com"; }),
            errc::malformed);
  EXPECT_EQ(next_refusal([](s r) { r.k = 5; }), errc::count_);
}

TEST_F(ring_descriptor_test, is_not_followed_by_a_stranger) {
  const auto stranger = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto other =
    must(ring_descriptor::found(settings_for(stranger), stranger, rng));
  const auto forged = must(other.next(other.settings(), stranger, rng));
  EXPECT_EQ(code_of(ring.open_next(forged.encoded(), check)), errc::wrong_ring);
}
