#include "runtime/admin/json_views.hpp"
#include "runtime/defaults.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace carillon;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

chord::peer_ref peer(uint8_t number) {
  std::array<uint8_t, chord::ring_id::size> id{};
  id.back() = number;
  return {chord::ring_id{id}, number,
          std::make_shared<chord::node_info>(
            chord::node_info{{1, 2}, "192.0.2.1:7480"})};
}

} // namespace

TEST(time_text, follows_rfc_3339) {
  EXPECT_EQ(time_text(timestamp{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_text(timestamp{1'769'851'800s + 123'999us}),
            "2026-01-31T09:30:00.123Z");
}

TEST(json_views, list_no_more_peers_than_asked_for) {
  std::vector<inspected_peer> peers(10'000);
  for (auto& one : peers) {
    one.self = peer(1);
    one.view = peer_view{{one.self, peer(2), {peer(3), peer(4)}},
                         chord::ring_member::state::member,
                         5};
  }
  peers[1].view.reset();
  const auto got = peers_json(peers, 0, 2);
  EXPECT_EQ(got["total"], 10'000);
  EXPECT_EQ(got["states"]["member"], 9'999);
  EXPECT_EQ(got["states"]["restarting"], 1);
  ASSERT_EQ(got["peers"].size(), 2u);
  const auto& first = got["peers"][0];
  EXPECT_EQ(first["id"], peer(1).id.to_hex());
  EXPECT_EQ(first["predecessor"], peer(2).id.to_hex());
  EXPECT_EQ(first["successors"],
            json({peer(3).id.to_hex(), peer(4).id.to_hex()}));
  EXPECT_EQ(first["fingers"], 5);
  EXPECT_EQ(got["peers"][1]["state"], "restarting");
  EXPECT_EQ(peers_json(peers, 9'999, 100)["peers"].size(), 1u);
  EXPECT_EQ(peers_json(peers, 10'000, 100)["peers"].size(), 0u);
  EXPECT_EQ(peers_json(peers, 20'000, 100)["peers"].size(), 0u);
  EXPECT_EQ(peers_json(peers, 0, 0)["peers"].size(), 0u);
}

TEST(json_views, tell_at_which_member_of_a_cluster_a_peer_runs) {
  cluster_report cluster;
  cluster.members = {{"one", "10.0.0.1:7490", 1, true, false, true},
                     {"two", "10.0.0.2:7490", 0, false, true, false}};
  cluster.holders = {0, std::nullopt};
  std::vector<inspected_peer> peers(3);
  for (uint8_t i = 0; i < 3; ++i)
    peers[i].self = peer(i);
  auto listed = peers_json(peers, 0, 3);
  add_holders(listed, cluster);
  EXPECT_EQ(listed["peers"][0]["member"], "10.0.0.1:7490");
  EXPECT_TRUE(listed["peers"][1]["member"].is_null());
  EXPECT_TRUE(listed["peers"][2]["member"].is_null());
  const auto got = cluster_json(cluster);
  EXPECT_EQ(got["majority"], false);
  EXPECT_EQ(got["members"][0]["self"], true);
  EXPECT_EQ(got["members"][0]["peers"], 1);
  EXPECT_EQ(got["members"][1]["leads"], true);
  EXPECT_EQ(got["members"][1]["connected"], false);
}

TEST(json_views, tell_who_owns_a_key) {
  const chord::lookup_result found{peer(9).id, peer(1), {peer(2)}, 3, 1};
  const auto got = lookup_json("bob@example.org", found, 1500us);
  EXPECT_EQ(got["key"], "bob@example.org");
  EXPECT_EQ(got["id"], peer(9).id.to_hex());
  EXPECT_EQ(got["owner"]["id"], peer(1).id.to_hex());
  EXPECT_EQ(got["owner"]["endpoint"], "192.0.2.1:7480");
  EXPECT_EQ(got["successors"][0]["index"], 2);
  EXPECT_EQ(got["hops"], 3);
  EXPECT_EQ(got["duration_ms"], 1.5);
}

TEST(json_views, tell_why_there_is_nothing_about_a_user) {
  const user_report nothing{{fail(errc::no_such_record, "bob"), 2},
                            {fail(errc::not_enough_shares, "3 of 4"), {}}};
  const auto got = user_json({"bob", "example.org"}, nothing,
                             {{"t1", "alice", "the key has changed", {}}});
  EXPECT_EQ(got["user"], "bob@example.org");
  EXPECT_EQ(got["location"]["error"], "no such record: bob");
  EXPECT_EQ(got["key"]["error"], "not enough shares: 3 of 4");
  ASSERT_EQ(got["alarms"].size(), 1u);
  EXPECT_EQ(got["alarms"][0]["raised_by"], "alice");
  EXPECT_EQ(got["alarms"][0]["why"], "the key has changed");
}

TEST(json_views, tell_where_a_user_is) {
  user_report found{{fail(errc::timeout), 0}, {fail(errc::timeout), {}}};
  identity::verified_location where;
  where.location.aor = {"bob", "example.org"};
  where.location.peer = peer(7).id;
  where.location.peer_index = 7;
  where.location.endpoint = "192.0.2.1:7480";
  where.location.epoch = 42;
  where.location.expires = timestamp{1h};
  found.where.found = where;
  const auto got = user_json({"bob", "example.org"}, found, {});
  EXPECT_EQ(got["location"]["registered"], true);
  EXPECT_EQ(got["location"]["epoch"], 42);
  EXPECT_EQ(got["location"]["expires"], "1970-01-01T01:00:00.000Z");
  EXPECT_EQ(got["alarms"], json::array());
}

TEST(json_views, tell_the_steps_of_a_call) {
  call_journal journal;
  journal.add(
    {"t", "alice", call_steps::invite_received, "for bob", timestamp{1s}});
  journal.add({"t", "alice", call_steps::redirected, "sip:bob@[::1]",
               timestamp{1s + 2500us}});
  const auto got = call_json("t", journal.find("t").value());
  EXPECT_EQ(got["what"], "call by alice for bob");
  EXPECT_EQ(got["outcome"], "redirected");
  EXPECT_EQ(got["ending"], "redirected to sip:bob@[::1]");
  ASSERT_EQ(got["steps"].size(), 2u);
  EXPECT_EQ(got["steps"][1]["ms"], 2.5);
  EXPECT_EQ(got["steps"][1]["step"], "302 sent");
}

TEST(json_views, tell_of_links) {
  link_view link;
  link.address = "192.0.2.1:7480";
  link.dialled = true;
  link.frames_in = 3;
  link_view carried;
  carried.via = identity::fingerprint::of(bytes{1});
  const auto got = links_json({link, carried});
  EXPECT_EQ(got["links"][0]["address"], "192.0.2.1:7480");
  EXPECT_EQ(got["links"][0]["dialled"], true);
  EXPECT_EQ(got["links"][0]["frames_in"], 3);
  EXPECT_TRUE(got["links"][0]["via"].is_null());
  EXPECT_EQ(got["links"][1]["via"], carried.via->to_hex());
  EXPECT_EQ(links_json({})["links"], json::array());
}
