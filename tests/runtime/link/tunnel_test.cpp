#include "protocols/identity/node_fingerprint.hpp"
#include "runtime/defaults.hpp"
#include "tests/runtime/link/links.hpp"

#include <optional>
#include <string>

namespace carillon {

namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::linked_node;
using test::make_keys;
using test::raw_link;
using test::test_socket;

/// Nodes that listen nowhere, and others that carry tunnels between them.
class tunnels : public test::links {
public:
  /// Makes a node that listens, but carries no tunnels.
  linked_node make_unwilling() {
    test::node_traits traits;
    traits.relays = false;
    return {system, ring, make_keys(rng), traits};
  }

  /// Makes nodes link to another one.
  static void connect(std::initializer_list<linked_node*> nodes,
                      linked_node& to) {
    for (auto* node : nodes) {
      const auto before = to.got->size();
      node->ping(to.self);
      EXPECT_TRUE(eventually([&] { return to.got->size() > before; }));
    }
  }

  /// Sends pings until one arrives.
  static bool reach(linked_node& from, linked_node& to) {
    const auto before = to.got->size();
    return eventually([&] {
      from.ping(to.self);
      return to.got->size() > before;
    });
  }

  /// Gives who carries the link of a node to another one; nothing when none
  /// does.
  static std::optional<identity::fingerprint> via(const linked_node& node,
                                                  const linked_node& other) {
    for (const auto& link : node.links->report().open) {
      if (link.node.data() == other.self.node->fingerprint)
        return link.via;
    }
    return std::nullopt;
  }

  static identity::fingerprint id_of(const linked_node& node) {
    return identity::fingerprint_of(*node.self.node);
  }

  /// Waits for the next frame of a tunnel.
  static std::optional<link::tunnel_frame> await_tunnel(raw_link& from) {
    while (const auto frame = from.receive()) {
      if (const auto* said = std::get_if<link::tunnel_frame>(&*frame))
        return *said;
    }
    return std::nullopt;
  }

  /// Expects that a node refuses to carry a tunnel.
  void expect_no_tunnel(const linked_node& relay,
                        const identity::fingerprint& to) {
    auto asker = meet(relay, make_keys(rng));
    asker.send(link::tunnel_frame{1, link::tunnel_open{to}});
    const auto said = await_tunnel(asker);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->number, 1u);
    ASSERT_TRUE(std::holds_alternative<link::tunnel_close>(said->what));
    EXPECT_EQ(std::get<link::tunnel_close>(said->what).why.code,
              errc::unreachable);
  }
};

bytes as_data(const std::string& text) {
  return {text.begin(), text.end()};
}

} // namespace

TEST_F(tunnels, carry_links_between_hidden_nodes) {
  auto relay = make();
  auto alice = make(false);
  auto bob = make(false);
  connect({&alice, &bob}, relay);
  alice.ping(bob.self);
  ASSERT_TRUE(eventually([&] { return bob.got->size() == 1; }));
  EXPECT_EQ(bob.got->senders()[0], alice.self);
  bob.ping(alice.self);
  ASSERT_TRUE(eventually([&] { return alice.got->size() == 1; }));
  EXPECT_EQ(via(alice, bob), id_of(relay));
  EXPECT_EQ(via(bob, alice), id_of(relay));
  EXPECT_EQ(via(alice, relay), std::nullopt);
  EXPECT_EQ(relay.links->report().tunnels, 1u);
  EXPECT_EQ(alice.links->report().tunnels, 0u);
}

TEST_F(tunnels, carry_more_than_fits_into_one_window) {
  auto relay = make();
  auto alice = make(false);
  auto bob = make(false);
  connect({&alice, &bob}, relay);
  const chord::peer_list many(link::defaults::max_peers, bob.self);
  constexpr size_t messages = 200;
  for (size_t i = 0; i < messages; ++i)
    alice.tell(bob.self, many);
  EXPECT_TRUE(eventually([&] { return bob.got->size() == messages; }));
}

TEST_F(tunnels, are_one_when_both_nodes_open_them_at_once) {
  auto relay = make();
  for (int round = 0; round < 5; ++round) {
    auto alice = make(false);
    auto bob = make(false);
    connect({&alice, &bob}, relay);
    alice.ping(bob.self);
    bob.ping(alice.self);
    ASSERT_TRUE(eventually(
      [&] { return bob.got->size() == 1 && alice.got->size() == 1; }));
    EXPECT_EQ(alice.links->report().open.size(), 2u);
    EXPECT_EQ(bob.links->report().open.size(), 2u);
  }
  EXPECT_TRUE(eventually([&] { return relay.links->report().tunnels == 0; }));
}

TEST_F(tunnels, go_through_another_node_when_theirs_ends) {
  auto alice = make(false);
  auto bob = make(false);
  auto second = make();
  {
    auto first = make();
    connect({&alice, &bob}, first);
    ASSERT_TRUE(reach(alice, bob));
    EXPECT_EQ(via(alice, bob), id_of(first));
    connect({&alice, &bob}, second);
  }
  EXPECT_TRUE(eventually([&] { return !via(alice, bob) && !via(bob, alice); }));
  ASSERT_TRUE(reach(alice, bob));
  EXPECT_EQ(via(alice, bob), id_of(second));
}

TEST_F(tunnels, go_through_another_node_when_one_knows_no_way) {
  auto alice = make(false);
  auto bob = make(false);
  auto stranger = make();
  auto relay = make();
  connect({&alice}, stranger);
  connect({&alice, &bob}, relay);
  // Whoever has named a node is asked first.
  stranger.tell(alice.self, {bob.self});
  ASSERT_TRUE(eventually([&] { return alice.got->size() == 1; }));
  alice.ping(bob.self);
  ASSERT_TRUE(eventually([&] { return bob.got->size() == 1; }));
  EXPECT_EQ(via(alice, bob), id_of(relay));
}

TEST_F(tunnels, go_through_none_that_does_not_want_to) {
  auto unwilling = make_unwilling();
  auto relay = make();
  auto alice = make(false);
  auto bob = make(false);
  connect({&alice, &bob}, unwilling);
  expect_no_tunnel(unwilling, id_of(bob));
  connect({&alice, &bob}, relay);
  ASSERT_TRUE(reach(alice, bob));
  EXPECT_EQ(via(alice, bob), id_of(relay));
}

TEST_F(tunnels, lead_to_nobody_without_a_link) {
  auto relay = make();
  auto bob = make(false);
  expect_no_tunnel(relay, id_of(bob));
}

TEST_F(tunnels, end_with_the_link_they_were_asked_for_on) {
  auto relay = make();
  auto bob = make(false);
  connect({&bob}, relay);
  {
    auto mallory = meet(relay, make_keys(rng));
    mallory.send(link::tunnel_frame{1, link::tunnel_open{id_of(bob)}});
    ASSERT_TRUE(eventually([&] { return relay.links->report().tunnels == 1; }));
  }
  EXPECT_TRUE(eventually([&] { return relay.links->report().tunnels == 0; }));
  EXPECT_TRUE(reach(bob, relay));
}

TEST_F(tunnels, are_opened_only_so_fast) {
  auto relay = make();
  auto mallory = meet(relay, make_keys(rng));
  bool was_too_fast = false;
  // Even when half of them are sent in the next second.
  for (uint32_t i = 0; i < 3 * defaults::tunnels_per_second; ++i)
    mallory.send(link::tunnel_frame{2 * i + 1, link::tunnel_open{}});
  for (uint32_t i = 0; i < 3 * defaults::tunnels_per_second; ++i) {
    const auto said = await_tunnel(mallory);
    ASSERT_TRUE(said);
    was_too_fast = was_too_fast
      || std::get<link::tunnel_close>(said->what).why.code == errc::overloaded;
  }
  EXPECT_TRUE(was_too_fast);
  expect_served(relay);
}

TEST_F(tunnels, full_of_garbage_harm_nobody) {
  auto bob = make();
  auto mallory = meet(bob, make_keys(rng));
  mallory.send(link::tunnel_frame{1, link::tunnel_offer{}});
  mallory.send(link::tunnel_frame{1, link::tunnel_data{as_data("no TLS")}});
  auto said = await_tunnel(mallory);
  while (said && !std::holds_alternative<link::tunnel_close>(said->what))
    said = await_tunnel(mallory);
  EXPECT_TRUE(said);
  EXPECT_EQ(bob.links->report().counts->misbehaviours, 0u);
  expect_served(bob);
}

TEST_F(tunnels, whose_bytes_were_altered_carry_nothing_and_blame_nobody) {
  auto bob = make();
  auto alice = make();
  auto mallory = meet(bob, make_keys(rng));
  // Alice connects to a socket of the test, which stands for the tunnel.
  auto entry = test_socket::listening();
  auto info = std::make_shared<chord::node_info>(*bob.self.node);
  info->endpoint = to_string(entry.local().address);
  auto there = bob.self;
  there.node = info;
  alice.ping(there);
  auto from_alice = entry.accept();
  auto greeting = as_data(from_alice.receive());
  // A byte of the client's random number (RFC 8446 section 4.1.2).
  constexpr size_t in_random = 20;
  ASSERT_GT(greeting.size(), in_random);
  greeting[in_random] ^= 1;
  mallory.send(link::tunnel_frame{1, link::tunnel_offer{id_of(alice)}});
  mallory.send(link::tunnel_frame{1, link::tunnel_data{greeting}});
  auto said = await_tunnel(mallory);
  while (said && !std::holds_alternative<link::tunnel_data>(said->what))
    said = await_tunnel(mallory);
  ASSERT_TRUE(said);
  const auto& answer = std::get<link::tunnel_data>(said->what).data;
  from_alice.send(
    {reinterpret_cast<const char*>(answer.data()), answer.size()});
  EXPECT_TRUE(
    eventually([&] { return alice.links->report().counts->failed == 1; }));
  EXPECT_EQ(alice.links->report().counts->misbehaviours, 0u);
  EXPECT_EQ(bob.links->report().counts->misbehaviours, 0u);
  EXPECT_EQ(bob.got->size(), 0u);
}

} // namespace carillon
