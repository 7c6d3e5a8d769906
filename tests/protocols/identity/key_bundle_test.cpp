#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/pin.hpp"
#include "protocols/identity/succession.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;

namespace {

class key_bundle_test : public ring_test {
public:
  errc pin(const std::optional<fingerprint>& pinned, const user& found,
           const bytes& succession = {}) {
    return code_of(check_pin(pinned, found.bundle, succession, ring, check));
  }
};

} // namespace

TEST_F(key_bundle_test, holds_both_keys_of_either_suite) {
  for (auto kind : {suite::ed25519_x25519, suite::rsa}) {
    const auto alice = make_user("alice", 7, kind);
    EXPECT_EQ(alice.bundle.aor, alice.aor);
    EXPECT_EQ(alice.bundle.epoch, 7u);
    EXPECT_EQ(alice.bundle.created, start);
    EXPECT_EQ(alice.bundle.keys, alice.keys.public_half());
    EXPECT_EQ(alice.bundle.id(), alice.keys.public_half().id());
  }
}

TEST_F(key_bundle_test, is_signed_by_its_own_key) {
  const auto alice = make_user("alice");
  const auto mallory = make_user("mallory");
  // Alice's payload under Mallory's signature.
  auto sealed = must(envelope::decode(alice.encoded, defaults::max_bundle));
  auto forged = must(envelope::seal(envelope_kind::key_bundle, ring.ring(),
                                    sealed.payload, mallory.keys, rng));
  EXPECT_EQ(code_of(open_bundle(forged.encode(), ring, check)),
            errc::invalid_signature);
  for (size_t i = 0; i < alice.encoded.size(); ++i) {
    const auto altered = flipped(alice.encoded, i, 0x01);
    EXPECT_FALSE(open_bundle(altered, ring, check)) << i;
  }
}

TEST_F(key_bundle_test, belongs_to_one_ring) {
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto other = fingerprint::of(as_bytes("another ring"));
  const auto foreign_ring =
    must(seal_bundle({"alice", "example.org"}, 1, start, {}, other, keys, rng));
  EXPECT_EQ(code_of(open_bundle(foreign_ring, ring, check)), errc::wrong_ring);
  const auto foreign_domain = must(seal_bundle(
    {"alice", "example.com"}, 1, start, {}, ring.ring(), keys, rng));
  EXPECT_EQ(code_of(open_bundle(foreign_domain, ring, check)),
            errc::foreign_domain);
  const auto bad_name = must(seal_bundle({"Alice", "example.org"}, 1, start, {},
                                         ring.ring(), keys, rng));
  EXPECT_EQ(code_of(open_bundle(bad_name, ring, check)), errc::invalid_name);
}

TEST_F(key_bundle_test, needs_a_permitted_suite) {
  auto settings = ring.settings();
  settings.suites = {suite::rsa};
  ring = must(ring_descriptor::found(settings, bootstrap, rng));
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto encoded = must(seal_bundle({"alice", "example.org"}, 1, start, {},
                                        ring.ring(), keys, rng));
  EXPECT_EQ(code_of(open_bundle(encoded, ring, check)),
            errc::unsupported_suite);
}

TEST_F(key_bundle_test, refuses_fields_out_of_range) {
  const auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  const address_of_record aor{"alice", "example.org"};
  EXPECT_EQ(code_of(seal_bundle(aor, 0, start, {}, ring.ring(), keys, rng)),
            errc::malformed);
  EXPECT_EQ(code_of(seal_bundle(aor, 1, start, std::vector<bytes>(5),
                                ring.ring(), keys, rng)),
            errc::malformed);
  EXPECT_EQ(code_of(open_bundle(bytes(100'000), ring, check)), errc::too_large);
}

TEST_F(key_bundle_test, is_followed_by_what_its_key_signed_for) {
  const auto old = make_user("alice", 1);
  const auto replacement = make_user("alice", 2);
  const auto proof = succeed(old, replacement);
  const auto opened = must(open_succession(proof, ring, check));
  EXPECT_EQ(opened.aor, old.aor);
  EXPECT_EQ(opened.old_bundle, old.bundle.id());
  EXPECT_EQ(opened.new_bundle, replacement.bundle.id());
  EXPECT_EQ(opened.new_epoch, 2u);
  for (size_t i = 0; i < proof.size(); ++i) {
    const auto altered = flipped(proof, i, 0x01);
    EXPECT_FALSE(open_succession(altered, ring, check)) << i;
  }
}

TEST_F(key_bundle_test, is_not_followed_by_anything_else) {
  const auto old = make_user("alice", 2);
  const auto seal = [&](const user& replacement, const key_pair& signer) {
    return code_of(seal_succession(old.encoded, replacement.bundle, ring,
                                   signer, check, rng));
  };
  const auto replacement = make_user("alice", 3);
  EXPECT_EQ(seal(make_user("bob", 3), old.keys), errc::name_mismatch);
  EXPECT_EQ(seal(make_user("alice", 2), old.keys), errc::older_epoch);
  EXPECT_EQ(seal(replacement, replacement.keys), errc::invalid_key);
  EXPECT_EQ(seal(replacement, old.keys), errc::count_);
}

TEST_F(key_bundle_test, is_pinned_at_first_sight) {
  const auto alice = make_user("alice");
  EXPECT_EQ(must(check_pin(std::nullopt, alice.bundle, {}, ring, check)),
            pin_decision::first_sight);
  EXPECT_EQ(must(check_pin(alice.bundle.id(), alice.bundle, {}, ring, check)),
            pin_decision::unchanged);
}

TEST_F(key_bundle_test, is_pinned_anew_after_a_signed_change) {
  const auto old = make_user("alice", 1);
  const auto replacement = make_user("alice", 2);
  EXPECT_EQ(must(check_pin(old.bundle.id(), replacement.bundle,
                           succeed(old, replacement), ring, check)),
            pin_decision::succeeded);
}

TEST_F(key_bundle_test, raises_an_alarm_when_a_pinned_key_changes) {
  const auto old = make_user("alice", 1);
  const auto replacement = make_user("alice", 2);
  const auto another = make_user("alice", 2);
  const auto bob = make_user("bob", 1);
  const auto alarm = errc::unauthorized_key_change;
  EXPECT_EQ(pin(old.bundle.id(), replacement), alarm);
  EXPECT_EQ(pin(old.bundle.id(), replacement, to_bytes("junk")), alarm);
  EXPECT_EQ(pin(old.bundle.id(), another, succeed(old, replacement)), alarm);
  EXPECT_EQ(pin(bob.bundle.id(), replacement, succeed(old, replacement)),
            alarm);
  const auto refused =
    check_pin(old.bundle.id(), replacement.bundle, {}, ring, check);
  EXPECT_NE(refused.error().detail.find(old.bundle.id().to_groups()),
            std::string::npos);
}
