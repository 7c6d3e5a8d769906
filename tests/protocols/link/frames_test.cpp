#include "protocols/link/defaults.hpp"
#include "protocols/link/frames.hpp"
#include "protocols/p2psip/defaults.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/link.pb.h"

#include <gtest/gtest.h>

namespace carillon::link {

namespace {

chord::peer_ref make_peer(uint8_t number) {
  auto node = std::make_shared<chord::node_info>();
  node->fingerprint.fill(number);
  node->endpoint = "192.0.2." + std::to_string(number) + ":7480";
  return {chord::ring_id::hash(bytes(1, number)), number, std::move(node)};
}

const auto alice = make_peer(1);
const auto bob = make_peer(2);
const auto carol = make_peer(3);
const auto some_key = chord::ring_id::hash(bytes{7});
const auto some_record = std::make_shared<const bytes>(bytes{1, 2, 3});

const auto some_digest = identity::fingerprint::of(bytes{9});
const std::vector<p2psip::range_summary>
  some_parts(p2psip::defaults::range_parts, {22, some_digest});

/// One of each kind, with every field that it can have.
std::vector<std::variant<chord::message, p2psip::message>> all_kinds() {
  using namespace chord;
  using namespace p2psip;
  return {
    chord::message{get_neighbors{1}},
    chord::message{neighbors{2, alice, {bob, carol}}},
    chord::message{neighbors{2, std::nullopt, {}}},
    chord::message{notify{}},
    chord::message{neighbors_changed{}},
    chord::message{ping{3}},
    chord::message{pong{4}},
    chord::message{leaving{alice, {bob}}},
    chord::message{lookup{
      5, some_key, carol, routing_strategy::recursive, 6, true, {alice, bob}}},
    chord::message{lookup_answer{7, some_key, bob, {carol}, 8, {alice}}},
    chord::message{get_next_hop{9, some_key, true, {alice.id, bob.id}}},
    chord::message{next_hop{10, carol, true, {alice, bob}}},
    chord::message{introduce{carol, 3}},
    chord::message{get_routes{21}},
    chord::message{routes{22, alice, {bob}, {carol, alice}}},
    chord::message{routes{23, std::nullopt, {}, {}}},
    p2psip::message{store_request{11, some_record}},
    p2psip::message{store_answer{12, std::nullopt, 3}},
    p2psip::message{
      store_answer{13, error{errc::older_epoch, "of alice@example.org"}, 0}},
    p2psip::message{copy_request{14, some_record}},
    p2psip::message{copy_answer{15, error{errc::name_taken, {}}}},
    p2psip::message{fetch_request{16, {1, 2, 3}, "alice@example.org.1"}},
    p2psip::message{fetch_answer{17, {4, 5, 6}}},
    p2psip::message{delivery{"alice", "0123456789abcdef", {7, 8}}},
    p2psip::message{digest_request{18, {alice.id, bob.id}}},
    p2psip::message{digest_answer{19, {}, {{some_key, some_digest, 20}}}},
    p2psip::message{digest_answer{21, some_parts, {}}},
    p2psip::message{copies_wanted{{some_key, alice.id}}},
    p2psip::message{outdated_notice{"alice@example.org.2"}},
  };
}

overlay_frame wrap(std::variant<chord::message, p2psip::message> body) {
  return {bob.id, alice, std::move(body)};
}

/// Decodes a frame that must hold an overlay message when it holds anything.
expected<overlay_frame> decode_overlay(byte_view data) {
  return decode_frame(data).map(
    [](any_frame&& what) { return std::get<overlay_frame>(std::move(what)); });
}

/// Decodes the wire form of a message after `change` was made to it.
template <class Change>
expected<overlay_frame> decode_changed(const overlay_frame& sent,
                                       Change change) {
  const auto data = encode(sent);
  wire::Frame message;
  EXPECT_TRUE(
    message.ParseFromArray(data.data(), static_cast<int>(data.size())));
  change(*message.mutable_overlay());
  return decode_overlay(wire::encode(message));
}

void expect_refused(const expected<overlay_frame>& got, errc code) {
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, code) << to_string(got.error());
}

} // namespace

TEST(frames, carries_every_kind_with_all_fields) {
  std::set<size_t> seen;
  for (auto& body : all_kinds()) {
    const auto sent = wrap(body);
    seen.insert(
      100 * body.index()
      + std::visit([](const auto& kind) { return kind.index(); }, body));
    const auto data = encode(sent);
    const auto got = decode_overlay(data);
    ASSERT_TRUE(got) << to_string(got.error());
    EXPECT_EQ(got->to, bob.id);
    EXPECT_EQ(got->from.id, alice.id);
    EXPECT_EQ(got->from.index, alice.index);
    EXPECT_EQ(got->from.node->fingerprint, alice.node->fingerprint);
    EXPECT_EQ(got->from.node->endpoint, alice.node->endpoint);
    EXPECT_EQ(got->body.index(), body.index());
    // What is decoded says the same as what was encoded.
    EXPECT_EQ(encode(*got), data);
  }
  EXPECT_EQ(
    seen.size(),
    std::variant_size_v<chord::message> + std::variant_size_v<p2psip::message>);
}

TEST(frames, reads_values_as_they_were_written) {
  const auto sent =
    wrap(chord::message{chord::lookup{5,
                                      some_key,
                                      carol,
                                      chord::routing_strategy::recursive,
                                      6,
                                      true,
                                      {alice, bob}}});
  const auto got = decode_overlay(encode(sent)).value();
  const auto& msg = std::get<chord::lookup>(std::get<chord::message>(got.body));
  EXPECT_EQ(msg.request, 5u);
  EXPECT_EQ(msg.key, some_key);
  EXPECT_EQ(msg.origin, carol);
  EXPECT_EQ(msg.strategy, chord::routing_strategy::recursive);
  EXPECT_EQ(msg.hops, 6u);
  EXPECT_TRUE(msg.final);
  EXPECT_EQ(msg.path, (chord::peer_list{alice, bob}));
  EXPECT_EQ(msg.path.front().node->endpoint, alice.node->endpoint);
}

TEST(frames, shares_the_description_of_a_node) {
  auto twin = alice;
  twin.index = 9;
  twin.id = some_key;
  const auto got = decode_overlay(encode(wrap(
    chord::message{chord::neighbors{1, std::nullopt, {alice, twin, bob}}})));
  const auto& list =
    std::get<chord::neighbors>(std::get<chord::message>(got.value().body))
      .successors;
  EXPECT_EQ(list[0].node, list[1].node);
  EXPECT_NE(list[1].node, list[2].node);
}

TEST(frames, shows_or_outlives_every_truncation) {
  for (const auto& body : all_kinds()) {
    const auto data = encode(wrap(body));
    for (size_t size = 0; size < data.size(); ++size) {
      const auto got = decode_overlay({data.data(), size});
      // A message that ends between two fields is one that lacks some.
      if (got) {
        EXPECT_NE(encode(*got), data);
      }
    }
  }
}

TEST(frames, passes_over_unknown_fields) {
  const auto got = decode_changed(
    wrap(chord::message{chord::ping{3}}), [](wire::Overlay& message) {
      // Field 1000, a number.
      message.mutable_unknown_fields()->append("\xc0\x3e\x07");
    });
  EXPECT_TRUE(got);
}

TEST(frames, names_unknown_kinds_of_messages) {
  expect_refused(
    decode_changed(wrap(chord::message{chord::ping{3}}),
                   [](wire::Overlay& message) { message.clear_body(); }),
    errc::unsupported_version);
}

TEST(frames, refuses_what_is_too_large) {
  expect_refused(decode_overlay(bytes(defaults::max_message + 1)),
                 errc::too_large);
  const chord::peer_list crowd(defaults::max_peers + 1, alice);
  expect_refused(decode_overlay(encode(wrap(
                   chord::message{chord::neighbors{1, std::nullopt, crowd}}))),
                 errc::too_large);
  const std::vector<chord::ring_id> ids(100, alice.id);
  expect_refused(decode_overlay(encode(wrap(chord::message{
                   chord::get_next_hop{1, some_key, false, ids}}))),
                 errc::too_large);
  const chord::peer_list fingers(chord::ring_id::bits + 1, alice);
  expect_refused(decode_overlay(encode(
                   wrap(chord::message{chord::routes{1, {}, {}, fingers}}))),
                 errc::too_large);
  const auto record = std::make_shared<const bytes>(
    bytes(p2psip::defaults::max_record_size + 1, 1));
  expect_refused(decode_overlay(encode(
                   wrap(p2psip::message{p2psip::store_request{1, record}}))),
                 errc::too_large);
  expect_refused(decode_overlay(encode(wrap(p2psip::message{
                   p2psip::delivery{std::string(65, 'a'), "1", {1}}}))),
                 errc::too_large);
}

TEST(frames, refuses_fields_that_are_none) {
  const auto neighbours =
    wrap(chord::message{chord::neighbors{2, std::nullopt, {alice}}});
  const auto peer = [](wire::Overlay& message) -> wire::Peer& {
    return *message.mutable_neighbors()->mutable_successors(0);
  };
  const auto refuses = [&](auto change) {
    expect_refused(decode_changed(neighbours, change), errc::malformed);
  };
  refuses([](wire::Overlay& message) { message.set_to("short"); });
  refuses([](wire::Overlay& message) { message.clear_from(); });
  refuses([&](wire::Overlay& message) { peer(message).set_id(""); });
  refuses([&](wire::Overlay& message) { peer(message).set_node("x"); });
  refuses([&](wire::Overlay& message) { peer(message).set_endpoint("a\nb"); });
  const auto lookup =
    wrap(chord::message{chord::lookup{1, some_key, carol, {}, 0, false, {}}});
  expect_refused(decode_changed(lookup,
                                [](wire::Overlay& message) {
                                  message.mutable_lookup()->set_strategy(3);
                                }),
                 errc::malformed);
  expect_refused(decode_changed(lookup,
                                [](wire::Overlay& message) {
                                  message.mutable_lookup()->set_hops(65536);
                                }),
                 errc::malformed);
  expect_refused(decode_overlay(encode(wrap(p2psip::message{
                   p2psip::fetch_request{1, {}, "alice\x01"}}))),
                 errc::malformed);
  expect_refused(
    decode_overlay(encode(wrap(p2psip::message{p2psip::fetch_answer{1, {}}}))),
    errc::malformed);
}

TEST(frames, refuse_digests_that_make_no_sense) {
  const auto refuses = [](const p2psip::message& body, errc code) {
    expect_refused(decode_overlay(encode(wrap(body))), code);
  };
  const p2psip::record_tag tag{some_key, some_digest, 1};
  refuses(p2psip::digest_answer{1, {some_parts.front()}, {}}, errc::malformed);
  refuses(p2psip::digest_answer{1, some_parts, {tag}}, errc::malformed);
  auto absurd = some_parts;
  absurd.back().count = p2psip::defaults::records_per_peer + 1;
  refuses(p2psip::digest_answer{1, absurd, {}}, errc::malformed);
  constexpr auto too_many = p2psip::defaults::listed_records + 1;
  refuses(p2psip::digest_answer{1, {}, std::vector(too_many, tag)},
          errc::too_large);
  refuses(p2psip::copies_wanted{std::vector(too_many, some_key)},
          errc::too_large);
  refuses(p2psip::outdated_notice{std::string(1'000, 'a')}, errc::too_large);
  const auto asked =
    wrap(p2psip::message{p2psip::digest_request{1, {some_key, alice.id}}});
  expect_refused(decode_changed(asked,
                                [](wire::Overlay& message) {
                                  message.mutable_digest_request()->clear_to();
                                }),
                 errc::malformed);
  expect_refused(
    decode_overlay(encode(wrap(chord::message{chord::introduce{carol, 65}}))),
    errc::malformed);
}

TEST(frames, carry_hellos_heartbeats_and_problems) {
  hello full;
  full.min_version = 2;
  full.max_version = 7;
  full.ring = identity::fingerprint::of(bytes{1});
  full.descriptor_version = 3;
  full.time = timestamp{std::chrono::hours{500'000}};
  full.incarnation = 4;
  full.ticket = {5, 6};
  full.peers = 7;
  full.endpoint = "192.0.2.1:7480";
  full.run = 9;
  full.bootstrap = {identity::fingerprint::of(bytes{2})};
  full.relays = true;
  full.is_member = true;
  hello empty;
  empty.time = full.time;
  for (const auto& what : {full, empty}) {
    const auto got = decode_frame(encode(what));
    ASSERT_TRUE(got) << to_string(got.error());
    EXPECT_EQ(std::get<hello>(*got), what);
  }
  const heartbeat beat{8, true};
  EXPECT_EQ(std::get<heartbeat>(decode_frame(encode(beat)).value()), beat);
  const problem last{{errc::wrong_ring, "of example.org"}, true};
  EXPECT_EQ(std::get<problem>(decode_frame(encode(last)).value()), last);
}

TEST(frames, carry_requests_and_their_answers) {
  const auto id = identity::fingerprint::of(bytes{1});
  const std::vector<any_frame> all{
    join_request{3, {1, 2}},
    join_request{},
    join_answer{{{1}, {2, 3}}, {4}, std::nullopt},
    join_answer{{{1}}, {}, error{errc::quota_exceeded, "of 4 peers"}},
    call_back_request{id, {}, "192.0.2.1:7480"},
    call_back_request{{}, id, ""},
    tunnel_frame{1, tunnel_open{id}},
    tunnel_frame{2, tunnel_offer{id}},
    tunnel_frame{3, tunnel_data{bytes(defaults::max_tunnel_data, 7)}},
    tunnel_frame{UINT32_MAX, tunnel_credit{5}},
    tunnel_frame{4, tunnel_close{{errc::overloaded, "too many"}}},
  };
  for (const auto& what : all) {
    const auto got = decode_frame(encode(what));
    ASSERT_TRUE(got) << to_string(got.error());
    EXPECT_EQ(got->index(), what.index());
    EXPECT_EQ(encode(*got), encode(what));
  }
}

TEST(frames, refuse_answers_with_fields_that_are_none) {
  const auto refuses = [](auto change, errc code) {
    wire::Frame message;
    change(message);
    const auto got = decode_frame(wire::encode(message));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, code) << to_string(got.error());
  };
  refuses(
    [](wire::Frame& frame) {
      for (size_t i = 0; i <= defaults::max_descriptors; ++i)
        frame.mutable_join_answer()->add_descriptors("x");
    },
    errc::too_large);
  refuses(
    [](wire::Frame& frame) {
      frame.mutable_join_answer()->add_descriptors("");
    },
    errc::malformed);
  refuses(
    [](wire::Frame& frame) {
      frame.mutable_join_request()->set_ticket(std::string(5000, 'x'));
    },
    errc::too_large);
  refuses(
    [](wire::Frame& frame) { frame.mutable_call_back()->set_node("short"); },
    errc::malformed);
  refuses(
    [](wire::Frame& frame) {
      for (int i = 0; i < 9; ++i)
        frame.mutable_hello()->add_bootstrap(std::string(32, 'x'));
    },
    errc::too_large);
  refuses([](wire::Frame& frame) { frame.mutable_tunnel()->set_open("short"); },
          errc::malformed);
  refuses([](wire::Frame& frame) { frame.mutable_tunnel()->set_offer(""); },
          errc::malformed);
  refuses([](wire::Frame& frame) { frame.mutable_tunnel()->set_data(""); },
          errc::malformed);
  refuses(
    [](wire::Frame& frame) {
      frame.mutable_tunnel()->set_data(
        std::string(defaults::max_tunnel_data + 1, 'x'));
    },
    errc::too_large);
  refuses([](wire::Frame& frame) { frame.mutable_tunnel()->set_credit(0); },
          errc::malformed);
  refuses([](wire::Frame& frame) { frame.mutable_tunnel()->set_number(1); },
          errc::unsupported_version);
}

TEST(frames, refuse_hellos_with_fields_that_are_none) {
  const auto refuses = [](auto change, errc code) {
    wire::Frame message;
    change(*message.mutable_hello());
    const auto got = decode_frame(wire::encode(message));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, code) << to_string(got.error());
  };
  refuses([](wire::Hello& field) { field.set_ring("short"); }, errc::malformed);
  refuses([](wire::Hello& field) { field.set_time(-1); }, errc::malformed);
  refuses([](wire::Hello& field) { field.set_endpoint("a\n"); },
          errc::malformed);
  refuses([](wire::Hello& field) { field.set_ticket(std::string(5000, 'x')); },
          errc::too_large);
}

TEST(frames, name_unknown_kinds) {
  wire::Frame message;
  // Field 1000, a number.
  message.mutable_unknown_fields()->append("\xc0\x3e\x07");
  const auto got = decode_frame(wire::encode(message));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::unsupported_version);
}

TEST(frames, makes_something_of_a_reason_that_is_not_known_here) {
  const auto got = decode_changed(
    wrap(p2psip::message{p2psip::copy_answer{1, error{errc::stale, "x"}}}),
    [](wire::Overlay& message) {
      message.mutable_copy_answer()->mutable_refusal()->set_reason("bad mood");
    });
  const auto& msg =
    std::get<p2psip::copy_answer>(std::get<p2psip::message>(got.value().body));
  EXPECT_EQ(msg.refusal->code, errc::unsupported_version);
}

TEST(frames, writes_no_control_characters_into_a_refusal) {
  const auto got =
    decode_overlay(encode(wrap(p2psip::message{p2psip::copy_answer{
      1, error{errc::stale, "a\r\nb" + std::string(9999, 'x')}}})));
  const auto& msg =
    std::get<p2psip::copy_answer>(std::get<p2psip::message>(got.value().body));
  EXPECT_TRUE(msg.refusal->detail.starts_with("a??b"));
  EXPECT_EQ(msg.refusal->detail.size(), defaults::max_detail);
}

} // namespace carillon::link
