#include "protocols/identity/certificate.hpp"
#include "protocols/identity/share_reader.hpp"

#include "fixture.hpp"

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;
using std::chrono::days;

namespace {

const validity ten_years{start - days{1}, start + days{3650}};
const validity one_year{start, start + days{365}};

class certificate_test : public testing::Test {
public:
  Botan::ChaCha_RNG rng = make_rng(5);
  key_pair authority = must(key_pair::generate(suite::ed25519_x25519, rng));
  bytes ca = must(make_ca_certificate("Test CA", authority, ten_years, rng));
  key_pair keys = must(key_pair::generate(suite::ed25519_x25519, rng));
  address_of_record alice{"alice", "example.org"};
  bytes certificate = must(make_user_certificate(
    alice, keys.public_half().signature, ca, authority, one_year, rng));

  expected<public_key> verify(const std::vector<bytes>& chain,
                              const address_of_record& aor,
                              timestamp now = start) {
    return verify_user_chain(chain, std::vector<bytes>{ca}, aor, now);
  }
};

} // namespace

TEST_F(certificate_test, names_a_user) {
  EXPECT_EQ(must(verify({certificate}, alice)), keys.public_half().signature);
  EXPECT_EQ(must(verify({certificate, ca}, alice)),
            keys.public_half().signature);
  EXPECT_EQ(code_of(verify({certificate}, {"bob", "example.org"})),
            errc::name_mismatch);
}

TEST_F(certificate_test, names_a_node) {
  const auto node = must(make_node_certificate("node1.example.org",
                                               keys.public_half().signature, ca,
                                               authority, one_year, rng));
  const std::vector<bytes> chain{node};
  const std::vector<bytes> authorities{ca};
  EXPECT_TRUE(
    verify_node_chain(chain, authorities, "node1.example.org", start));
  EXPECT_EQ(
    code_of(verify_node_chain(chain, authorities, "node2.example.org", start)),
    errc::name_mismatch);
  // A node is no user and the other way round.
  EXPECT_EQ(code_of(verify(chain, alice)), errc::name_mismatch);
  EXPECT_EQ(
    code_of(make_node_certificate("*.example.org", keys.public_half().signature,
                                  ca, authority, one_year, rng)),
    errc::invalid_name);
}

TEST_F(certificate_test, works_with_rsa) {
  const auto rsa = must(key_pair::generate(suite::rsa, rng));
  const auto rsa_ca = must(make_ca_certificate("RSA CA", rsa, ten_years, rng));
  const std::vector<bytes> chain{must(make_user_certificate(
    alice, rsa.public_half().signature, rsa_ca, rsa, one_year, rng))};
  const std::vector<bytes> authorities{rsa_ca};
  EXPECT_EQ(must(verify_user_chain(chain, authorities, alice, start)),
            rsa.public_half().signature);
}

TEST_F(certificate_test, is_good_for_its_time) {
  EXPECT_EQ(code_of(verify({certificate}, alice, start + days{366})),
            errc::expired);
  EXPECT_EQ(code_of(verify({certificate}, alice, start - days{1})),
            errc::not_yet_valid);
}

TEST_F(certificate_test, comes_from_a_trusted_authority) {
  const auto stranger = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto other =
    must(make_ca_certificate("Other CA", stranger, ten_years, rng));
  // Of the same name, too.
  const auto twin =
    must(make_ca_certificate("Test CA", stranger, ten_years, rng));
  for (const auto& issuer : {other, twin}) {
    const auto foreign = must(make_user_certificate(
      alice, keys.public_half().signature, issuer, stranger, one_year, rng));
    EXPECT_EQ(code_of(verify({foreign}, alice)), errc::untrusted_certificate);
    EXPECT_EQ(code_of(verify({foreign, issuer}, alice)),
              errc::untrusted_certificate);
  }
  EXPECT_EQ(code_of(verify({}, alice)), errc::untrusted_certificate);
  EXPECT_EQ(code_of(verify({ca}, alice)), errc::untrusted_certificate);
}

TEST_F(certificate_test, is_not_made_without_the_authority) {
  EXPECT_EQ(code_of(make_user_certificate(alice, keys.public_half().signature,
                                          ca, keys, one_year, rng)),
            errc::untrusted_certificate);
  // A user's certificate makes nobody an authority.
  EXPECT_EQ(code_of(make_user_certificate(alice, keys.public_half().signature,
                                          certificate, keys, one_year, rng)),
            errc::untrusted_certificate);
  EXPECT_EQ(code_of(make_ca_certificate("", authority, ten_years, rng)),
            errc::malformed);
  EXPECT_EQ(code_of(make_ca_certificate("CA", authority, {start, start}, rng)),
            errc::malformed);
}

TEST_F(certificate_test, shows_every_altered_byte) {
  for (size_t i = 0; i < certificate.size(); ++i) {
    const auto altered = flipped(certificate, i, 0x01);
    EXPECT_FALSE(verify({altered}, alice)) << i;
  }
  EXPECT_EQ(code_of(verify({bytes(5000)}, alice)), errc::too_large);
  EXPECT_EQ(code_of(verify(std::vector<bytes>(5, certificate), alice)),
            errc::too_large);
}

TEST_F(certificate_test, is_shown_and_written_as_text) {
  const auto text = must(show_certificate(certificate));
  EXPECT_NE(text.find("URI:sip:alice@example.org"), std::string::npos);
  EXPECT_NE(text.find(keys.public_half().signature.id().to_groups()),
            std::string::npos);
  EXPECT_EQ(code_of(show_certificate(to_bytes("junk"))), errc::malformed);
  const auto pem = certificate_to_pem(certificate) + certificate_to_pem(ca);
  EXPECT_EQ(must(certificates_from_pem(pem)),
            (std::vector<bytes>{certificate, ca}));
  EXPECT_EQ(must(certificates_from_pem(pem + "\ntext\n")).size(), 2u);
  // A damaged one is not passed over.
  EXPECT_EQ(code_of(certificates_from_pem(pem.substr(0, pem.size() - 60))),
            errc::malformed);
  EXPECT_EQ(code_of(certificates_from_pem("")), errc::malformed);
  EXPECT_EQ(code_of(certificates_from_pem("junk")), errc::malformed);
  EXPECT_EQ(code_of(certificates_from_pem(std::string(300'000, 'x'))),
            errc::too_large);
}

// -- enrolled mode ------------------------------------------------------------

namespace {

class enrolled_test : public ring_test {
public:
  enrolled_test() {
    auto settings = settings_for(bootstrap);
    settings.identity = identity_mode::enrolled;
    settings.ca_certificates = {ca};
    ring = must(ring_descriptor::found(settings, bootstrap, rng));
  }

  /// Makes a user with a certificate for `certified_name`.
  user enroll(const std::string& name, const std::string& certified_name,
              uint64_t epoch = 1) {
    address_of_record aor{name, "example.org"};
    auto keys = must(key_pair::generate(suite::ed25519_x25519, rng));
    auto certificate = must(make_user_certificate(
      {certified_name, "example.org"}, keys.public_half().signature, ca,
      authority, one_year, rng));
    auto encoded = must(
      seal_bundle(aor, epoch, start, {certificate}, ring.ring(), keys, rng));
    auto bundle = must(open_bundle(encoded, ring, check));
    return {std::move(aor), std::move(keys), std::move(encoded),
            std::move(bundle)};
  }

  errc split(const user& who, timestamp now = start) {
    return code_of(
      split_bundle(who.encoded, {}, 1, ring, bootstrap, check, now, rng));
  }

  key_pair authority = must(key_pair::generate(suite::ed25519_x25519, rng));
  bytes ca = must(make_ca_certificate("Test CA", authority, ten_years, rng));
};

} // namespace

TEST_F(enrolled_test, admits_certified_names_only) {
  const auto alice = enroll("alice", "alice");
  const auto set = admit(alice, 1);
  EXPECT_TRUE(verified(set.shares[0]).certified);
  EXPECT_TRUE(verified(locate(alice, set, 1)).certified);
  EXPECT_EQ(split(enroll("alice", "bob")), errc::name_mismatch);
  EXPECT_EQ(split(make_user("alice")), errc::untrusted_certificate);
  EXPECT_EQ(split(alice, start + days{400}), errc::expired);
}

TEST_F(enrolled_test, refuses_a_certificate_of_another_key) {
  const auto alice = enroll("alice", "alice");
  const auto mallory = must(key_pair::generate(suite::ed25519_x25519, rng));
  const auto stolen = must(seal_bundle(
    alice.aor, 2, start, alice.bundle.certificates, ring.ring(), mallory, rng));
  EXPECT_EQ(
    code_of(split_bundle(stolen, {}, 2, ring, bootstrap, check, start, rng)),
    errc::name_mismatch);
}

TEST_F(enrolled_test, changes_a_key_with_a_certificate) {
  const auto old = enroll("alice", "alice");
  const auto replacement = enroll("alice", "alice", 2);
  const auto held = verified(admit(old, 100).shares[0]);
  const auto offered = verified(admit(replacement, 101).shares[0]);
  EXPECT_TRUE(may_replace(&held, offered, start));
  EXPECT_EQ(code_of(may_replace(&offered, held, start)), errc::older_epoch);
}

TEST_F(enrolled_test, a_certified_key_needs_no_majority_of_the_holders) {
  const auto old = enroll("alice", "alice");
  const auto replacement = enroll("alice", "alice", 2);
  const auto before = admit(old, 100);
  const auto after = admit(replacement, 101);
  share_reader reader{old.aor, ring, check, 1, 1};
  // Most holders of most shares still have the key before.
  while (!reader.finished()) {
    for (const auto& asked : reader.requests()) {
      const bool is_new = asked.index >= 4 && asked.replica == 0;
      reader.on_record(
        asked, {}, (is_new ? after : before).shares[asked.index - 1u], start);
    }
  }
  EXPECT_EQ(must(reader.result(start)).encoded, replacement.encoded);
}

TEST_F(enrolled_test, refuses_admissions_of_the_ad_hoc_kind) {
  auto ad_hoc = settings_for(bootstrap);
  const auto enrolled = ring;
  ring = must(ring_descriptor::found(ad_hoc, bootstrap, rng));
  const auto alice = make_user("alice");
  const auto set = admit(alice, 1);
  EXPECT_EQ(code_of(verify_record(set.shares[0], enrolled, check, start)),
            errc::wrong_ring);
}
