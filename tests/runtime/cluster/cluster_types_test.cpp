#include "actors/messages.hpp"
#include "actors/remote_codec.hpp"
#include "protocols/link/defaults.hpp"
#include "runtime/cluster/cluster_system.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

namespace carillon {

namespace {

/// A system without a network that knows what a cluster carries.
class cluster_types : public testing::Test {
public:
  cluster_types()
    : system{prepare(config)} {}

  /// Sends a value through CAF's serializer, as a connection does.
  template <class T>
  T carry(const T& value) {
    std::vector<char> wire;
    caf::binary_serializer sink{system, wire};
    auto sent = caf::make_message(value);
    EXPECT_EQ(sink(sent), caf::none);
    caf::binary_deserializer source{system, wire};
    caf::message got;
    EXPECT_EQ(source(got), caf::none);
    EXPECT_TRUE(got.match_elements<T>());
    return got.get_as<T>(0);
  }

  static caf::actor_system_config& prepare(caf::actor_system_config& config) {
    add_cluster_types(config);
    return config;
  }

  static chord::peer_ref make_peer(uint8_t number) {
    chord::node_info node;
    node.fingerprint.fill(number);
    node.endpoint = "192.0.2.1:7480";
    return {chord::ring_id::hash(bytes{number}), number,
            std::make_shared<const chord::node_info>(node)};
  }

  static void expect_same(const chord::peer_ref& lhs,
                          const chord::peer_ref& rhs) {
    EXPECT_EQ(lhs.id, rhs.id);
    EXPECT_EQ(lhs.index, rhs.index);
    ASSERT_TRUE(lhs.node && rhs.node);
    EXPECT_EQ(lhs.node->fingerprint, rhs.node->fingerprint);
    EXPECT_EQ(lhs.node->endpoint, rhs.node->endpoint);
  }

  caf::actor_system_config config;
  caf::actor_system system;
  const chord::peer_ref first = make_peer(1);
  const chord::peer_ref second = make_peer(2);
  const error refusal{errc::timeout, "nobody answers"};
};

} // namespace

TEST_F(cluster_types, come_without_what_starts_actors_or_changes_settings) {
  const auto offers = [this](caf::atom_value what) {
    return static_cast<bool>(system.registry().get(what));
  };
  ASSERT_TRUE(offers(caf::atom("SpawnServ")));
  ASSERT_TRUE(offers(caf::atom("ConfigServ")));
  close_cluster_system(system);
  EXPECT_FALSE(offers(caf::atom("SpawnServ")));
  EXPECT_FALSE(offers(caf::atom("ConfigServ")));
}

TEST_F(cluster_types, carry_messages_of_peers) {
  const overlay_message ring{first, chord::message{chord::ping{7}}, nullptr};
  const auto pinged = carry(ring);
  expect_same(pinged.from, first);
  const auto& body = std::get<chord::message>(pinged.body);
  EXPECT_EQ(std::get<chord::ping>(body).request, 7U);
  const overlay_message records{
    second,
    p2psip::message{
      p2psip::store_request{9, std::make_shared<const bytes>(bytes{1, 2, 3})}},
    nullptr};
  const auto stored = carry(records);
  const auto& request =
    std::get<p2psip::store_request>(std::get<p2psip::message>(stored.body));
  EXPECT_EQ(request.request, 9U);
  EXPECT_EQ(*request.record, (bytes{1, 2, 3}));
}

TEST_F(cluster_types, carry_references_and_keys) {
  EXPECT_EQ(carry(first.id), first.id);
  expect_same(carry(first), first);
  EXPECT_EQ(
    *carry(p2psip::shared_bytes{std::make_shared<const bytes>(bytes{4, 5})}),
    (bytes{4, 5}));
  EXPECT_EQ(carry(trust::outcome::bad_share), trust::outcome::bad_share);
}

TEST_F(cluster_types, carry_deliveries) {
  const auto got = carry(p2psip::delivery{"bob", "trace", bytes{1, 2}});
  EXPECT_EQ(got.addressee, "bob");
  EXPECT_EQ(got.trace, "trace");
  EXPECT_EQ(got.content, (bytes{1, 2}));
}

TEST_F(cluster_types, carry_lookups) {
  using namespace std::chrono_literals;
  const auto options = carry(
    chord::lookup_options{chord::routing_strategy::iterative, 3s, 400ms, 2});
  EXPECT_EQ(options.strategy, chord::routing_strategy::iterative);
  EXPECT_EQ(options.attempt_timeout, 3s);
  EXPECT_EQ(options.hop_timeout, 400ms);
  EXPECT_EQ(options.attempts, 2U);
  const auto found = carry(
    lookup_outcome{chord::lookup_result{first.id, first, {second}, 4, 2}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key, first.id);
  expect_same(found->owner, first);
  ASSERT_EQ(found->successors.size(), 1U);
  EXPECT_EQ(found->hops, 4U);
  EXPECT_EQ(found->attempts, 2U);
  EXPECT_EQ(carry(lookup_outcome{tl::unexpected{refusal}}).error(), refusal);
}

TEST_F(cluster_types, carry_what_became_of_records) {
  const auto put = carry(put_outcome{stored_record{first, 3}});
  ASSERT_TRUE(put);
  expect_same(put->owner, first);
  EXPECT_EQ(put->copies, 3U);
  EXPECT_EQ(carry(put_outcome{tl::unexpected{refusal}}).error(), refusal);
  const auto got = carry(fetch_outcome{
    second, fetched_record{identity::fingerprint::of(bytes{1}), bytes{6}}, 5});
  ASSERT_TRUE(got.result);
  expect_same(*got.holder, second);
  EXPECT_EQ(got.result->node, identity::fingerprint::of(bytes{1}));
  EXPECT_EQ(got.result->record, (bytes{6}));
  EXPECT_EQ(got.hops, 5U);
  const auto none =
    carry(fetch_outcome{std::nullopt, tl::unexpected{refusal}, 0});
  EXPECT_FALSE(none.holder);
  EXPECT_EQ(none.result.error(), refusal);
}

TEST_F(cluster_types, carry_what_a_peer_knows_of_itself) {
  peer_view view;
  view.neighbours = {first, second, {second}};
  view.state = chord::ring_member::state::member;
  view.fingers = 12;
  const auto got = carry(view);
  expect_same(got.neighbours.self, first);
  expect_same(*got.neighbours.predecessor, second);
  EXPECT_EQ(got.neighbours.successors.size(), 1U);
  EXPECT_EQ(got.state, chord::ring_member::state::member);
  EXPECT_EQ(got.fingers, 12U);
}

TEST_F(cluster_types, are_refused_when_they_are_malformed) {
  overlay_message message;
  EXPECT_FALSE(decode_remote("x", message));
  EXPECT_FALSE(
    decode_remote(std::string(link::defaults::max_message + 1, 'x'), message));
  chord::ring_id id;
  EXPECT_FALSE(decode_remote("short", id));
  chord::peer_ref peer;
  EXPECT_FALSE(decode_remote("", peer));
  lookup_outcome found;
  EXPECT_FALSE(decode_remote("", found));
  put_outcome stored;
  EXPECT_FALSE(decode_remote("", stored));
  fetch_outcome got;
  EXPECT_FALSE(decode_remote("", got));
  peer_view view;
  EXPECT_FALSE(decode_remote("", view));
  p2psip::shared_bytes record;
  EXPECT_FALSE(
    decode_remote(std::string(link::defaults::max_message + 1, 'x'), record));
}

} // namespace carillon
