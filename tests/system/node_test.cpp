#include "bench/demo/test_phone.hpp"
#include "tests/system/node_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

constexpr auto domain = "example.org";

test_phone open_phone(const std::string& user, const endpoint& adapter,
                      duration patience = 10s) {
  auto result = test_phone::open(user, domain, adapter, patience);
  if (!result)
    throw std::runtime_error{to_string(result.error())};
  return std::move(*result);
}

unsigned status_of(const expected<sip::message>& answer) {
  return answer ? answer->status() : 0;
}

std::string ring_line(const std::string& log) {
  const auto begin = log.find(" ring ");
  return log.substr(begin, log.find('\n', begin) - begin);
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 0777 : 0;
}

/// Runs a command for the keys and certificates of a node.
void pki(const node_process& node, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {CARILLON_BINARY, "pki"});
  child_process command{arguments, node.directory() / "pki.log"};
  ASSERT_EQ(command.wait(10s), 0) << command.output();
}

/// Makes a node an enrolled one with the users alice and bob. Its configuration
/// ends in the table `identity`.
void enroll(const node_process& node) {
  const auto& files = node.directory();
  pki(node, {"ca", "Example", "--out-dir", files.string()});
  pki(node,
      {"node", "node1.example.org", "--ca-dir", files.string(), "--out-dir",
       files.string()});
  for (const auto* user : {"alice", "bob"})
    pki(node,
        {"user", std::string{user} + "@" + domain, "--ca-dir", files.string(),
         "--data-dir", node.data_dir().string()});
  std::ofstream{files / "node.toml", std::ios::app}
    << "[identity]\nmode = \"enrolled\"\ncertificate = \""
    << (files / "node.pem").string() << "\"\nkey = \""
    << (files / "node.key").string() << "\"\nca = \""
    << (files / "ca.pem").string() << "\"\n";
  // The file begins with the table of the node.
  std::ifstream in{files / "node.toml"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  text.insert(sizeof("[node]\n") - 1, "name = \"node1.example.org\"\n");
  std::ofstream{files / "node.toml"} << text;
}

} // namespace

TEST(node, founds_a_ring_in_an_empty_directory) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  EXPECT_THAT(node.process().output(), HasSubstr(" ring "));
  EXPECT_EQ(mode_of(node.data_dir()), 0700);
  for (const auto* file :
       {"node.keys.pem", "bootstrap.keys.pem", "ring.descriptor", "node.salt"})
    EXPECT_EQ(mode_of(node.data_dir() / file), 0600) << file;
  for (const auto& item :
       std::filesystem::directory_iterator{node.data_dir() / "records"})
    EXPECT_EQ(mode_of(item.path()), 0600) << item.path();
}

TEST(node, sets_up_a_call_between_phones) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  auto alice = open_phone("alice", node.adapter("udp"));
  auto bob = open_phone("bob", node.adapter("udp"));
  EXPECT_EQ(status_of(alice.register_here()), 200u);
  EXPECT_EQ(status_of(alice.call("bob")), 404u);
  EXPECT_EQ(status_of(bob.register_here()), 200u);
  const auto answer = alice.call("bob");
  ASSERT_EQ(status_of(answer), 302u) << node.process().output();
  ASSERT_EQ(answer->contacts().size(), 1u);
  const auto called = alice.call_phone(answer->contacts().front().address, bob);
  EXPECT_TRUE(called) << to_string(called.error());
  EXPECT_EQ(mode_of(node.data_dir() / "users" / "bob.keys.pem"), 0600);
}

TEST(node, leaves_in_order_and_keeps_registrations_and_ring) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  auto bob = open_phone("bob", node.adapter("udp"));
  ASSERT_EQ(status_of(bob.register_here()), 200u);
  const auto ring = ring_line(node.process().output());
  for (const auto signal : {SIGTERM, SIGINT, SIGHUP}) {
    // Twice, as timeout(1) does.
    node.process().send(signal);
    node.process().send(signal);
    EXPECT_EQ(node.process().wait(10s), 0) << node.process().output();
    EXPECT_THAT(node.process().output(), HasSubstr(" ended\n"));
    ASSERT_TRUE(node.start_ready()) << node.process().output();
    EXPECT_EQ(ring_line(node.process().output()), ring);
    auto alice = open_phone("alice", node.adapter("udp"));
    ASSERT_EQ(status_of(alice.register_here()), 200u);
    const auto answer = alice.call("bob");
    ASSERT_EQ(status_of(answer), 302u) << node.process().output();
    EXPECT_EQ(answer->contacts().front().address, bob.contact());
    EXPECT_THAT(node.process().output(), HasSubstr("kept from the last run"));
  }
}

TEST(node, loses_no_acknowledged_registration_when_it_is_killed) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  std::atomic<size_t> acknowledged = 0;
  std::atomic<bool> ended = false;
  auto guests = open_phone("guest", node.adapter("udp"), 5s);
  std::thread registering{[&] {
    for (size_t i = 0;; ++i) {
      if (status_of(guests.register_name("guest-" + std::to_string(i)))
          != 200) {
        ended = true;
        return;
      }
      acknowledged = i + 1;
    }
  }};
  while (acknowledged < 40 && !ended)
    std::this_thread::sleep_for(1ms);
  node.process().send(SIGKILL);
  registering.join();
  ASSERT_GE(acknowledged, 40u) << node.process().output();
  ASSERT_EQ(node.process().wait(5s), 128 + SIGKILL);
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  auto alice = open_phone("alice", node.adapter("udp"));
  ASSERT_EQ(status_of(alice.register_here()), 200u);
  for (size_t i = 0; i < acknowledged; ++i) {
    const auto answer = alice.call("guest-" + std::to_string(i));
    ASSERT_EQ(status_of(answer), 302u) << "guest-" << i;
    EXPECT_EQ(answer->contacts().front().address,
              "sip:guest@" + guests.contact().substr(sizeof("sip:guest")));
  }
}

TEST(node, serves_users_with_certificates_in_enrolled_mode) {
  node_process node;
  ASSERT_NO_FATAL_FAILURE(enroll(node));
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  auto alice = open_phone("alice", node.adapter("udp"));
  auto bob = open_phone("bob", node.adapter("udp"));
  auto mallory = open_phone("mallory", node.adapter("udp"));
  EXPECT_EQ(status_of(alice.register_here()), 200u) << node.process().output();
  EXPECT_EQ(status_of(bob.register_here()), 200u);
  EXPECT_EQ(status_of(alice.call("bob")), 302u) << node.process().output();
  // Nobody has certified this name.
  EXPECT_GE(status_of(mallory.register_here()), 400u);
}

TEST(node, refuses_users_whose_certificates_were_revoked) {
  node_process node;
  ASSERT_NO_FATAL_FAILURE(enroll(node));
  const auto& files = node.directory();
  const auto users = node.data_dir() / "users";
  const auto list = files / "ca.crl";
  std::ofstream{files / "node.toml", std::ios::app} << "revoked = \""
                                                    << list.string() << "\"\n";
  node.start();
  EXPECT_EQ(node.process().wait(10s), 2);
  EXPECT_THAT(node.process().output(), HasSubstr("identity.revoked"));
  pki(
    node,
    {"revoke", (users / "bob.cert.pem").string(), "--ca-dir", files.string()});
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  auto alice = open_phone("alice", node.adapter("udp"));
  auto bob = open_phone("bob", node.adapter("udp"));
  EXPECT_EQ(status_of(alice.register_here()), 200u) << node.process().output();
  EXPECT_EQ(status_of(bob.register_here()), 403u) << node.process().output();
}

TEST(node, finishes_a_rotation_when_it_starts) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  {
    auto alice = open_phone("alice", node.adapter("udp"));
    auto bob = open_phone("bob", node.adapter("udp"));
    ASSERT_EQ(status_of(alice.register_here()), 200u);
    ASSERT_EQ(status_of(bob.register_here()), 200u);
    ASSERT_EQ(status_of(alice.call("bob")), 302u);
  }
  node.process().send(SIGTERM);
  ASSERT_EQ(node.process().wait(10s), 0);
  const auto old_keys = node.data_dir() / "users" / "bob.old.pem";
  child_process rotate{{CARILLON_BINARY, "pki", "rotate", "bob", "--data-dir",
                        node.data_dir().string()},
                       node.directory() / "rotate.log"};
  ASSERT_EQ(rotate.wait(10s), 0) << rotate.output();
  ASSERT_TRUE(std::filesystem::exists(old_keys));
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  EXPECT_TRUE(
    node.process().wait_for("the ring has taken the new keys of bob", 10s));
  EXPECT_FALSE(std::filesystem::exists(old_keys));
  auto alice = open_phone("alice", node.adapter("udp"));
  ASSERT_EQ(status_of(alice.register_here()), 200u);
  EXPECT_EQ(status_of(alice.call("bob")), 302u) << node.process().output();
}

TEST(node, ends_while_it_looks_for_its_ring) {
  node_process node{"[overlay]\nk = 2\nn = 3\n"};
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  node.process().send(SIGTERM);
  ASSERT_EQ(node.process().wait(10s), 0);
  // Nobody listens there; a founder looks for a while all the same.
  std::ofstream{node.directory() / "node.toml", std::ios::app}
    << "bootstrap = [\"127.0.0.1:9\"]\n";
  const auto lock = node.data_dir() / "LOCK";
  std::filesystem::remove(lock);
  node.start();
  for (int i = 0; i < 600 && !std::filesystem::exists(lock); ++i)
    std::this_thread::sleep_for(50ms);
  node.process().send(SIGTERM);
  EXPECT_EQ(node.process().wait(10s), 0);
  EXPECT_EQ(node.process().output().find(" ready\n"), std::string::npos)
    << node.process().output();
}

TEST(node, takes_the_threshold_from_the_ring_it_founded) {
  node_process node{"[overlay]\nk = 2\nn = 3\n"};
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  node.process().send(SIGTERM);
  ASSERT_EQ(node.process().wait(10s), 0);
  std::ofstream{node.directory() / "node.toml", std::ios::app}
    << "replicas = 2\n";
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  EXPECT_THAT(node.process().output(),
              HasSubstr("overlay.replicas = 2 has no effect"));
}

TEST(node, runs_several_peers) {
  node_process node;
  std::ofstream{node.directory() / "node.toml", std::ios::app}
    << "[overlay]\nk = 2\nn = 4\n";
  // The file begins with the table of the node.
  std::ifstream in{node.directory() / "node.toml"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  text.insert(sizeof("[node]\n") - 1, "peers = 20\n");
  std::ofstream{node.directory() / "node.toml"} << text;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  auto alice = open_phone("alice", node.adapter("udp"));
  EXPECT_EQ(status_of(alice.register_here()), 200u);
  EXPECT_EQ(status_of(alice.call("alice")), 302u);
}

TEST(node, refuses_a_data_directory_in_use) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  child_process second{{CARILLON_BINARY, "node", "--config",
                        (node.directory() / "node.toml").string()},
                       node.directory() / "second"};
  EXPECT_EQ(second.wait(10s), 2);
  EXPECT_THAT(second.output(), HasSubstr(node.data_dir().string()));
  EXPECT_THAT(second.output(), HasSubstr("in use"));
}

TEST(node, refuses_a_port_in_use) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  const auto taken = "udp:" + to_string(node.adapter("udp"));
  child_process second{{CARILLON_BINARY, "node", "--config",
                        (node.directory() / "node.toml").string(), "--set",
                        "sip.listen=" + taken, "--set",
                        "node.data_dir=" + (node.directory() / "b").string()},
                       node.directory() / "second"};
  EXPECT_EQ(second.wait(10s), 2);
  EXPECT_THAT(second.output(), HasSubstr(taken));
}

TEST(node, refuses_what_no_node_can_run_with) {
  const struct {
    const char* setting;
    const char* named;
  } cases[]{
    {"overlay.k=9", "overlay.k"},
    {"overlay.k=1", "overlay.k"},
    {"node.colour=red", "node.colour"},
    {"sip.listen=udp:0.0.0.0:0", "sip.listen"},
    {"sip.listen=udp:192.0.2.1:0", "sip.user"},
    {"identity.mode=enrolled", "identity.certificate"},
    {"identity.revoked=ca.crl", "identity.revoked"},
    {"overlay.discovery=true", "overlay.ring"},
    {"node.data_dir=/dev/null/here", "node.data_dir"},
  };
  node_process node;
  for (const auto& [setting, named] : cases) {
    SCOPED_TRACE(setting);
    child_process wrong{{CARILLON_BINARY, "node", "--config",
                         (node.directory() / "node.toml").string(), "--set",
                         setting},
                        node.directory() / "wrong"};
    EXPECT_EQ(wrong.wait(10s), 2);
    EXPECT_THAT(wrong.output(), HasSubstr(named));
  }
}

TEST(node, refuses_the_data_of_another_domain) {
  node_process node;
  ASSERT_TRUE(node.start_ready()) << node.process().output();
  node.process().send(SIGTERM);
  ASSERT_EQ(node.process().wait(10s), 0);
  child_process other{{CARILLON_BINARY, "node", "--config",
                       (node.directory() / "node.toml").string(), "--set",
                       "node.domain=example.net"},
                      node.directory() / "other"};
  EXPECT_EQ(other.wait(10s), 2);
  EXPECT_THAT(other.output(), HasSubstr("node.domain"));
}
