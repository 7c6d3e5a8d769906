#include "runtime/cluster/cluster_report.hpp"

#include <gtest/gtest.h>

namespace carillon {

namespace {

using lines = std::vector<std::pair<log_level, std::string>>;

const cluster_report::member one{"one", "10.0.0.1:7490", 3, true, false, true};
const cluster_report::member two{"two", "10.0.0.2:7490", 3, false, true, true};

} // namespace

TEST(cluster_report, tells_who_comes_and_leads) {
  EXPECT_EQ(changes_between({}, {{one, two}, {}, true}),
            (lines{{log_level::info,
                    "one at 10.0.0.1:7490 is a member of the "
                    "cluster"},
                   {log_level::info,
                    "two at 10.0.0.2:7490 is a member of the "
                    "cluster"},
                   {log_level::info, "two at 10.0.0.2:7490 leads the cluster"},
                   {log_level::info, "a majority of the cluster is there"}}));
}

TEST(cluster_report, tells_who_goes_and_warns_without_a_majority) {
  EXPECT_EQ(changes_between({{one, two}, {}, true}, {{one}, {}, false}),
            (lines{{log_level::info,
                    "two at 10.0.0.2:7490 is not a member of "
                    "the cluster any more"},
                   {log_level::warning,
                    "no majority of the cluster is there: "
                    "this member stops its peers"}}));
}

TEST(cluster_report, tells_nothing_of_what_stays) {
  auto later = one;
  later.peers = 1;
  later.is_connected = false;
  EXPECT_TRUE(
    changes_between({{one, two}, {}, true}, {{later, two}, {}, true}).empty());
}

} // namespace carillon
