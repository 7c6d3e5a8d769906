#include "runtime/directory_lock.hpp"
#include "runtime/node_files.hpp"
#include "runtime/pki_authority.hpp"
#include "tests/support/temporary_directory.hpp"

#include <botan/auto_rng.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

using namespace carillon;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

constexpr timestamp now{std::chrono::days{20'000}};

class node_files : public testing::Test {
protected:
  node_files() {
    settings.node.data_dir = directory.path() / "data";
  }

  /// Makes an authority and a node's files, and has the configuration name
  /// them.
  void enroll(const std::string& host, const identity::validity& when) {
    const auto suite = identity::suite::ed25519_x25519;
    const auto ca = directory.path() / "ca";
    ASSERT_TRUE(
      make_authority(ca, "authority", suite, {now - 1000h, now + 1000h}, rng));
    ASSERT_TRUE(make_node(ca, directory.path(), host, suite, when, rng));
    settings.node.name = "node.example.org";
    settings.identity = {identity::identity_mode::enrolled,
                         directory.path() / "node.pem",
                         directory.path() / "node.key",
                         ca / "ca.pem",
                         {}};
  }

  void expect_refused(const std::string& text) {
    const auto keys = load_node_keys(settings, now, rng);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, errc::invalid_configuration);
    EXPECT_THAT(keys.error().detail, HasSubstr(text));
  }

  test::temporary_directory directory;
  config settings;
  Botan::AutoSeeded_RNG rng;
};

} // namespace

TEST_F(node_files, are_made_once_and_then_loaded) {
  const auto keys = load_node_keys(settings, now, rng);
  const auto ring = load_ring(settings, {}, rng);
  const auto salt = load_salt(settings.node.data_dir, rng);
  ASSERT_TRUE(keys && ring && salt);
  EXPECT_EQ(load_node_keys(settings, now, rng)->public_half(),
            keys->public_half());
  const auto again = load_ring(settings, {}, rng);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->descriptor->encoded(), ring->descriptor->encoded());
  EXPECT_EQ(again->bootstrap->public_half(), ring->bootstrap->public_half());
  EXPECT_EQ(load_salt(settings.node.data_dir, rng), salt);
}

TEST_F(node_files, keep_the_threshold_of_the_ring) {
  settings.overlay.k = 2;
  ASSERT_TRUE(load_ring(settings, {}, rng));
  settings.overlay.k = 5;
  const auto ring = load_ring(settings, {}, rng);
  ASSERT_TRUE(ring);
  EXPECT_EQ(ring->descriptor->settings().k, 2);
}

TEST_F(node_files, of_another_ring_are_refused) {
  ASSERT_TRUE(load_ring(settings, {}, rng));
  settings.node.domain = "example.net";
  const auto ring = load_ring(settings, {}, rng);
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, errc::invalid_configuration);
  EXPECT_THAT(ring.error().detail, HasSubstr("node.domain"));
}

TEST_F(node_files, are_not_made_anew_when_a_part_is_lost) {
  ASSERT_TRUE(load_ring(settings, {}, rng));
  const auto lost = paths_in(settings.node.data_dir).bootstrap_keys;
  std::filesystem::remove(lost);
  const auto ring = load_ring(settings, {}, rng);
  ASSERT_FALSE(ring);
  EXPECT_THAT(ring.error().detail, HasSubstr(lost.string()));
  EXPECT_FALSE(std::filesystem::exists(lost));
}

TEST_F(node_files, others_may_not_read_keys) {
  ASSERT_TRUE(load_node_keys(settings, now, rng));
  std::filesystem::permissions(paths_in(settings.node.data_dir).keys,
                               std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_FALSE(load_node_keys(settings, now, rng));
}

TEST_F(node_files, take_the_keys_of_a_good_certificate) {
  enroll("node.example.org", {now - 1h, now + 1h});
  EXPECT_TRUE(load_node_keys(settings, now, rng));
}

TEST_F(node_files, refuse_an_expired_certificate) {
  enroll("node.example.org", {now - 2h, now - 1h});
  expect_refused("expired");
}

TEST_F(node_files, refuse_a_certificate_of_the_future) {
  enroll("node.example.org", {now + 1h, now + 2h});
  expect_refused("not yet valid");
}

TEST_F(node_files, refuse_a_certificate_for_another_host) {
  enroll("other.example.org", {now - 1h, now + 1h});
  expect_refused("name mismatch");
}

TEST_F(node_files, refuse_a_certificate_of_a_foreign_authority) {
  enroll("node.example.org", {now - 1h, now + 1h});
  const auto foreign = directory.path() / "foreign";
  ASSERT_TRUE(make_authority(foreign, "foreign",
                             identity::suite::ed25519_x25519,
                             {now - 1000h, now + 1000h}, rng));
  settings.identity.ca = foreign / "ca.pem";
  expect_refused("untrusted certificate");
}

TEST_F(node_files, refuse_the_key_of_another_certificate) {
  enroll("node.example.org", {now - 1h, now + 1h});
  const auto other = directory.path() / "other";
  ASSERT_TRUE(make_node(directory.path() / "ca", other, "node.example.org",
                        identity::suite::ed25519_x25519, {now - 1h, now + 1h},
                        rng));
  settings.identity.key = other / "node.key";
  expect_refused("identity.key");
}

TEST_F(node_files, belong_to_one_process) {
  {
    const auto first = directory_lock::take(settings.node.data_dir);
    ASSERT_TRUE(first);
    const auto second = directory_lock::take(settings.node.data_dir);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::invalid_configuration);
  }
  EXPECT_TRUE(directory_lock::take(settings.node.data_dir));
}
