#include "runtime/defaults.hpp"
#include "runtime/edge/open_files.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

using namespace carillon;

TEST(open_files, raises_the_soft_limit_to_the_hard_one) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_GT(before.rlim_max, 64u);
  const rlimit lowered{before.rlim_max - 1, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lowered), 0);
  EXPECT_EQ(raise_open_file_limit(), before.rlim_max);
  rlimit after{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
}

TEST(open_files, keeps_files_for_everything_but_connections) {
  EXPECT_EQ(connection_limit(4096), 4096 - defaults::reserved_files);
}

TEST(open_files, leaves_a_quarter_of_few_files_to_connections) {
  EXPECT_EQ(connection_limit(256), 64u);
  EXPECT_EQ(connection_limit(0), 0u);
}

TEST(open_files, never_permits_more_than_the_largest_number_of_connections) {
  EXPECT_EQ(connection_limit(1'000'000'000), defaults::max_connections);
}
