#pragma once

#include "bench/demo/test_phone.hpp"
#include "protocols/identity/certificate.hpp"
#include "runtime/admin/admin_client.hpp"
#include "runtime/cluster/cluster_files.hpp"
#include "runtime/pki_authority.hpp"
#include "tests/system/local_address.hpp"
#include "tests/system/node_process.hpp"

#include <botan/auto_rng.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace carillon::test {

using namespace std::chrono_literals;

/// Three processes of one operator on one machine.
class operators_cluster : public testing::Test {
protected:
  /// Longer than the council and the ring need, on a machine that is busy.
  static constexpr auto patience = 60s;
  static constexpr size_t size = 3;
  static constexpr size_t peers = 6;

  void SetUp() override {
    ASSERT_TRUE(make_authority(pki.path(), "Test CA",
                               identity::suite::ed25519_x25519, when, rng));
    ASSERT_TRUE(make_cluster_secret(secret(), rng));
    for (size_t i = 0; i < size; ++i) {
      ports.at(i) = free_port(host(i));
      ASSERT_TRUE(make_node(pki.path(), certificates(i),
                            "member-" + std::to_string(i),
                            identity::suite::ed25519_x25519, when, rng));
    }
    make_members();
  }

  /// Writes the configurations.
  void make_members() {
    for (size_t i = 0; i < size; ++i)
      members.at(i) = std::make_unique<node_process>(configuration(i));
  }

  /// Gives where a member listens: at addresses that no connection begins at,
  /// so that none takes the port before the member has started.
  endpoint where(size_t which) const {
    return {host(which), ports.at(which)};
  }

  static std::string host(size_t which) {
    return "127.0.0." + std::to_string(which + 2);
  }

  std::filesystem::path secret() const {
    return pki.path() / "cluster.secret";
  }

  std::filesystem::path certificates(size_t which) const {
    return pki.path() / std::to_string(which);
  }

  std::string configuration(size_t which) const {
    const auto file = [](const std::string& key,
                         const std::filesystem::path& path) {
      return key + " = \"" + path.string() + "\"\n";
    };
    const auto address = [this](size_t i) {
      return '"' + to_string(where(i)) + '"';
    };
    // All phones are on this machine.
    return "contact = \"direct\"\n[overlay]\nk = 2\nn = 3\n" + overlay(which)
      + "[cluster]\nlisten = " + address(which) + "\nseeds = ["
      + (which == 0 ? std::string{} : address(0)) + "]\n"
      + file("certificate", certificates(which) / "node.pem")
      + file("key", certificates(which) / "node.key")
      + file("ca", pki.path() / "ca.pem") + file("secret", secret());
  }

  /// Gives what a member's configuration says about links to other nodes.
  virtual std::string overlay(size_t) const {
    return {};
  }

  void start(size_t which) {
    auto& member = *members.at(which);
    member.start(environment());
    ASSERT_TRUE(member.process().wait_for(" ready\n", patience))
      << everything();
  }

  /// A command that sets what cannot stand in a table that is there already.
  static std::vector<std::string> environment() {
    return {"env", "CARILLON_NODE_PEERS=" + std::to_string(peers)};
  }

  void start_all() {
    for (size_t i = 0; i < size; ++i)
      ASSERT_NO_FATAL_FAILURE(start(i));
    ASSERT_TRUE(wait_until(
      [this] { return running(0) == 2 && running(1) == 2 && running(2) == 2; }))
      << everything();
    ASSERT_TRUE(wait_until([this] { return joined(0) == peers; }))
      << everything();
  }

  /// Gives how many peers are in the ring, as a member sees it.
  size_t joined(size_t which) const {
    return count(ask(which, "/v1/peers"), "\"state\": \"member\"");
  }

  /// Asks a member's admin interface.
  /// @returns an empty text when it does not answer.
  std::string ask(size_t which, const std::string& target) const {
    admin_question question;
    question.where = parse_node_url(members.at(which)->admin()).value();
    question.target = target;
    const auto reply = ask_admin(question);
    return reply ? reply->body : std::string{};
  }

  void kill(size_t which) {
    members.at(which)->process().send(SIGKILL);
    ASSERT_EQ(members.at(which)->process().wait(10s), 128 + SIGKILL);
  }

  /// Gives how many peers run on a member, by its log.
  size_t running(size_t which) const {
    const auto log = members.at(which)->process().output();
    return count(log, " runs on this member now")
      - count(log, " does not run on this member any more");
  }

  static size_t count(const std::string& text, const std::string& what) {
    size_t result = 0;
    for (auto at = text.find(what); at != std::string::npos;
         at = text.find(what, at + 1))
      ++result;
    return result;
  }

  template <class Predicate>
  static bool wait_until(Predicate holds) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() >= end)
        return false;
      std::this_thread::sleep_for(100ms);
    }
    return true;
  }

  std::unique_ptr<test_phone> phone(const std::string& user, size_t at) const {
    return phone(user, *members.at(at));
  }

  static std::unique_ptr<test_phone> phone(const std::string& user,
                                           const node_process& at) {
    auto made = test_phone::open(user, "example.org", at.adapter("udp"), 10s);
    EXPECT_TRUE(made);
    return made ? std::make_unique<test_phone>(std::move(*made)) : nullptr;
  }

  void expect_registered(test_phone& who) {
    unsigned status = 0;
    EXPECT_TRUE(wait_until([&] {
      const auto answer = who.register_here();
      status = answer ? answer->status() : 0;
      return status == 200;
    }))
      << status << everything();
  }

  void expect_call_soon(test_phone& caller, const std::string& callee) {
    unsigned status = 0;
    EXPECT_TRUE(wait_until([&] {
      const auto answer = caller.call(callee);
      status = answer ? answer->status() : 0;
      return status == 302;
    }))
      << status << everything();
  }

  virtual std::string everything() const {
    std::string result;
    for (const auto& member : members) {
      if (member->was_started())
        result += "== a member\n" + member->process().output();
    }
    return result;
  }

  Botan::AutoSeeded_RNG rng;
  temporary_directory pki;
  identity::validity when{
    std::chrono::time_point_cast<duration>(std::chrono::system_clock::now())
      - 24h,
    std::chrono::time_point_cast<duration>(std::chrono::system_clock::now())
      + 24h};
  std::array<uint16_t, size> ports{};
  std::array<std::unique_ptr<node_process>, size> members;
};

} // namespace carillon::test
