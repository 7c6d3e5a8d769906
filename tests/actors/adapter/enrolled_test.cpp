#include "protocols/identity/certificate.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

using identity::validity;
using std::chrono::days;

/// A certificate authority.
struct authority {
  explicit authority(uint8_t seed)
    : rng(Botan::secure_vector<uint8_t>(32, seed))
    , keys(make_keys(rng)) {}

  bytes certify(const std::string& user, const identity::public_key& key,
                const validity& when) {
    return must(identity::make_user_certificate({user, "example.org"}, key,
                                                certificate, keys, when, rng));
  }

  Botan::ChaCha_RNG rng;
  identity::key_pair keys;
  /// When every test starts.
  timestamp start{std::chrono::hours{500'000}};
  bytes certificate = must(identity::make_ca_certificate(
    "Test CA", keys, {start - days{1}, start + days{3650}}, rng));
};

class enrolled : public two_users {
public:
  enrolled() {
    how.found = [this](identity::ring_settings& founding) {
      founding.identity = identity::identity_mode::enrolled;
      founding.ca_certificates = {ours.certificate};
    };
    vault->certify = [this](const std::string& user,
                            const identity::public_key& key) {
      return std::vector<bytes>{ours.certify(user, key, one_year)};
    };
  }

  /// Has alice present another certificate, and gives the answer to her
  /// REGISTER.
  sip::message register_with(
    const std::function<bytes(const identity::public_key&)>& certify) {
    vault->certify = [certify](const std::string&,
                               const identity::public_key& key) {
      return std::vector<bytes>{certify(key)};
    };
    start();
    return register_phone(alice);
  }

  /// Has all nodes know that a certificate was revoked.
  void revoke(const bytes& certificate) {
    const auto list = must(identity::revoke_certificate(
      certificate, {}, ours.certificate, ours.keys,
      {ours.start, ours.start + days{30}}, ours.rng));
    how.revoked->replace(must(identity::revocation_list::read(
      list, std::vector<bytes>{ours.certificate})));
  }

  authority ours{101};
  validity one_year{ours.start - days{1}, ours.start + days{365}};
};

} // namespace

TEST_F(enrolled, users_with_certificates_call_each_other) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_TRUE(must(read_key("bob").bundle).admission.certified);
}

TEST_F(enrolled, an_expired_certificate_is_refused) {
  const auto response = register_with([&](const identity::public_key& key) {
    return ours.certify("alice", key, {ours.start - days{1}, ours.start - 1h});
  });
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, to_string(errc::expired)));
}

TEST_F(enrolled, a_certificate_of_the_future_is_refused) {
  const auto response = register_with([&](const identity::public_key& key) {
    return ours.certify("alice", key,
                        {ours.start + days{1}, ours.start + days{365}});
  });
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, to_string(errc::not_yet_valid)));
}

TEST_F(enrolled, a_certificate_of_another_authority_is_refused) {
  authority theirs{102};
  const auto response = register_with([&](const identity::public_key& key) {
    return theirs.certify("alice", key, one_year);
  });
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, to_string(errc::untrusted_certificate)));
}

TEST_F(enrolled, a_certificate_for_another_name_is_refused) {
  const auto response = register_with([&](const identity::public_key& key) {
    return ours.certify("carol", key, one_year);
  });
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, to_string(errc::name_mismatch)));
}

TEST_F(enrolled, a_certificate_for_another_key_is_refused) {
  const auto response = register_with([&](const identity::public_key&) {
    return ours.certify("alice", ours.keys.public_half().signature, one_year);
  });
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, to_string(errc::name_mismatch)));
}

TEST_F(enrolled, a_revoked_certificate_is_refused) {
  const auto response = register_with([&](const identity::public_key& key) {
    auto result = ours.certify("alice", key, one_year);
    revoke(result);
    return result;
  });
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, to_string(errc::revoked)));
}

TEST_F(enrolled, nobody_believes_a_key_that_is_revoked_later) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  // Both adapters keep the other one's key from now on.
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  ASSERT_EQ(call(bob, "alice").status(), 302u);
  revoke(must(read_key("bob").bundle).bundle.certificates.front());
  EXPECT_EQ(read_key("bob").bundle.error().code, errc::revoked);
  const auto to_bob = call(alice, "bob");
  EXPECT_EQ(to_bob.status(), 403u);
  EXPECT_TRUE(warns(to_bob, to_string(errc::revoked)));
  // Nobody answers who cannot prove a name.
  EXPECT_EQ(call(bob, "alice").status(), 480u);
}

TEST_F(enrolled, a_revoked_user_comes_back_with_a_new_key_and_certificate) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  revoke(must(read_key("bob").bundle).bundle.certificates.front());
  stop_node();
  vault->replace("bob");
  ring->advance(1s);
  start_node();
  ASSERT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(enrolled, a_user_without_certificate_is_refused) {
  vault->certify = nullptr;
  start();
  EXPECT_EQ(register_phone(alice).status(), 403u);
}

TEST_F(enrolled, a_new_key_needs_a_certificate_and_no_old_key) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  const auto before = must(read_key("bob").bundle).bundle.id();
  stop_node();
  vault->replace("bob");
  ring->advance(1s);
  start_node();
  ASSERT_EQ(register_phone(bob).status(), 200u);
  EXPECT_NE(must(read_key("bob").bundle).bundle.id(), before);
  // Who has pinned the key before believes the authority, and says so.
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_TRUE(log_holds("the key of bob has changed from"));
  EXPECT_FALSE(log_holds("ALARM"));
}

} // namespace carillon::test
