#include "protocols/sip/build.hpp"
#include "protocols/sip/proxy.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

using testing::ElementsAre;

/// Where the proxy listens; it sends from the first.
const std::vector<flow> own{udp_flow(),
                            {transport::udp, {}, 0, "192.0.2.3", 5070, 0}};

bool is_me(const uri& value) {
  return value.host == "192.0.2.1" && effective_port(value) == 5060;
}

forward_plan plan(std::string target = "sip:bob@192.0.2.9:5062") {
  forward_plan result;
  result.element = "p";
  result.target = std::move(target);
  result.own_via = via::parse("SIP/2.0/UDP 192.0.2.1:5060").value();
  result.branch = "z9hG4bKfresh";
  result.record_route = uri::parse("sip:token@192.0.2.1:5060;lr").value();
  return result;
}

unsigned check(const message& request) {
  const auto refusal = check_forward(request, own, "p", "t");
  return refusal ? refusal->status() : 0;
}

} // namespace

TEST(sip_proxy, a_request_is_prepared_for_its_next_hop) {
  const auto request = make_request("INVITE", "z9hG4bK1",
                                    "Authorization: Digest username=\"a\"\n"
                                    "Record-Route: <sip:up;lr>\n"
                                    "Require: x\n");
  const auto sent = prepare_forward(request, plan());
  EXPECT_EQ(sent.request_uri(), "sip:bob@192.0.2.9:5062");
  EXPECT_EQ(sent.max_forwards(), 69u);
  EXPECT_EQ(sent.first("Max-Breadth"), "60");
  EXPECT_THAT(sent.all("Record-Route"),
              ElementsAre("<sip:token@192.0.2.1:5060;lr>", "<sip:up;lr>"));
  EXPECT_EQ(sent.all("Via").size(), 2u);
  EXPECT_EQ(sent.top_via().branch(), "z9hG4bKfresh." + loop_hash(request, "p"));
  EXPECT_FALSE(sent.first("Authorization"));
  EXPECT_EQ(sent.first("Require"), "x");
  EXPECT_EQ(next_hop(sent).value().host, "192.0.2.9");
  EXPECT_TRUE(parse_message(sent.print()));
}

TEST(sip_proxy, missing_max_forwards_is_added) {
  auto request = make_request("INVITE");
  request.remove("Max-Forwards");
  EXPECT_EQ(check(request), 0u);
  EXPECT_EQ(prepare_forward(request, plan()).max_forwards(), 70u);
}

TEST(sip_proxy, a_response_loses_our_via) {
  const auto request = make_request("INVITE");
  const auto sent = prepare_forward(request, plan());
  const auto back = prepare_response(make_response(sent, 180, "t"));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->top_via(), request.top_via());
  EXPECT_FALSE(prepare_response(*back));
}

TEST(sip_proxy, forwarding_runs_out) {
  auto request = make_request("INVITE");
  request.set("Max-Forwards", "0");
  EXPECT_EQ(check(request), 483u);
  request.set("Max-Forwards", "1");
  EXPECT_EQ(check(request), 0u);
}

TEST(sip_proxy, proxy_require_is_checked_and_require_ignored) {
  const auto request =
    make_request("INVITE", "z9hG4bK1", "Require: a\nProxy-Require: b, c\n");
  const auto refusal = check_forward(request, own, "p", "t");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status(), 420u);
  EXPECT_EQ(refusal->first("Unsupported"), "b, c");
}

TEST(sip_proxy, a_loop_is_found) {
  const auto request = make_request("INVITE");
  auto again = prepare_forward(request, plan());
  again.request_uri(request.request_uri());
  again.remove("Record-Route");
  again.prepend("Via", "SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKother");
  EXPECT_TRUE(is_loop(again, own, "p"));
  EXPECT_EQ(check(again), 482u);
}

TEST(sip_proxy, a_loop_through_any_of_its_addresses_is_found) {
  const auto request = make_request("INVITE");
  auto other = plan();
  other.own_via = via::parse("SIP/2.0/UDP 192.0.2.3:5070").value();
  auto again = prepare_forward(request, other);
  again.request_uri(request.request_uri());
  EXPECT_TRUE(is_loop(again, own, "p"));
  EXPECT_EQ(check(again), 482u);
}

TEST(sip_proxy, a_spiral_is_no_loop) {
  const auto request = make_request("INVITE");
  const auto again = prepare_forward(request, plan());
  EXPECT_FALSE(is_loop(again, own, "p"));
  auto elsewhere = again;
  elsewhere.request_uri(request.request_uri());
  EXPECT_FALSE(is_loop(elsewhere, {own.back()}, "p"));
  // The proxy beside this one has its own way on.
  elsewhere = again;
  elsewhere.request_uri(request.request_uri());
  EXPECT_TRUE(is_loop(elsewhere, own, "p"));
  EXPECT_FALSE(is_loop(elsewhere, own, "q"));
}

TEST(sip_proxy, what_decides_the_way_is_in_the_loop_hash) {
  const auto hash = loop_hash(make_request("INVITE"), "p");
  auto other = make_request("INVITE", "z9hG4bK2");
  EXPECT_EQ(loop_hash(other, "p"), hash);
  other.append("Route", "<sip:p;lr>");
  EXPECT_NE(loop_hash(other, "p"), hash);
  other = make_request("INVITE");
  other.set("Call-ID", "x");
  EXPECT_NE(loop_hash(other, "p"), hash);
  other = make_request("INVITE");
  other.set("CSeq", "2 INVITE");
  EXPECT_NE(loop_hash(other, "p"), hash);
}

TEST(sip_proxy, breadth_is_read) {
  EXPECT_EQ(max_breadth(make_request("INVITE")), 60u);
  EXPECT_EQ(max_breadth(make_request("INVITE", "z9hG4bK1", "Max-Breadth: 3\n")),
            3u);
}

TEST(sip_proxy, our_route_is_taken_off_with_its_token) {
  auto request = make_request("BYE", "z9hG4bK1",
                              "Route: <sip:token@192.0.2.1;lr>, "
                              "<sip:next@192.0.2.5;lr>\n");
  const auto own = take_own_route(request, is_me).value();
  ASSERT_TRUE(own);
  EXPECT_EQ(own->user, "token");
  EXPECT_THAT(request.all("Route"), ElementsAre("<sip:next@192.0.2.5;lr>"));
  EXPECT_EQ(next_hop(request).value().host, "192.0.2.5");
}

TEST(sip_proxy, foreign_routes_stay) {
  auto request =
    make_request("BYE", "z9hG4bK1", "Route: <sip:next@192.0.2.5;lr>\n");
  EXPECT_FALSE(take_own_route(request, is_me).value());
  EXPECT_EQ(request.all("Route").size(), 1u);
  request = make_request("BYE");
  EXPECT_FALSE(take_own_route(request, is_me).value());
  EXPECT_EQ(next_hop(request).value().host, "example.org");
}

TEST(sip_proxy, strict_routing_is_undone) {
  auto request = make_request("BYE", "z9hG4bK1",
                              "Route: <sip:next@192.0.2.5;lr>, "
                              "<sip:bob@192.0.2.9>\n");
  request.request_uri("sip:token@192.0.2.1;lr");
  EXPECT_EQ(take_own_route(request, is_me).value()->user, "token");
  EXPECT_EQ(request.request_uri(), "sip:bob@192.0.2.9");
  EXPECT_THAT(request.all("Route"), ElementsAre("<sip:next@192.0.2.5;lr>"));
}

TEST(sip_proxy, unreadable_routes_are_refused) {
  auto request = make_request("BYE", "z9hG4bK1", "Route: <tel:+123>\n");
  EXPECT_EQ(take_own_route(request, is_me).error().code, errc::malformed);
  EXPECT_FALSE(next_hop(request));
}

} // namespace carillon::sip
