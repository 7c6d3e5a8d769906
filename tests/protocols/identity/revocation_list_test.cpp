#include "protocols/identity/certificate.hpp"
#include "protocols/identity/revocation_list.hpp"

#include "fixture.hpp"
#include <fstream>
#include <sstream>

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;
using std::chrono::days;

namespace {

const validity ten_years{start - days{1}, start + days{3650}};
const validity one_year{start, start + days{365}};
const update_times this_month{start, start + days{30}};

/// A certificate authority.
struct test_authority {
  explicit test_authority(const std::string& name, uint8_t seed,
                          suite kind = suite::ed25519_x25519)
    : rng(make_rng(seed))
    , keys(must(key_pair::generate(kind, rng)))
    , certificate(must(make_ca_certificate(name, keys, ten_years, rng))) {}

  bytes certify(const std::string& user) {
    const auto key = must(key_pair::generate(suite::ed25519_x25519, rng));
    return must(make_user_certificate({user, "example.org"},
                                      key.public_half().signature, certificate,
                                      keys, one_year, rng));
  }

  std::string revoke(const bytes& revoked, const std::string& earlier = {},
                     const update_times& when = this_month) {
    return must(
      revoke_certificate(revoked, earlier, certificate, keys, when, rng));
  }

  Botan::ChaCha_RNG rng;
  key_pair keys;
  bytes certificate;
};

errc check(const revocation_list& list, const std::vector<bytes>& chain) {
  return code_of(list.check(chain));
}

/// Reads a file of the test's data.
std::string read_data(const std::string& name) {
  std::ifstream in{std::string{CARILLON_TEST_DATA} + "/" + name};
  std::stringstream result;
  result << in.rdbuf();
  return result.str();
}

class revocation_list_test : public testing::Test {
public:
  expected<revocation_list> read(const std::string& pem) {
    return revocation_list::read(pem, authorities);
  }

  test_authority ours{"Test CA", 1};
  std::vector<bytes> authorities{ours.certificate};
  bytes alice = ours.certify("alice");
  bytes bob = ours.certify("bob");
};

} // namespace

TEST_F(revocation_list_test, names_what_was_revoked) {
  const auto list = must(read(ours.revoke(alice)));
  EXPECT_EQ(check(list, {alice}), errc::revoked);
  EXPECT_EQ(check(list, {alice, ours.certificate}), errc::revoked);
  EXPECT_EQ(check(list, {ours.certificate, alice}), errc::revoked);
  EXPECT_EQ(check(list, {bob}), errc::count_);
  EXPECT_EQ(list.size(), 1u);
  EXPECT_NE(list.check(std::vector<bytes>{alice})
              .error()
              .detail.find("alice@example.org"),
            std::string::npos);
}

TEST_F(revocation_list_test, of_nothing_refuses_nothing) {
  const revocation_list none;
  EXPECT_EQ(check(none, {alice}), errc::count_);
  EXPECT_EQ(none.next_update(), std::nullopt);
  EXPECT_EQ(none.size(), 0u);
}

TEST_F(revocation_list_test, grows) {
  const auto first = ours.revoke(alice);
  const update_times later{start + days{1}, start + days{31}};
  const auto second = ours.revoke(bob, first, later);
  const auto list = must(read(second));
  EXPECT_EQ(check(list, {alice}), errc::revoked);
  EXPECT_EQ(check(list, {bob}), errc::revoked);
  EXPECT_EQ(list.next_update(), later.next_update);
  EXPECT_NE(must(show_revocation_lists(first)).find("Number: 1\n"),
            std::string::npos);
  EXPECT_NE(must(show_revocation_lists(second)).find("Number: 2\n"),
            std::string::npos);
}

TEST_F(revocation_list_test, names_a_certificate_once) {
  const update_times later{start + days{1}, start + days{31}};
  const auto list = must(read(ours.revoke(alice, ours.revoke(alice), later)));
  EXPECT_EQ(list.size(), 1u);
  EXPECT_EQ(list.next_update(), later.next_update);
}

TEST_F(revocation_list_test, works_with_rsa) {
  test_authority rsa{"RSA CA", 2, suite::rsa};
  const auto carol = rsa.certify("carol");
  authorities = {rsa.certificate};
  EXPECT_EQ(check(must(read(rsa.revoke(carol))), {carol}), errc::revoked);
}

TEST_F(revocation_list_test, of_several_authorities_are_read_together) {
  test_authority theirs{"Other CA", 3};
  const auto carol = theirs.certify("carol");
  const update_times short_time{start, start + days{7}};
  const auto both = "ours:\n" + ours.revoke(alice) + "theirs:\n"
    + theirs.revoke(carol, {}, short_time);
  EXPECT_EQ(code_of(read(both)), errc::untrusted_certificate);
  authorities.push_back(theirs.certificate);
  const auto list = must(read(both));
  EXPECT_EQ(check(list, {alice}), errc::revoked);
  EXPECT_EQ(check(list, {carol}), errc::revoked);
  EXPECT_EQ(check(list, {bob}), errc::count_);
  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(list.next_update(), short_time.next_update);
}

TEST_F(revocation_list_test, needs_the_signature_of_a_trusted_authority) {
  // Of the same name, too.
  test_authority twin{"Test CA", 4};
  test_authority other{"Other CA", 5};
  for (auto* stranger : {&twin, &other}) {
    const auto foreign = stranger->revoke(stranger->certify("alice"));
    EXPECT_EQ(code_of(read(foreign)), errc::untrusted_certificate);
    EXPECT_EQ(code_of(read(ours.revoke(alice) + foreign)),
              errc::untrusted_certificate);
  }
  authorities.clear();
  EXPECT_EQ(code_of(read(ours.revoke(alice))), errc::untrusted_certificate);
}

TEST_F(revocation_list_test, of_one_authority_says_nothing_of_a_namesake) {
  test_authority twin{"Test CA", 4};
  authorities.push_back(twin.certificate);
  EXPECT_EQ(check(must(read(twin.revoke(twin.certify("carol")))), {alice}),
            errc::count_);
}

TEST_F(revocation_list_test, shows_every_altered_byte) {
  const auto pem = ours.revoke(alice);
  for (size_t i = 0; i < pem.size(); ++i) {
    auto altered = pem;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    // Line ends mean nothing, and the last character of the text holds unused
    // bits: what is read must be what was signed.
    if (const auto list = read(altered)) {
      EXPECT_EQ(check(*list, {alice}), errc::revoked) << i;
    }
  }
  EXPECT_EQ(code_of(read(pem.substr(0, pem.size() - 60))), errc::malformed);
}

TEST_F(revocation_list_test, is_refused_when_it_is_none) {
  EXPECT_EQ(code_of(read("")), errc::malformed);
  EXPECT_EQ(code_of(read("junk")), errc::malformed);
  EXPECT_EQ(code_of(read(certificate_to_pem(alice))), errc::malformed);
  EXPECT_EQ(code_of(read("-----BEGIN X509 CRL-----\n")), errc::malformed);
  EXPECT_EQ(code_of(read(std::string(2'000'000, 'x'))), errc::too_large);
  EXPECT_EQ(code_of(show_revocation_lists("junk")), errc::malformed);
}

TEST_F(revocation_list_test, with_an_unknown_critical_extension_is_refused) {
  const auto ca = must(certificates_from_pem(read_data("delta_ca.pem")));
  const auto read_of = [&](const std::string& file) {
    return code_of(revocation_list::read(read_data(file), ca));
  };
  EXPECT_EQ(read_of("full.crl"), errc::count_);
  EXPECT_EQ(read_of("delta.crl"), errc::malformed);
}

TEST_F(revocation_list_test, is_made_by_the_authority_alone) {
  test_authority other{"Other CA", 5};
  const auto revoke = [&](const bytes& revoked, const std::string& earlier,
                          const bytes& ca, const update_times& when) {
    return code_of(
      revoke_certificate(revoked, earlier, ca, ours.keys, when, ours.rng));
  };
  EXPECT_EQ(revoke(other.certify("alice"), {}, ours.certificate, this_month),
            errc::untrusted_certificate);
  EXPECT_EQ(revoke(alice, other.revoke(other.certify("bob")), ours.certificate,
                   this_month),
            errc::untrusted_certificate);
  EXPECT_EQ(revoke(alice, {}, other.certificate, this_month),
            errc::untrusted_certificate);
  EXPECT_EQ(revoke(ours.certificate, {}, ours.certificate, this_month),
            errc::untrusted_certificate);
  EXPECT_EQ(revoke(alice, {}, ours.certificate, {start, start}),
            errc::malformed);
  EXPECT_EQ(revoke(alice, "junk", ours.certificate, this_month),
            errc::malformed);
  EXPECT_EQ(revoke(bytes(3), {}, ours.certificate, this_month),
            errc::malformed);
  const auto once = ours.revoke(alice);
  EXPECT_EQ(revoke(bob, once + once, ours.certificate, this_month),
            errc::malformed);
}
