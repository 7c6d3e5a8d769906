#include "runtime/admin/ctl_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace carillon;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

namespace {

using printer = void (*)(const json&, std::ostream&);

std::string printed(printer print, const json& answer) {
  std::ostringstream out;
  print(answer, out);
  return out.str();
}

size_t widest_line(const std::string& text) {
  std::istringstream lines{text};
  size_t result = 0;
  for (std::string line; std::getline(lines, line);)
    result = std::max(result, line.size());
  return result;
}

} // namespace

TEST(ctl_output, aligns_names_and_values) {
  const auto text =
    printed(print_node,
            {{"status", "ready"}, {"peers", 4}, {"sip", {"udp:a", "tcp:b"}}});
  EXPECT_EQ(text,
            "status        ready\n"
            "peers         4\n"
            "phones        udp:a tcp:b\n");
}

TEST(ctl_output, lists_the_members_of_a_cluster) {
  const json one{{"name", "one"}, {"endpoint", "10.0.0.1:7490"},
                 {"peers", 4},    {"self", true},
                 {"leads", true}, {"connected", true}};
  const json two{{"name", "two"},  {"endpoint", "10.0.0.2:7490"},
                 {"peers", 2},     {"self", false},
                 {"leads", false}, {"connected", false}};
  const auto text = printed(
    print_node, {{"cluster", {{"majority", false}, {"members", {one, two}}}}});
  EXPECT_EQ(text,
            "cluster       2 members, no majority\n"
            "MEMBER         NAME  PEERS  STATE\n"
            "10.0.0.1:7490  one   4      this one, leads\n"
            "10.0.0.2:7490  two   2      not connected\n");
}

TEST(ctl_output, stays_within_a_terminal) {
  const std::string word(20, 'x');
  std::string reason;
  for (int i = 0; i < 20; ++i)
    reason += word + ' ';
  const auto text =
    printed(print_node, {{"reason", reason}, {"name", std::string(300, 'y')}});
  EXPECT_LE(widest_line(text), 80u);
  EXPECT_THAT(text, HasSubstr("reason        " + word + ' ' + word));
  EXPECT_THAT(text, HasSubstr("\n              " + word));
}

TEST(ctl_output, lists_peers_in_columns) {
  const auto text = printed(print_peers,
                            {{"total", 200},
                             {"peers",
                              {{{"index", 0},
                                {"state", "member"},
                                {"id", std::string(40, 'a')},
                                {"predecessor", std::string(40, 'b')},
                                {"successors", {std::string(40, 'c')}},
                                {"fingers", 12}},
                               {{"index", 10},
                                {"state", "restarting"},
                                {"id", std::string(40, 'd')}}}}});
  EXPECT_LE(widest_line(text), 80u);
  EXPECT_THAT(text,
              HasSubstr("0      member      " + std::string(40, 'a')
                        + "  bbbbbbbb  12\n"));
  EXPECT_THAT(text, HasSubstr("2 of 200 peers\n"));
}

TEST(ctl_output, prints_the_steps_of_a_call) {
  const auto text =
    printed(print_call,
            {{"trace", "t"},
             {"what", "call by alice"},
             {"steps",
              {{{"ms", 0.0},
                {"user", "alice"},
                {"step", "INVITE received"},
                {"detail", std::string(100, 'z')}},
               {{"ms", 12.345}, {"user", "bob"}, {"step", "302 sent"}}}}});
  EXPECT_LE(widest_line(text), 80u);
  EXPECT_THAT(text, HasSubstr("0.00   alice  INVITE received  zzz"));
  EXPECT_THAT(text, HasSubstr("12.35  bob    302 sent"));
}

TEST(ctl_output, says_that_there_are_no_links_and_why) {
  EXPECT_EQ(
    printed(print_links, {{"links", json::array()}, {"note", "no links: off"}}),
    "no links: off\n");
  EXPECT_EQ(printed(print_links, json::object()), "no links\n");
}

TEST(ctl_output, shows_alarms) {
  json answer{{"user", "bob@example.org"}, {"alarms", json::array()}};
  EXPECT_THAT(printed(print_user, answer), HasSubstr("alarms        none\n"));
  answer["alarms"].push_back(
    {{"when", "now"}, {"raised_by", "alice"}, {"why", "changed"}});
  EXPECT_THAT(printed(print_user, answer),
              HasSubstr("ALARM         now alice: changed\n"));
}

TEST(ctl_output, copes_with_answers_of_any_shape) {
  for (const auto& answer :
       {json(), json(1), json("x"), json::array({1, 2}), json::object(),
        json{{"peers", 1}, {"links", "x"}, {"steps", 5}, {"owner", {1}}},
        json{{"peers", {1, "x", json::array()}},
             {"links", {1}},
             {"steps", {json::array()}},
             {"successors", {1}},
             {"alarms", {1}}}})
    for (const printer print :
         {print_node, print_peers, print_ring, print_links, print_lookup,
          print_user, print_call})
      EXPECT_NO_THROW(printed(print, answer)) << answer;
}

TEST(ctl_output, does_not_let_a_node_steer_the_terminal) {
  EXPECT_THAT(printed(print_node, {{"name", "\x1b[2Jx\ny"}}),
              Not(HasSubstr("\x1b")));
}
