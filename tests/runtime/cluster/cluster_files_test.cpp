#include "runtime/cluster/cluster_files.hpp"
#include "runtime/node_files.hpp"
#include "runtime/private_file.hpp"
#include "tests/support/temporary_directory.hpp"

#include <botan/auto_rng.h>
#include <gmock/gmock.h>

namespace carillon {

namespace {

using testing::HasSubstr;

/// The data directory of a member.
class cluster_files : public testing::Test {
public:
  cluster_files() {
    settings.node.data_dir = directory.path() / "data";
    settings.cluster.secret = directory.path() / "cluster.secret";
  }

  test::temporary_directory directory;
  config settings;
  Botan::AutoSeeded_RNG rng;
};

} // namespace

TEST_F(cluster_files, hold_a_secret_that_was_made) {
  ASSERT_TRUE(make_cluster_secret(settings.cluster.secret, rng));
  const auto got = read_cluster_secret(settings.cluster);
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(got->size(), cluster::secret_size);
  // Another one would lock all members out.
  EXPECT_FALSE(make_cluster_secret(settings.cluster.secret, rng));
}

TEST_F(cluster_files, hold_no_secret_that_others_can_read) {
  ASSERT_TRUE(make_cluster_secret(settings.cluster.secret, rng));
  std::filesystem::permissions(settings.cluster.secret,
                               std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto got = read_cluster_secret(settings.cluster);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::invalid_configuration);
  EXPECT_THAT(got.error().detail, HasSubstr("cluster.secret"));
}

TEST_F(cluster_files, are_refused_with_a_secret_that_is_none) {
  EXPECT_THAT(read_cluster_secret(settings.cluster).error().detail,
              HasSubstr("cluster-secret"));
  ASSERT_TRUE(write_private_file(settings.cluster.secret, "abcd\n"));
  EXPECT_FALSE(read_cluster_secret(settings.cluster));
}

TEST_F(cluster_files, remember_what_the_member_has_agreed_to) {
  const auto& where = settings.node.data_dir;
  const auto before = read_council_state(where);
  ASSERT_TRUE(before);
  EXPECT_FALSE(*before);
  const cluster::council_state state{
    1, 2, 3, 4, {{3, 7}, {{2, "one", "host:1"}}, {{2, 0, 1}}}};
  ASSERT_TRUE(save_council_state(where, state));
  const auto after = read_council_state(where);
  ASSERT_TRUE(after && *after);
  EXPECT_EQ(**after, state);
  ASSERT_TRUE(write_private_file(council_file(where), "garbage"));
  EXPECT_FALSE(read_council_state(where));
}

TEST_F(cluster_files, carry_the_secrets_of_the_node) {
  EXPECT_FALSE(has_node_secrets(settings));
  const cluster::node_secrets secrets{
    to_bytes("keys"),    to_bytes("bootstrap"), to_bytes("ring"),
    to_bytes("salt"),    to_bytes("ticket"),    settings.node.peers,
    settings.node.domain};
  ASSERT_TRUE(save_node_secrets(settings, secrets));
  EXPECT_TRUE(has_node_secrets(settings));
  const auto got = read_node_secrets(settings);
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(*got, secrets);
}

} // namespace carillon
