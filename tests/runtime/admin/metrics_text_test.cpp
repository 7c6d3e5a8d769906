#include "runtime/admin/metrics_page.hpp"
#include "runtime/admin/metrics_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <sstream>

using namespace carillon;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

TEST(metrics_text, has_help_type_and_figures) {
  metrics_text out;
  out.family("a_total", "counter", "What it is.");
  out.sample(7);
  out.sample(-1, metrics_text::label{"x", "a\"b\\c\nd"});
  const std::array two{metrics_text::label{"x", "1"},
                       metrics_text::label{"y", "2"}};
  out.sample("_bucket", 3, two);
  EXPECT_EQ(out.take(),
            "# HELP a_total What it is.\n"
            "# TYPE a_total counter\n"
            "a_total 7\n"
            "a_total{x=\"a\\\"b\\\\c\\nd\"} -1\n"
            "a_total_bucket{x=\"1\",y=\"2\"} 3\n");
}

namespace {

class metrics_page_test : public testing::Test {
protected:
  std::string page() {
    return metrics_page(
      {peers_, counts_, journal_, links_, true, timestamp{}, timestamp{}});
  }

  std::vector<inspected_peer> peers_{2};
  node_metrics counts_;
  call_journal journal_;
  std::optional<link_report> links_;
};

} // namespace

TEST_F(metrics_page_test, is_well_formed) {
  links_ = {{link_view{}}, std::make_shared<link_counts>()};
  const auto comment =
    MatchesRegex("# (HELP carillon_[a-z_]+ .+\\.|"
                 "TYPE carillon_[a-z_]+ (counter|gauge|histogram))");
  const auto sample =
    MatchesRegex("carillon_[a-z_]+(\\{[a-z]+=\"[^\"]*\"\\})? -?[0-9]+");
  std::istringstream lines{page()};
  std::set<std::string> families;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) {
      EXPECT_THAT(line, comment);
    } else {
      EXPECT_THAT(line, sample);
    }
    if (line.starts_with("# TYPE")) {
      EXPECT_TRUE(families.insert(line).second) << line;
    }
  }
  EXPECT_GE(families.size(), 12u);
}

TEST_F(metrics_page_test, counts_lookups_by_their_hops) {
  counts_.count_lookup(0);
  counts_.count_lookup(3);
  counts_.count_lookup(3);
  counts_.count_lookup(100);
  counts_.failed_lookups = 5;
  const auto text = page();
  for (const auto* line :
       {"carillon_lookups_total{outcome=\"found\"} 4\n",
        "carillon_lookups_total{outcome=\"failed\"} 5\n",
        "carillon_lookup_hops_bucket{le=\"0\"} 1\n",
        "carillon_lookup_hops_bucket{le=\"2\"} 1\n",
        "carillon_lookup_hops_bucket{le=\"3\"} 3\n",
        "carillon_lookup_hops_bucket{le=\"15\"} 3\n",
        "carillon_lookup_hops_bucket{le=\"+Inf\"} 4\n",
        "carillon_lookup_hops_sum 106\n", "carillon_lookup_hops_count 4\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST_F(metrics_page_test, counts_peers_by_their_states) {
  peers_[0].view = peer_view{{}, chord::ring_member::state::member, 7};
  const auto text = page();
  EXPECT_THAT(text, HasSubstr("carillon_peers{state=\"member\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("carillon_peers{state=\"restarting\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("carillon_peers{state=\"isolated\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("carillon_fingers 7\n"));
}

TEST_F(metrics_page_test, counts_calls_by_their_outcome) {
  const auto add = [&](const char* trace, std::string_view step) {
    journal_.add({trace, "alice", step, "bob changed", {}});
  };
  add("1", call_steps::invite_received);
  add("1", call_steps::redirected);
  add("2", call_steps::register_received);
  add("2", call_steps::register_refused);
  add("3", call_steps::key_alarm);
  const auto text = page();
  EXPECT_THAT(text,
              HasSubstr("carillon_calls_total{outcome=\"redirected\"} "
                        "1\n"));
  EXPECT_THAT(text,
              HasSubstr("carillon_registrations_total{outcome="
                        "\"refused\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("carillon_key_alarms_total 1\n"));
}

TEST_F(metrics_page_test, tells_of_links_where_there_are_any) {
  EXPECT_THAT(page(), Not(HasSubstr("carillon_link")));
  links_ = {std::vector<link_view>(3), std::make_shared<link_counts>()};
  links_->open[1].queued_bytes = 5;
  links_->tunnels = 2;
  EXPECT_THAT(page(), HasSubstr("carillon_links 3\n"));
  EXPECT_THAT(page(), HasSubstr("carillon_link_tunnels 2\n"));
  EXPECT_THAT(page(), HasSubstr("carillon_link_queued_bytes 5\n"));
  EXPECT_THAT(page(), HasSubstr("carillon_link_frames_total{way=\"in\"} 0\n"));
}

TEST(gauge_part, takes_away_what_it_has_added) {
  const auto metrics = std::make_shared<node_metrics>();
  {
    gauge_part one{metrics, &node_metrics::records};
    gauge_part two{metrics, &node_metrics::records};
    one.set(5);
    two.set(3);
    one.set(2);
    EXPECT_EQ(metrics->records, 5);
    two = gauge_part{metrics, &node_metrics::records};
    EXPECT_EQ(metrics->records, 2);
  }
  EXPECT_EQ(metrics->records, 0);
}
