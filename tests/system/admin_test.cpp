#include "bench/demo/test_phone.hpp"
#include "runtime/admin/admin_client.hpp"
#include "tests/system/node_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr auto token = "0123456789abcdef0123456789abcdef";

struct outcome {
  std::optional<int> status;
  std::string output;
};

/// Runs a command of the program to its end.
outcome run(const node_process& node, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), CARILLON_BINARY);
  child_process command{arguments, node.directory() / "command.log"};
  const auto status = command.wait(20s);
  return {status, command.output()};
}

/// Asks a node by `carillon ctl`.
outcome ctl(const node_process& node, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"ctl", "--node", node.admin()});
  return run(node, std::move(arguments));
}

expected<admin_reply> get(const node_process& node, const std::string& target) {
  admin_question question;
  question.where = parse_node_url(node.admin()).value();
  question.target = target;
  return ask_admin(question);
}

/// A node that two phones have registered with, one of which has called the
/// other.
class busy_node : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(node.start_ready()) << node.process().output();
    auto alice = open("alice");
    auto bob = open("bob");
    ASSERT_TRUE(alice && bob);
    ASSERT_TRUE(alice->register_here());
    ASSERT_TRUE(bob->register_here());
    const auto answer = alice->call("bob");
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status(), 302u);
  }

  expected<test_phone> open(const std::string& user) {
    return test_phone::open(user, "example.org", node.adapter("udp"), 10s);
  }

  /// Gives the trace id of the line of the log that holds a text.
  std::string trace_of(const std::string& text) {
    const auto log = node.process().output();
    const auto place = log.find(text);
    const auto begin = log.rfind('[', place) + 1;
    return log.substr(begin, log.find(']', begin) - begin);
  }

  node_process node;
};

} // namespace

TEST(admin, tells_people_how_a_node_is) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto status = ctl(node, {"status"});
  EXPECT_EQ(status.status, 0) << status.output;
  EXPECT_THAT(status.output,
              AllOf(HasSubstr("status        ready\n"),
                    HasSubstr("domain        example.org\n")));
  const auto peers = ctl(node, {"peers"});
  EXPECT_EQ(peers.status, 0);
  EXPECT_THAT(peers.output,
              AllOf(HasSubstr("0      member  "), HasSubstr("1 of 1 peers\n")));
  EXPECT_THAT(ctl(node, {"ring"}).output, HasSubstr("mode          ad-hoc\n"));
  EXPECT_EQ(ctl(node, {"links"}).output,
            "no links: neither overlay.listen nor overlay.bootstrap is set\n");
  EXPECT_THAT(ctl(node, {"lookup", "bob@example.org"}).output,
              HasSubstr("hops          0\n"));
}

TEST(admin, gives_programs_json) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto status = ctl(node, {"status", "--json"});
  EXPECT_EQ(json::parse(status.output)["status"], "ready");
  const auto nobody = get(node, "/v1/users/nobody");
  ASSERT_TRUE(nobody) << to_string(nobody.error());
  EXPECT_EQ(nobody->status, 404u);
  EXPECT_TRUE(json::parse(nobody->body).contains("error"));
}

TEST(admin, has_a_node_leave_in_order) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto left = ctl(node, {"leave"});
  EXPECT_EQ(left.status, 0) << left.output;
  EXPECT_EQ(left.output, "the node leaves the ring\n");
  EXPECT_EQ(node.process().wait(10s), 0);
  EXPECT_THAT(node.process().output(), HasSubstr(" ended\n"));
  const auto gone = ctl(node, {"status"});
  EXPECT_EQ(gone.status, 1);
  EXPECT_THAT(gone.output,
              AllOf(HasSubstr("nobody listens at http://127."),
                    HasSubstr("carillon node")));
}

TEST(admin, says_what_is_wrong_with_a_command) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  EXPECT_EQ(run(node, {"ctl", "--node", "ftp://x", "status"}).status, 2);
  EXPECT_EQ(ctl(node, {"lookup"}).status, 2);
  EXPECT_EQ(ctl(node, {"frobnicate"}).status, 2);
  EXPECT_EQ(ctl(node, {"user", "B O B"}).status, 2);
  const auto call = ctl(node, {"call", "0123456789abcdef"});
  EXPECT_EQ(call.status, 1);
  EXPECT_THAT(call.output, HasSubstr("no such"));
}

TEST(admin, names_the_key_of_a_port_that_is_taken) {
  node_process first;
  ASSERT_TRUE(first.start_ready()) << first.process().output();
  const auto where = parse_node_url(first.admin()).value().address;
  node_process second;
  std::ofstream{second.directory() / "node.toml"}
    << "[node]\ndata_dir = \"" << second.data_dir().string()
    << "\"\n[admin]\nlisten = \"" << to_string(where)
    << "\"\n[sip]\nlisten = [\"udp:127.0.0.1:0\"]\n";
  second.start();
  EXPECT_EQ(second.process().wait(10s), 2);
  EXPECT_THAT(second.process().output(),
              HasSubstr("admin.listen: " + to_string(where)));
}

TEST_F(busy_node, counts_what_its_users_do) {
  const auto reply = get(node, "/metrics");
  ASSERT_TRUE(reply) << to_string(reply.error());
  for (const auto* line :
       {"carillon_ready 1\n", "carillon_adapters 2\n",
        "carillon_registrations_total{outcome=\"registered\"} 2\n",
        "carillon_calls_total{outcome=\"redirected\"} 1\n",
        // A location and eight shares of each.
        "carillon_records 18\n", "carillon_key_alarms_total 0\n"})
    EXPECT_THAT(reply->body, HasSubstr(line));
  EXPECT_THAT(reply->body, Not(HasSubstr("carillon_lookup_hops_count 0\n")));
}

TEST_F(busy_node, tells_about_its_users) {
  const auto user = ctl(node, {"user", "bob"});
  EXPECT_EQ(user.status, 0) << user.output;
  EXPECT_THAT(user.output,
              AllOf(HasSubstr("user          bob@example.org\n"),
                    HasSubstr("registered    yes\n"),
                    HasSubstr("alarms        none\n")));
  const auto known =
    run(node,
        {"pki", "fingerprint", "bob", "--data-dir", node.data_dir().string()});
  EXPECT_EQ(known.status, 0) << known.output;
  const auto reply = get(node, "/v1/users/bob%40example.org");
  ASSERT_TRUE(reply);
  const auto key =
    json::parse(reply->body)["key"]["fingerprint"].get<std::string>();
  EXPECT_THAT(known.output, HasSubstr(key));
}

TEST_F(busy_node, tells_the_steps_of_a_call) {
  const auto trace = trace_of("302 sent");
  const auto call = ctl(node, {"call", trace});
  EXPECT_EQ(call.status, 0) << call.output;
  for (const auto* step :
       {"call by alice", "outcome       redirected\n", "INVITE received",
        "location found", "shares verified", "INVITE verified",
        "REDIRECT signed", "REDIRECT verified", "302 sent"})
    EXPECT_THAT(call.output, HasSubstr(step));
}

TEST(admin, wants_its_token_and_proves_who_it_is) {
  temporary_directory files;
  const auto path = [&](const char* name) {
    return (files.path() / name).string();
  };
  const auto write_private = [&](const char* name, const std::string& text) {
    std::ofstream{path(name)} << text << '\n';
    std::filesystem::permissions(path(name),
                                 std::filesystem::perms::owner_read
                                   | std::filesystem::perms::owner_write);
  };
  write_private("token", token);
  write_private("wrong", std::string{"x"} + token);
  node_process node{{},
                    "127.0.0.1",
                    "token_file = \"" + path("token") + "\"\ncertificate = \""
                      + path("node.pem") + "\"\nkey = \"" + path("node.key")
                      + "\"\n"};
  ASSERT_EQ(run(node, {"pki", "ca", "Example", "--out-dir", path("")}).status,
            0);
  ASSERT_EQ(run(node,
                {"pki", "node", "localhost", "--ca-dir", path(""), "--out-dir",
                 path("")})
              .status,
            0);
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto url = node.admin();
  EXPECT_THAT(url, HasSubstr("https://127.0.0.1:"));
  const auto named = "https://localhost" + url.substr(url.rfind(':'));
  const auto ask = [&](const std::string& where, const char* ca,
                       const char* token_file) {
    return run(node,
               {"ctl", "status", "--node", where, "--ca", path(ca),
                "--token-file", path(token_file)});
  };
  const auto good = ask(named, "ca.pem", "token");
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_THAT(good.output, HasSubstr("ready\n"));
  const auto refused = ask(named, "ca.pem", "wrong");
  EXPECT_EQ(refused.status, 2) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("token"));
  // The certificate is of another name, or of nobody who is known.
  EXPECT_THAT(ask(url, "ca.pem", "token").output, HasSubstr("untrusted"));
  EXPECT_THAT(run(node, {"ctl", "--node", named, "status"}).output,
              HasSubstr("untrusted"));
  // Without TLS nothing is said.
  EXPECT_EQ(
    run(node, {"ctl", "--node", "http" + url.substr(5), "status"}).status, 1);
  EXPECT_THAT(node.process().output(), Not(HasSubstr(token)));
}
