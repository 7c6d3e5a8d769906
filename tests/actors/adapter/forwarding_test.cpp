#include "actors/sip_token.hpp"
#include "protocols/sip/build.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

class forwarding : public two_users {
public:
  std::string invite(const std::string& uri, const std::string& more = {}) {
    return alice.request("INVITE", uri, "bob",
                         "Contact: <" + alice.contact() + ">\n" + more);
  }

  /// Writes a request within the call that `accepted` made.
  std::string within(const std::string& method, const sip::message& accepted) {
    std::string routes;
    auto recorded = accepted.all("Record-Route");
    for (auto route = recorded.rbegin(); route != recorded.rend(); ++route)
      routes += "Route: " + std::string{*route} + "\n";
    return alice.request(method, bob.contact(), "bob", routes);
  }
};

class forwarding_over
  : public forwarding
  , public testing::WithParamInterface<sip::transport> {};

} // namespace

TEST(sip_token, names_its_user) {
  EXPECT_EQ(token_user(make_sip_token("alice", "x")), "alice");
  EXPECT_EQ(branch_user("z9hG4bKalice!x.1"), "alice");
  EXPECT_FALSE(token_user("alice"));
  EXPECT_FALSE(token_user("Al ice!x"));
  EXPECT_FALSE(branch_user("alice!x"));
}

TEST_P(forwarding_over, a_call_goes_through_the_adapter) {
  settings.mode = call_mode::proxy;
  alice = make_phone("alice", 6001, GetParam());
  bob = make_phone("bob", 6002, GetParam());
  start_with_both();
  send(alice,
       invite("sip:bob@example.org", "Authorization: Digest username=\"x\"\n"));
  const auto offered = wait(bob, is("INVITE"));
  EXPECT_EQ(offered.request_uri(), bob.contact());
  EXPECT_FALSE(offered.first("Authorization"));
  EXPECT_TRUE(offered.first("Record-Route"));
  EXPECT_EQ(offered.max_forwards(), 69u);
  answer(bob, offered, 180);
  wait(alice, has_status(180));
  answer(bob, offered, 200);
  const auto accepted = wait(alice, has_status(200));
  EXPECT_EQ(accepted.all("Via").size(), 1u);
  send(alice, within("ACK", accepted));
  EXPECT_EQ(wait(bob, is("ACK")).request_uri(), bob.contact());
  send(alice, within("BYE", accepted));
  answer(bob, wait(bob, is("BYE")), 200);
  wait(alice, [](const sip::message& msg) {
    return msg.status() == 200 && msg.cseq().method == "BYE";
  });
  // The call is over for the adapter as well.
  EXPECT_EQ(ask(alice, within("INFO", accepted)).status(), 481u);
}

INSTANTIATE_TEST_SUITE_P(transports, forwarding_over,
                         testing::Values(sip::transport::udp,
                                         sip::transport::tcp));

TEST_F(forwarding, the_callee_can_hang_up) {
  settings.mode = call_mode::proxy;
  start_with_both();
  send(alice, invite("sip:bob@example.org"));
  const auto offered = wait(bob, is("INVITE"));
  answer(bob, offered, 200);
  wait(alice, has_status(200));
  send(
    bob,
    bob.request("BYE", alice.contact(), "alice",
                "Route: " + std::string{offered.first("Record-Route").value()}
                  + "\n"));
  EXPECT_EQ(wait(alice, is("BYE")).request_uri(), alice.contact());
}

TEST_F(forwarding, a_cancel_goes_through_the_adapter) {
  settings.mode = call_mode::proxy;
  start_with_both();
  const auto text = invite("sip:bob@example.org");
  send(alice, text);
  const auto offered = wait(bob, is("INVITE"));
  answer(bob, offered, 180);
  wait(alice, has_status(180));
  send(alice,
       sip::make_cancel(sip::parse_message(as_bytes(crlf(text))).value()));
  answer(bob, wait(bob, is("CANCEL")), 200);
  answer(bob, offered, 487);
  wait(alice, has_status(487));
}

TEST_F(forwarding, a_busy_callee_is_told_to_the_caller) {
  settings.mode = call_mode::proxy;
  start_with_both();
  send(alice, invite("sip:bob@example.org"));
  answer(bob, wait(bob, is("INVITE")), 486);
  wait(alice, has_status(486));
}

TEST_F(forwarding, a_call_without_hops_left_gets_a_483) {
  settings.mode = call_mode::proxy;
  start_with_both();
  auto text = invite("sip:bob@example.org");
  text.replace(text.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  EXPECT_EQ(ask(alice, text).status(), 483u);
}

TEST_F(forwarding, an_outbound_proxy_forwards_what_it_redirected) {
  start_with_both();
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  send(alice, invite(bob.contact(), "Route: <sip:127.0.0.1:5060;lr>\n"));
  const auto offered = wait(bob, is("INVITE"));
  EXPECT_EQ(offered.request_uri(), bob.contact());
  EXPECT_FALSE(offered.first("Route"));
  answer(bob, offered, 200);
  wait(alice, has_status(200));
}

TEST_F(forwarding, a_redirected_call_has_32_seconds) {
  start_with_both();
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  ring->advance(33s);
  EXPECT_EQ(ask(alice, invite(bob.contact())).status(), 404u);
}

TEST_F(forwarding, the_adapter_is_no_open_relay) {
  settings.mode = call_mode::proxy;
  start_with_both();
  auto carol = make_phone("carol", 6003);
  register_phone(carol);
  // Nobody was redirected there.
  EXPECT_EQ(ask(alice, invite(bob.contact())).status(), 404u);
  EXPECT_EQ(ask(alice, invite("sip:victim@192.0.2.66")).status(), 404u);
  // A Route does not lead anywhere else.
  send(alice, invite("sip:bob@example.org", "Route: <sip:192.0.2.66;lr>\n"));
  const auto offered = wait(bob, is("INVITE"));
  EXPECT_FALSE(offered.first("Route"));
  answer(bob, offered, 200);
  const auto accepted = wait(alice, has_status(200));
  // Nor does a request within the call.
  const auto route =
    "Route: " + std::string{accepted.first("Record-Route").value()} + "\n";
  const auto astray =
    ask(alice, alice.request("INFO", "sip:victim@192.0.2.66", "bob", route));
  EXPECT_EQ(astray.status(), 500u);
  // A guessed token is worth nothing.
  EXPECT_EQ(ask(alice,
                alice.request("BYE", bob.contact(), "bob",
                              "Route: <sip:alice!1@127.0.0.1:5060;lr>"
                              "\n"))
              .status(),
            481u);
  for (const auto& [path, data] : network->sent)
    EXPECT_EQ(path.remote_address, "127.0.0.1");
}

TEST_F(forwarding, within_a_call_only_contacts_of_the_parties_are_reached) {
  settings.mode = call_mode::proxy;
  start_with_both();
  send(alice, invite("sip:bob@example.org"));
  answer(bob, wait(bob, is("INVITE")), 200);
  const auto accepted = wait(alice, has_status(200));
  const auto route =
    "Route: " + std::string{accepted.first("Record-Route").value()} + "\n";
  const auto ask_at = [&](const std::string& uri, const std::string& more) {
    return ask(alice, alice.request("INFO", uri, "bob", route + more)).status();
  };
  // Another service at bob's address, with the other transport or port; and it
  // is not for alice to move there.
  for (const auto* uri : {"sip:bob@127.0.0.1:6002;transport=tcp",
                          "sip:bob@127.0.0.1:6379", "sip:bob@127.0.0.1"})
    EXPECT_EQ(ask_at(uri, {}), 500u) << uri;
  EXPECT_EQ(ask_at("sip:bob@192.0.2.66", "Contact: <sip:x@192.0.2.66>\n"),
            500u);
  for (const auto& [path, data] : network->sent)
    EXPECT_NE(path.remote_port, 6379);
}

TEST_F(forwarding, a_party_may_take_requests_at_another_port) {
  settings.mode = call_mode::proxy;
  start_with_both();
  auto moved = make_phone("bob", 6004);
  send(alice, invite("sip:bob@example.org"));
  auto response = sip::make_response(wait(bob, is("INVITE")), 200, "callee");
  response.append("Contact", "<" + moved.contact() + ">");
  send(bob, response);
  ring->run();
  const auto accepted = wait(alice, has_status(200));
  const auto route =
    "Route: " + std::string{accepted.first("Record-Route").value()} + "\n";
  send(alice, alice.request("ACK", moved.contact(), "bob", route));
  EXPECT_EQ(wait(moved, is("ACK")).request_uri(), moved.contact());
}

TEST_F(forwarding, contacts_of_others_are_not_forwarded_to) {
  start_with_both();
  auto carol = make_phone("carol", 6003);
  register_phone(carol);
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  // It was alice who was redirected.
  EXPECT_EQ(ask(carol, carol.request("INVITE", bob.contact(), "bob")).status(),
            404u);
}

} // namespace carillon::test
