#include "protocols/identity/fingerprint.hpp"
#include "runtime/pki_commands.hpp"
#include "storage/rocksdb_store.hpp"
#include "tests/runtime/command_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carillon {

namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto owner_alone = fs::perms::owner_read | fs::perms::owner_write;

// Sixteen groups of four digits.
constexpr auto fingerprint_form = "([0-9a-f][0-9a-f][0-9a-f][0-9a-f][ \n])*";

class pki_test : public test::command_test {
protected:
  void add_commands(command_line& program) override {
    add_pki_commands(program);
  }

  // Runs a command that must succeed, and gives its output.
  std::string done(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "pki");
    const auto got = run(arguments);
    EXPECT_EQ(got.status, exit_status::success) << got.err;
    EXPECT_EQ(got.err, "");
    return got.out;
  }

  // Runs a command that cannot do its work, and gives its error.
  std::string refused(const std::vector<std::string>& arguments) {
    return ended(arguments, exit_status::failure);
  }

  // Runs a command that is used in a wrong way, and gives its error.
  std::string misused(const std::vector<std::string>& arguments) {
    return ended(arguments, exit_status::wrong_usage);
  }

  void make_ca() {
    done({"ca", "Example", "--out-dir", path()});
  }

  void make_user(const std::string& name) {
    done({"user", name + "@example.org", "--ca-dir", path(), "--data-dir",
          path("data")});
  }

  std::string fingerprint(const std::string& name,
                          const std::string& data = "data") {
    return done({"fingerprint", name, "--data-dir", path(data)});
  }

private:
  std::string ended(std::vector<std::string> arguments, exit_status status) {
    arguments.insert(arguments.begin(), "pki");
    const auto got = run(arguments);
    EXPECT_EQ(got.status, status) << got.err;
    EXPECT_EQ(got.out, "");
    return got.err;
  }
};

TEST_F(pki_test, makes_an_authority) {
  EXPECT_THAT(done({"ca", "Example", "--out-dir", path()}),
              HasSubstr(path("ca.pem")));
  EXPECT_EQ(permissions("ca.key"), owner_alone);
  EXPECT_THAT(done({"show", path("ca.pem")}), HasSubstr("Example"));
  EXPECT_THAT(done({"show", path("ca.key")}), HasSubstr("ed25519"));
}

TEST_F(pki_test, does_not_replace_an_authority) {
  make_ca();
  const auto key = read("ca.key");
  EXPECT_THAT(refused({"ca", "Example", "--out-dir", path()}),
              AllOf(HasSubstr(path("ca.key")), HasSubstr("exists already")));
  EXPECT_EQ(read("ca.key"), key);
}

TEST_F(pki_test, makes_a_node) {
  make_ca();
  done({"node", "node1.example.org", "--ca-dir", path(), "--out-dir",
        path("node")});
  EXPECT_EQ(permissions("node/node.key"), owner_alone);
  EXPECT_THAT(done({"show", path("node/node.pem")}),
              AllOf(HasSubstr("node1.example.org"), HasSubstr("Example")));
  EXPECT_THAT(refused({"node", "node1.example.org", "--ca-dir", path(),
                       "--out-dir", path("node")}),
              HasSubstr("exists already"));
}

TEST_F(pki_test, makes_a_user_with_keys) {
  make_ca();
  make_user("alice");
  EXPECT_EQ(permissions("data/users"), fs::perms::owner_all);
  EXPECT_EQ(permissions("data/users/alice.keys.pem"), owner_alone);
  EXPECT_THAT(done({"show", path("data/users/alice.cert.pem")}),
              HasSubstr("sip:alice@example.org"));
}

TEST_F(pki_test, a_new_certificate_is_for_the_same_keys) {
  make_ca();
  make_user("alice");
  const auto keys = read("data/users/alice.keys.pem");
  const auto certificate = read("data/users/alice.cert.pem");
  make_user("alice");
  EXPECT_EQ(read("data/users/alice.keys.pem"), keys);
  EXPECT_NE(read("data/users/alice.cert.pem"), certificate);
}

TEST_F(pki_test, keys_may_be_rsa) {
  done({"ca", "Example", "--out-dir", path(), "--suite", "rsa"});
  EXPECT_THAT(done({"show", path("ca.key")}), HasSubstr("suite rsa"));
  EXPECT_THAT(misused({"ca", "Example", "--suite", "dsa"}),
              AllOf(HasSubstr("--suite dsa"), HasSubstr("rsa")));
}

TEST_F(pki_test, revokes_certificates) {
  make_ca();
  make_user("alice");
  make_user("bob");
  const auto revoke = [&](const std::string& name) {
    return done(
      {"revoke", path("data/users/" + name + ".cert.pem"), "--ca-dir", path()});
  };
  EXPECT_THAT(revoke("alice"),
              AllOf(HasSubstr(path("ca.crl")), HasSubstr("identity.revoked")));
  EXPECT_THAT(done({"show", path("ca.crl")}),
              AllOf(HasSubstr("Example"), HasSubstr("Number: 1\n"),
                    HasSubstr("Revoked certificates: 1\n")));
  revoke("bob");
  // Again, for a later next update.
  revoke("bob");
  EXPECT_THAT(
    done({"show", path("ca.crl")}),
    AllOf(HasSubstr("Number: 3\n"), HasSubstr("Revoked certificates: 2\n")));
}

TEST_F(pki_test, revokes_what_the_authority_has_made) {
  make_ca();
  make_user("alice");
  const auto certificate = path("data/users/alice.cert.pem");
  done({"ca", "Other", "--out-dir", path("other")});
  EXPECT_THAT(refused({"revoke", certificate, "--ca-dir", path("other")}),
              HasSubstr("another authority"));
  EXPECT_FALSE(fs::exists(path("other/ca.crl")));
  EXPECT_THAT(refused({"revoke", path("ca.pem"), "--ca-dir", path()}),
              HasSubstr("own certificate"));
  EXPECT_THAT(refused({"revoke", path("missing"), "--ca-dir", path()}),
              HasSubstr(path("missing")));
  // A list that cannot be read is not replaced by a shorter one.
  write("ca.crl", "junk");
  EXPECT_THAT(refused({"revoke", certificate, "--ca-dir", path()}),
              HasSubstr("no revocation list"));
  EXPECT_EQ(read("ca.crl"), "junk");
}

TEST_F(pki_test, refuses_names_that_are_not_permitted) {
  make_ca();
  for (const auto* name : {"Alice@example.org", "@example.org", "a b@x.org",
                           "a/../b@x.org", "alice@Example", "alice@"})
    misused({"user", name, "--ca-dir", path(), "--data-dir", path("data")});
  misused({"user", "alice", "--ca-dir", path(), "--data-dir", path("data")});
  for (const auto* name : {"../alice", "/etc/passwd", "", "a@b"})
    misused({"fingerprint", name, "--data-dir", path("data")});
  misused({"node", "not a host", "--ca-dir", path(), "--out-dir", path("n")});
  EXPECT_FALSE(fs::exists(path("data")));
  EXPECT_FALSE(fs::exists(path("n")));
}

TEST_F(pki_test, without_an_authority_says_which_file_is_missing) {
  EXPECT_THAT(refused({"node", "n.example.org", "--ca-dir", path("missing"),
                       "--out-dir", path("n")}),
              HasSubstr(path("missing/ca.key")));
}

TEST_F(pki_test, the_certificate_and_key_of_an_authority_belong_together) {
  make_ca();
  done({"ca", "Other", "--out-dir", path("other")});
  fs::copy_file(path("other/ca.pem"), path("ca.pem"),
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(refused({"node", "n.example.org", "--ca-dir", path(), "--out-dir",
                       path("n")}),
              HasSubstr("untrusted certificate"));
}

TEST_F(pki_test, does_not_use_keys_that_others_can_read) {
  make_ca();
  fs::permissions(path("ca.key"), fs::perms::group_read, fs::perm_options::add);
  EXPECT_THAT(refused({"node", "n.example.org", "--ca-dir", path(), "--out-dir",
                       path("n")}),
              AllOf(HasSubstr(path("ca.key")), HasSubstr("chmod 600")));
}

TEST_F(pki_test, days_bound_a_certificate) {
  for (const auto* days : {"0", "-1", "1000000", "soon"})
    EXPECT_THAT(misused({"ca", "Example", "--out-dir", path(), "--days", days}),
                HasSubstr("--days"));
  done({"ca", "Example", "--out-dir", path(), "--days", "1"});
}

TEST_F(pki_test, a_certificate_of_another_domain_is_not_replaced) {
  make_ca();
  make_user("alice");
  const auto certificate = read("data/users/alice.cert.pem");
  EXPECT_THAT(refused({"user", "alice@other.org", "--ca-dir", path(),
                       "--data-dir", path("data")}),
              AllOf(HasSubstr(path("data/users/alice.cert.pem")),
                    HasSubstr("somebody else than alice@other.org")));
  EXPECT_EQ(read("data/users/alice.cert.pem"), certificate);
}

TEST_F(pki_test, shows_which_certificate_belongs_to_which_keys) {
  make_ca();
  make_user("alice");
  constexpr auto label = "Fingerprint of the signature key alone: ";
  const auto certificate = done({"show", path("data/users/alice.cert.pem")});
  const auto line = certificate.substr(certificate.find(label));
  EXPECT_THAT(
    done({"show", path("data/users/alice.keys.pem")}),
    AllOf(HasSubstr(line),
          HasSubstr("Fingerprint of all keys: " + fingerprint("alice"))));
}

TEST_F(pki_test, errors_say_once_what_is_wrong) {
  write("broken", "-----BEGIN PRIVATE KEY-----\n");
  EXPECT_EQ(refused({"show", path("broken")}),
            "carillon: malformed input: " + path("broken")
              + ": expected two PKCS#8 PEM keys\n");
  write("broken", "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(refused({"show", path("broken")}),
            "carillon: malformed input: " + path("broken")
              + ": a certificate in PEM is broken\n");
  EXPECT_EQ(refused({"show", path("missing")}),
            "carillon: there is no file " + path("missing") + "\n");
  EXPECT_EQ(misused({"ca", "", "--out-dir", path()}),
            "carillon: \"\": the name of an authority has 1 to 64 "
            "characters\n");
}

TEST_F(pki_test, help_fits_a_terminal) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{},
                                                  {"ca"},
                                                  {"node"},
                                                  {"user"},
                                                  {"show"},
                                                  {"fingerprint"},
                                                  {"export"},
                                                  {"import"},
                                                  {"rotate"}}) {
    auto arguments = command;
    arguments.push_back("--help");
    std::istringstream help{done(arguments)};
    for (std::string line; std::getline(help, line);)
      EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(pki_test, a_fingerprint_can_be_read_aloud) {
  make_ca();
  make_user("alice");
  make_user("bob");
  EXPECT_THAT(fingerprint("alice"), testing::MatchesRegex(fingerprint_form));
  EXPECT_EQ(fingerprint("alice").size(), 16U * 5U);
  EXPECT_NE(fingerprint("alice"), fingerprint("bob"));
  EXPECT_THAT(done({"show", path("data/users/alice.keys.pem")}),
              HasSubstr(fingerprint("alice")));
  EXPECT_THAT(refused({"fingerprint", "carol", "--data-dir", path("data")}),
              HasSubstr("carol.keys.pem"));
}

TEST_F(pki_test, exported_keys_can_be_imported) {
  make_ca();
  make_user("alice");
  write("passphrase", "correct horse\nsecond line\n");
  done({"export", "alice", path("alice.export"), "--data-dir", path("data"),
        "--passphrase-file", path("passphrase")});
  EXPECT_EQ(permissions("alice.export"), owner_alone);
  EXPECT_THAT(read("alice.export"),
              AllOf(HasSubstr("ENCRYPTED"), Not(HasSubstr("BEGIN PRIVATE"))));
  EXPECT_THAT(done({"show", path("alice.export")}), HasSubstr("encrypted"));
  for (int i = 0; i < 2; ++i)
    done({"import", "alice", path("alice.export"), "--data-dir", path("other"),
          "--passphrase-file", path("passphrase")});
  EXPECT_EQ(fingerprint("alice", "other"), fingerprint("alice"));
  EXPECT_EQ(permissions("other/users/alice.keys.pem"), owner_alone);
}

TEST_F(pki_test, an_export_tells_how_often_the_keys_were_changed) {
  make_ca();
  make_user("alice");
  done({"rotate", "alice", "--data-dir", path("data")});
  write("passphrase", "correct horse");
  done({"export", "alice", path("alice.export"), "--data-dir", path("data"),
        "--passphrase-file", path("passphrase")});
  done({"import", "alice", path("alice.export"), "--data-dir", path("other"),
        "--passphrase-file", path("passphrase")});
  EXPECT_EQ(read("other/users/alice.keys.pem"),
            read("data/users/alice.keys.pem"));
}

TEST_F(pki_test, an_import_takes_the_right_passphrase) {
  make_ca();
  make_user("alice");
  write("passphrase", "correct horse");
  write("wrong", "battery staple");
  write("empty", "\n");
  done({"export", "alice", path("alice.export"), "--data-dir", path("data"),
        "--passphrase-file", path("passphrase")});
  for (const auto* name : {"wrong", "empty"}) {
    const auto err =
      refused({"import", "alice", path("alice.export"), "--data-dir",
               path("other"), "--passphrase-file", path(name)});
    EXPECT_THAT(
      err, AllOf(HasSubstr("passphrase"), Not(HasSubstr("battery staple"))));
  }
  EXPECT_FALSE(fs::exists(path("other")));
}

TEST_F(pki_test, an_export_replaces_nothing_and_takes_a_passphrase) {
  make_ca();
  make_user("alice");
  write("passphrase", "correct horse");
  write("taken", "text");
  EXPECT_THAT(refused({"export", "alice", path("taken"), "--data-dir",
                       path("data"), "--passphrase-file", path("passphrase")}),
              HasSubstr("exists already"));
  EXPECT_EQ(read("taken"), "text");
  fs::permissions(path("passphrase"), fs::perms::others_read,
                  fs::perm_options::add);
  EXPECT_THAT(refused({"export", "alice", path("new"), "--data-dir",
                       path("data"), "--passphrase-file", path("passphrase")}),
              HasSubstr("chmod 600"));
  EXPECT_FALSE(fs::exists(path("new")));
}

TEST_F(pki_test, an_import_does_not_replace_other_keys) {
  make_ca();
  make_user("alice");
  make_user("bob");
  write("passphrase", "correct horse");
  done({"export", "bob", path("bob.export"), "--data-dir", path("data"),
        "--passphrase-file", path("passphrase")});
  const auto before = fingerprint("alice");
  EXPECT_THAT(refused({"import", "alice", path("bob.export"), "--data-dir",
                       path("data"), "--passphrase-file", path("passphrase")}),
              HasSubstr("holds other keys"));
  EXPECT_EQ(fingerprint("alice"), before);
}

TEST_F(pki_test, a_file_that_is_no_export_is_refused) {
  write("passphrase", "correct horse");
  for (const auto* text : {"", "text", "-----BEGIN PRIVATE KEY-----\n"}) {
    write("broken", text);
    refused({"import", "alice", path("broken"), "--data-dir", path("data"),
             "--passphrase-file", path("passphrase")});
    refused({"show", path("broken")});
  }
  EXPECT_FALSE(fs::exists(path("data")));
  refused({"show", path("missing")});
}

TEST_F(pki_test, a_rotation_keeps_the_old_keys_until_the_ring_took_the_new) {
  make_ca();
  make_user("alice");
  const auto before = fingerprint("alice");
  const auto old_keys = read("data/users/alice.keys.pem");
  const auto told = done({"rotate", "alice", "--data-dir", path("data")});
  EXPECT_THAT(told,
              AllOf(HasSubstr(fingerprint("alice")),
                    HasSubstr("carillon pki user alice@DOMAIN"),
                    HasSubstr("start the node")));
  EXPECT_NE(fingerprint("alice"), before);
  EXPECT_EQ(read("data/users/alice.old.pem"), old_keys);
  EXPECT_THAT(read("data/users/alice.keys.pem"), StartsWith("Epoch: 2\n"));
  EXPECT_EQ(permissions("data/users/alice.old.pem"), owner_alone);
  const auto after = fingerprint("alice");
  EXPECT_THAT(refused({"rotate", "alice", "--data-dir", path("data")}),
              HasSubstr("waits for an earlier rotation"));
  EXPECT_EQ(fingerprint("alice"), after);
  fs::remove(path("data/users/alice.old.pem"));
  fs::remove(path("data/users/alice.cert.pem"));
  EXPECT_THAT(
    done({"rotate", "alice", "--data-dir", path("data")}),
    AllOf(HasSubstr("Now start the node"), Not(HasSubstr("certificate"))));
}

TEST_F(pki_test, a_rotation_that_was_cut_short_is_made_again) {
  make_ca();
  make_user("alice");
  const auto before = fingerprint("alice");
  fs::copy_file(path("data/users/alice.keys.pem"),
                path("data/users/alice.old.pem"));
  done({"rotate", "alice", "--data-dir", path("data")});
  EXPECT_NE(fingerprint("alice"), before);
}

TEST_F(pki_test, there_is_nothing_to_rotate_without_keys) {
  EXPECT_THAT(refused({"rotate", "alice", "--data-dir", path("data")}),
              HasSubstr("alice.keys.pem"));
}

TEST_F(pki_test, pins_a_key_that_was_compared) {
  make_ca();
  make_user("bob");
  auto groups = fingerprint("bob");
  groups.pop_back();
  const auto records = path("data/records");
  ASSERT_TRUE(storage::rocksdb_store::open(records));
  EXPECT_THAT(
    done({"trust", "alice", "bob", groups, "--data-dir", path("data")}),
    HasSubstr(groups));
  const auto store = storage::rocksdb_store::open(records);
  ASSERT_TRUE(store);
  const auto pinned =
    (*store)->get(storage::table::node, as_bytes("pin/alice/bob"));
  ASSERT_TRUE(pinned);
  EXPECT_EQ(identity::fingerprint::from_bytes(*pinned),
            identity::fingerprint::from_hex(groups));
  // A running node has the store.
  EXPECT_THAT(
    refused({"trust", "alice", "bob", groups, "--data-dir", path("data")}),
    HasSubstr(records));
}

TEST_F(pki_test, takes_the_groups_of_a_fingerprint_one_by_one) {
  ASSERT_TRUE(storage::rocksdb_store::open(path("data/records")));
  std::vector<std::string> arguments{"trust", "alice", "bob"};
  arguments.insert(arguments.end(), 16, "0a1b");
  arguments.insert(arguments.end(), {"--data-dir", path("data")});
  EXPECT_THAT(done(arguments), HasSubstr("0a1b 0a1b"));
}

TEST_F(pki_test, pins_nothing_that_is_no_fingerprint_or_name) {
  const std::string zeros(64, '0');
  EXPECT_THAT(
    misused({"trust", "alice", "bob", "0a1b", "--data-dir", path("data")}),
    HasSubstr("16 groups"));
  EXPECT_THAT(
    refused({"trust", "alice", "bob", zeros, "--data-dir", path("data")}),
    HasSubstr("--data-dir"));
  EXPECT_FALSE(fs::exists(path("data")));
  misused({"trust", "alice", "../bob", zeros, "--data-dir", path("data")});
}

} // namespace

} // namespace carillon
