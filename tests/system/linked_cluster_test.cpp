#include "tests/system/operators_cluster.hpp"

using namespace carillon;
using namespace carillon::test;

namespace {

/// A cluster in a ring with a node of somebody else.
class linked_cluster : public operators_cluster {
protected:
  linked_cluster() {
    for (size_t i = 0; i < size; ++i)
      link_ports.at(i) = free_port(host(i));
  }

  std::string overlay(size_t which) const override {
    return "listen = \"" + link_address(which) + "\"\nbootstrap = [" + bootstrap
      + "]\n";
  }

  std::string link_address(size_t which) const {
    return to_string(endpoint{host(which), link_ports.at(which)});
  }

  /// Makes the node of somebody else.
  /// @param entries its overlay.bootstrap, comma-separated and in quotes.
  /// @param port where it takes links; 0 for nowhere.
  static std::unique_ptr<node_process> make_stranger(const std::string& entries,
                                                     uint16_t port) {
    const auto listen =
      "listen = \"" + to_string(endpoint{stranger_host, port}) + "\"\n";
    return std::make_unique<node_process>(
      "contact = \"direct\"\n[overlay]\nk = 2\nn = 3\n"
      + (port == 0 ? std::string{} : listen) + "bootstrap = [" + entries
      + "]\n");
  }

  std::string all_members() const {
    std::string result;
    for (size_t i = 0; i < size; ++i)
      result += (i == 0 ? "\"" : ", \"") + link_address(i) + '"';
    return result;
  }

  std::string everything() const override {
    return "== the stranger\n"
      + (stranger && stranger->was_started() ? stranger->process().output()
                                             : std::string{})
      + operators_cluster::everything();
  }

  /// Expects that users of a member and of the stranger call each other.
  /// @param dies whether the first member does, and they call again then.
  void expect_calls(size_t member, bool dies) {
    const auto alice = phone("alice", member);
    const auto bob = phone("bob", *stranger);
    expect_registered(*alice);
    expect_registered(*bob);
    expect_call_soon(*alice, "bob");
    expect_call_soon(*bob, "alice");
    if (!dies)
      return;
    kill(0);
    EXPECT_TRUE(wait_until([this] { return running(1) + running(2) == peers; }))
      << everything();
    expect_call_soon(*alice, "bob");
    expect_call_soon(*bob, "alice");
  }

  static constexpr auto stranger_host = "127.0.0.9";
  std::array<uint16_t, size> link_ports{};
  /// Where the members look for the ring, comma-separated and in quotes.
  std::string bootstrap;
  std::unique_ptr<node_process> stranger;
};

} // namespace

TEST_F(linked_cluster, serves_strangers_when_a_member_was_killed) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  stranger = make_stranger(all_members(), free_port(stranger_host));
  ASSERT_TRUE(stranger->start_ready()) << everything();
  expect_calls(1, true);
}

TEST_F(linked_cluster, reaches_a_node_that_only_opens_links) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  stranger = make_stranger('"' + link_address(0) + '"', 0);
  ASSERT_TRUE(stranger->start_ready()) << everything();
  expect_calls(2, false);
}

TEST_F(linked_cluster, ends_in_order) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  members.at(2)->process().send(SIGTERM);
  EXPECT_EQ(members.at(2)->process().wait(patience), 0) << everything();
  EXPECT_TRUE(wait_until([this] { return running(0) + running(1) == peers; }))
    << everything();
}

TEST_F(linked_cluster, comes_back_when_all_nodes_were_killed) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  stranger = make_stranger(all_members(), free_port(stranger_host));
  ASSERT_TRUE(stranger->start_ready()) << everything();
  for (auto* node :
       {members[0].get(), members[1].get(), members[2].get(), stranger.get()}) {
    node->process().send(SIGKILL);
    ASSERT_EQ(node->process().wait(10s), 128 + SIGKILL);
  }
  stranger->start();
  for (const auto& member : members)
    member->start(environment());
  for (const auto& member : members)
    ASSERT_TRUE(member->process().wait_for(" ready\n", patience))
      << everything();
  ASSERT_TRUE(stranger->process().wait_for(" ready\n", patience))
    << everything();
  expect_calls(1, false);
}

TEST_F(linked_cluster, is_let_into_a_ring_of_strangers) {
  const auto port = free_port(stranger_host);
  stranger = make_stranger("", port);
  ASSERT_TRUE(stranger->start_ready()) << everything();
  bootstrap = '"' + to_string(endpoint{stranger_host, port}) + '"';
  make_members();
  ASSERT_NO_FATAL_FAILURE(start_all());
  // The member that was let in is as good as any other.
  expect_calls(1, true);
}
