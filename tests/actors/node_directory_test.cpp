#include "actors/node_directory.hpp"
#include "tests/support/peers.hpp"
#include "tests/support/watched_ring.hpp"

using namespace carillon;
using namespace carillon::test;

namespace {

/// Keeps where messages are to go.
class address_book final : public link_transport {
public:
  void send(const chord::peer_ref& to, const overlay_message&) override {
    sent.push_back(*to.node);
  }

  chord::peer_list contacts(size_t, std::minstd_rand&) override {
    return {};
  }

  std::vector<chord::node_info> sent;
};

class directory_of_node : public testing::Test {
public:
  /// Names a peer of another node.
  static chord::peer_ref name(const std::string& endpoint, uint8_t node = 2) {
    auto result = peer("100", node);
    auto info = std::make_shared<chord::node_info>(*result.node);
    info->endpoint = endpoint;
    result.node = std::move(info);
    return result;
  }

  /// Sends a message and gives where it went.
  chord::node_info send(const chord::peer_ref& to) {
    caf::anon_send(
      directory.resolve(to),
      overlay_message{peer("1", 1), chord::message{chord::ping{1}}, nullptr});
    ring.run();
    return links->sent.back();
  }

  watched_ring ring{1};
  std::shared_ptr<address_book> links = std::make_shared<address_book>();
  node_directory directory{
    ring.system, {}, std::make_shared<local_directory>(), links};
};

} // namespace

TEST_F(directory_of_node, has_one_handle_for_a_peer_that_stays_where_it_is) {
  EXPECT_EQ(directory.resolve(name("a:1")), directory.resolve(name("a:1")));
}

TEST_F(directory_of_node, reaches_a_peer_where_it_was_named_last) {
  EXPECT_EQ(send(name("a:1")).endpoint, "a:1");
  EXPECT_EQ(send(name("b:2")).endpoint, "b:2");
  EXPECT_EQ(send(name("a:1")).endpoint, "a:1");
}

TEST_F(directory_of_node, does_not_believe_for_ever_in_a_node_named_wrongly) {
  EXPECT_EQ(send(name("a:1", 3)).fingerprint[0], 3);
  EXPECT_EQ(send(name("a:1", 2)).fingerprint[0], 2);
}

TEST_F(directory_of_node, has_no_handle_for_a_peer_of_its_own_that_is_gone) {
  EXPECT_FALSE(directory.resolve(name("", 0)));
}
