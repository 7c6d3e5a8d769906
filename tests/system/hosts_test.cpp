#include "bench/demo/test_phone.hpp"
#include "runtime/admin/admin_client.hpp"
#include "tests/system/node_process.hpp"
#include "tests/system/virtual_network.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

using steady = std::chrono::steady_clock;

constexpr uint16_t link_port = 7480;

/// Where the admin interface of a host's node is, where that matters.
const endpoint admin{"127.0.0.1", 7481};

/// After this a peer that is gone is known to be: 5 s, and what a machine that
/// is busy adds.
constexpr auto detection_time = 8s;

/// Calls of one user to another, one after the other, from its construction on.
class steady_calls {
public:
  steady_calls(test_phone& caller, std::string callee)
    : thread_([this, &caller, callee = std::move(callee)] {
      while (!stopped_)
        make_one(caller, callee);
    }) {}

  steady_calls(const steady_calls&) = delete;
  steady_calls& operator=(const steady_calls&) = delete;

  ~steady_calls() {
    stop();
  }

  void stop() {
    stopped_ = true;
    if (thread_.joinable())
      thread_.join();
  }

  /// Calls that were answered with the callee's phone; good once stopped, as
  /// what follows.
  size_t answered() const {
    return answered_;
  }

  /// When calls began that were not.
  const std::vector<steady::time_point>& failures() const {
    return failures_;
  }

private:
  void make_one(test_phone& caller, const std::string& callee) {
    const auto begun = steady::now();
    const auto answer = caller.call(callee);
    if (answer && answer->status() == 302)
      ++answered_;
    else
      failures_.push_back(begun);
    std::this_thread::sleep_for(20ms);
  }

  std::atomic<bool> stopped_{false};
  size_t answered_ = 0;
  std::vector<steady::time_point> failures_;
  std::thread thread_;
};

/// Nodes on hosts of their own; the first founds the ring.
class hosts : public testing::Test {
protected:
  using phone_ptr = std::unique_ptr<test_phone>;

  void SetUp() override {
    if (const auto obstacle = virtual_network::obstacle())
      GTEST_SKIP() << *obstacle;
  }

  /// Starts a node on each of so many hosts.
  /// @param contact what callers are told of phones, `sip.contact`.
  /// @param hidden how many of them, the last ones, listen for no links.
  void start(size_t count, const std::string& contact = "direct",
             size_t hidden = 0) {
    network = std::make_unique<virtual_network>(count);
    for (size_t i = 0; i < count; ++i) {
      nodes.push_back(std::make_unique<node_process>(
        "contact = \"" + contact + "\"\n[overlay]\nk = 2\nn = 4\nlisten = \""
        + (i + hidden < count ? link_address(i) : "") + "\"\nbootstrap = ["
        + (i == 0 ? "" : '"' + link_address(0) + '"') + "]\n"));
      ASSERT_TRUE(nodes[i]->start_ready(network->wrapper(i))) << everything();
    }
  }

  std::string link_address(size_t host) const {
    return to_string(endpoint{network->address(host), link_port});
  }

  /// Connects a user's phone to the node of a host.
  phone_ptr phone(const std::string& user, size_t host) {
    phone_ptr result;
    network->run_on(host, [&] {
      auto made =
        test_phone::open(user, "example.org", nodes[host]->adapter("udp"), 40s);
      if (made)
        result = std::make_unique<test_phone>(std::move(*made));
    });
    return result;
  }

  void register_user(test_phone& user) {
    const auto answer = user.register_here();
    ASSERT_TRUE(answer) << everything();
    EXPECT_EQ(answer->status(), 200u) << everything();
  }

  /// Calls until it works.
  /// @returns how long that took; nothing when it never did.
  std::optional<std::chrono::milliseconds> call(test_phone& caller,
                                                const std::string& callee) {
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < begin + 60s) {
      const auto answer = caller.call(callee);
      if (answer && answer->status() == 302)
        return std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - begin);
    }
    return std::nullopt;
  }

  /// Starts SIPp beside the node of a host.
  child_process play(const std::string& scenario, const std::string& user,
                     uint16_t port, size_t host) {
    auto command = network->wrapper(host);
    const auto& node = *nodes[host];
    for (const auto& word : std::vector<std::string>{
           "sipp", "-sf", CARILLON_TEST_DATA "/sipp/" + scenario + ".xml", "-s",
           user, "-i", "127.0.0.1", "-p", std::to_string(port), "-t", "u1",
           "-m", "1", "-nostdin", "-timeout", "30", "-timeout_error",
           to_string(node.adapter("udp"))})
      command.push_back(word);
    return child_process{command, node.directory() / (scenario + ".log")};
  }

  /// Has alice, at the second host, talk to bob at the third.
  void expect_talk() {
    constexpr uint16_t bob_port = 6002;
    constexpr uint16_t alice_port = 6001;
    auto registering = play("register", "bob", bob_port, 2);
    ASSERT_EQ(registering.wait(40s), 0) << registering.output() << everything();
    auto answering = play("answer_a_call", "bob", bob_port, 2);
    auto calling = play("register_and_talk_to_bob", "alice", alice_port, 1);
    EXPECT_EQ(calling.wait(40s), 0) << calling.output() << everything();
    EXPECT_EQ(answering.wait(40s), 0) << answering.output() << everything();
    // The call went over the link between the two nodes.
    EXPECT_NE(nodes[2]->process().output().find("from link:"),
              std::string::npos);
  }

  /// Gives what the node of a host says about its health; nothing when it does
  /// not answer.
  std::optional<std::string> health(size_t host) const {
    std::optional<std::string> result;
    network->run_on(host, [&] {
      admin_question question;
      question.where = parse_node_url("http://" + to_string(admin)).value();
      question.target = "/health";
      if (const auto reply = ask_admin(question))
        result = nlohmann::json::parse(reply->body)["status"];
    });
    return result;
  }

  static bool eventually(const std::function<bool()>& condition) {
    const auto end = steady::now() + 40s;
    while (!condition()) {
      if (steady::now() > end)
        return false;
      std::this_thread::sleep_for(10ms);
    }
    return true;
  }

  std::string everything() const {
    std::string result;
    for (const auto& node : nodes)
      result += "== a node\n" + node->process().output();
    return result;
  }

  std::unique_ptr<virtual_network> network;
  std::vector<std::unique_ptr<node_process>> nodes;
};

} // namespace

TEST_F(hosts, carry_calls_between_them) {
  ASSERT_NO_FATAL_FAILURE(start(3));
  auto alice = phone("alice", 1);
  auto bob = phone("bob", 2);
  ASSERT_TRUE(alice && bob);
  register_user(*alice);
  register_user(*bob);
  EXPECT_TRUE(call(*alice, "bob")) << everything();
  EXPECT_TRUE(call(*bob, "alice")) << everything();
}

TEST_F(hosts, that_crash_leave_the_others_their_calls) {
  ASSERT_NO_FATAL_FAILURE(start(4));
  auto alice = phone("alice", 1);
  auto bob = phone("bob", 2);
  ASSERT_TRUE(alice && bob);
  register_user(*alice);
  register_user(*bob);
  nodes[3]->process().send(SIGKILL);
  EXPECT_TRUE(call(*alice, "bob")) << everything();
  register_user(*bob);
  EXPECT_TRUE(call(*alice, "bob")) << everything();
}

TEST_F(hosts, restart_one_after_the_other_under_a_steady_load_of_calls) {
  ASSERT_NO_FATAL_FAILURE(start(3));
  std::vector<phone_ptr> phones;
  for (size_t i = 0; i < nodes.size(); ++i) {
    phones.push_back(phone("user-" + std::to_string(i), i));
    ASSERT_TRUE(phones[i]);
    register_user(*phones[i]);
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto callee = "user-" + std::to_string((i + 2) % nodes.size());
    steady_calls load{*phones[(i + 1) % nodes.size()], callee};
    std::vector<steady::time_point> changes{steady::now()};
    nodes[i]->process().send(SIGTERM);
    ASSERT_EQ(nodes[i]->process().wait(20s), 0) << everything();
    changes.push_back(steady::now());
    ASSERT_TRUE(nodes[i]->start_ready(network->wrapper(i))) << everything();
    changes.push_back(steady::now());
    phones[i] = phone("user-" + std::to_string(i), i);
    ASSERT_TRUE(phones[i]);
    register_user(*phones[i]);
    std::this_thread::sleep_for(detection_time + 2s);
    load.stop();
    EXPECT_GT(load.answered(), 20u);
    for (const auto& failed : load.failures())
      EXPECT_TRUE(std::ranges::any_of(changes,
                                      [&](auto change) {
                                        return failed >= change
                                          && failed <= change + detection_time;
                                      }))
        << everything();
  }
}

TEST_F(hosts, that_are_all_restarted_at_once_come_back) {
  ASSERT_NO_FATAL_FAILURE(start(3));
  for (size_t i = 1; i < nodes.size(); ++i) {
    auto user = phone("user-" + std::to_string(i), i);
    ASSERT_TRUE(user);
    register_user(*user);
  }
  for (const auto& node : nodes) {
    node->process().send(SIGKILL);
    ASSERT_EQ(node->process().wait(10s), 128 + SIGKILL);
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    auto wrapper = network->wrapper(i);
    wrapper.insert(wrapper.end(),
                   {"env", "CARILLON_ADMIN_LISTEN=" + to_string(admin)});
    nodes[i]->start(wrapper);
  }
  // A node is not there before it has its place in the ring.
  std::set<std::string> said;
  ASSERT_TRUE(eventually([&] {
    const auto now = health(1);
    if (now)
      said.insert(*now);
    return now == "ready";
  }))
    << everything();
  EXPECT_TRUE(said.contains("joining")) << testing::PrintToString(said);
  for (const auto& node : nodes)
    ASSERT_TRUE(node->process().wait_for(" ready\n", 30s)) << everything();
  auto caller = phone("user-1", 1);
  auto callee = phone("user-2", 2);
  ASSERT_TRUE(caller && callee);
  register_user(*caller);
  register_user(*callee);
  EXPECT_TRUE(call(*caller, "user-2")) << everything();
}

TEST_F(hosts, that_were_split_become_one_ring_again) {
  ASSERT_NO_FATAL_FAILURE(start(4));
  auto alice = phone("alice", 0);
  auto bob = phone("bob", 1);
  auto carol = phone("carol", 2);
  auto dave = phone("dave", 3);
  ASSERT_TRUE(alice && bob && carol && dave);
  for (auto* user : {alice.get(), bob.get(), carol.get(), dave.get()})
    register_user(*user);
  // Until an owner knows all of the ring, it makes fewer copies.
  std::this_thread::sleep_for(5s);
  network->split();
  // Each half serves what it holds.
  EXPECT_TRUE(call(*alice, "bob")) << everything();
  EXPECT_TRUE(call(*carol, "dave")) << everything();
  network->join();
  EXPECT_TRUE(call(*alice, "carol")) << everything();
  EXPECT_TRUE(call(*dave, "bob")) << everything();
}

TEST_F(hosts, carry_talks_of_phones_that_only_their_own_hosts_reach) {
  ASSERT_NO_FATAL_FAILURE(start(3, "auto"));
  expect_talk();
}

TEST_F(hosts, carry_talks_of_two_nodes_that_listen_nowhere) {
  ASSERT_NO_FATAL_FAILURE(start(3, "auto", 2));
  expect_talk();
  EXPECT_NE(nodes[2]->process().output().find("(carries node "),
            std::string::npos)
    << everything();
}
