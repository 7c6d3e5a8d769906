#include "protocols/sip/build.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

/// Bob has two phones that he likes equally and one for the worst case.
class forking : public adapter_fixture {
public:
  forking() {
    settings.mode = call_mode::proxy;
  }

  void start_with_all() {
    start();
    ASSERT_EQ(register_phone(alice).status(), 200u);
    ASSERT_EQ(register_phone(desk, 3600, ";q=0.8").status(), 200u);
    ASSERT_EQ(register_phone(mobile, 3600, ";q=0.8").status(), 200u);
    ASSERT_EQ(register_phone(porter, 3600, ";q=0.1").status(), 200u);
    send(alice,
         alice.request("INVITE", "sip:bob@example.org", "bob",
                       "Contact: <" + alice.contact() + ">\n"));
  }

  /// Tells whether a phone has got nothing new.
  bool is_quiet(test_phone& which) {
    advance({&which}, 500ms);
    return std::ranges::none_of(which.inbox, is("INVITE"));
  }

  test_phone alice = make_phone("alice", 6001);
  test_phone desk = make_phone("bob", 6002);
  test_phone mobile = make_phone("bob", 6003);
  test_phone porter = make_phone("bob", 6004);
};

} // namespace

TEST_F(forking, rings_equal_phones_together_and_lesser_ones_later) {
  start_with_all();
  const auto at_desk = wait(desk, is("INVITE"));
  const auto at_mobile = wait(mobile, is("INVITE"));
  EXPECT_EQ(at_desk.request_uri(), desk.contact());
  EXPECT_EQ(at_mobile.request_uri(), mobile.contact());
  EXPECT_NE(at_desk.top_via().branch(), at_mobile.top_via().branch());
  answer(desk, at_desk, 486);
  EXPECT_TRUE(is_quiet(porter));
  answer(mobile, at_mobile, 480);
  const auto at_porter = wait(porter, is("INVITE"));
  answer(porter, at_porter, 200);
  EXPECT_EQ(wait(alice, has_status(200)).contacts().front().address,
            porter.contact());
}

TEST_F(forking, cancels_the_phones_that_were_slower) {
  start_with_all();
  const auto at_desk = wait(desk, is("INVITE"));
  const auto at_mobile = wait(mobile, is("INVITE"));
  answer(desk, at_desk, 180);
  answer(mobile, at_mobile, 180);
  answer(mobile, at_mobile, 200);
  wait(alice, has_status(200));
  const auto cancelled = wait(desk, is("CANCEL"));
  EXPECT_EQ(cancelled.top_via().branch(), at_desk.top_via().branch());
  answer(desk, cancelled, 200);
  answer(desk, at_desk, 487);
  // The loser's 487 is acknowledged here and stays here.
  wait(desk, is("ACK"));
  EXPECT_TRUE(is_quiet(porter));
  advance({&alice}, 500ms);
  EXPECT_TRUE(std::ranges::none_of(alice.inbox, has_status(487)));
}

TEST_F(forking, tells_the_best_of_all_refusals) {
  start_with_all();
  answer(desk, wait(desk, is("INVITE")), 480);
  answer(mobile, wait(mobile, is("INVITE")), 486);
  answer(porter, wait(porter, is("INVITE")), 603);
  wait(alice, has_status(603));
}

TEST_F(forking, cancels_all_phones_when_the_caller_gives_up) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(desk).status(), 200u);
  ASSERT_EQ(register_phone(mobile).status(), 200u);
  const auto text = alice.request("INVITE", "sip:bob@example.org", "bob");
  send(alice, text);
  const auto at_desk = wait(desk, is("INVITE"));
  const auto at_mobile = wait(mobile, is("INVITE"));
  answer(desk, at_desk, 180);
  answer(mobile, at_mobile, 180);
  send(alice,
       sip::make_cancel(sip::parse_message(as_bytes(crlf(text))).value()));
  answer(desk, wait(desk, is("CANCEL")), 200);
  answer(mobile, wait(mobile, is("CANCEL")), 200);
  answer(desk, at_desk, 487);
  answer(mobile, at_mobile, 487);
  wait(alice, has_status(487));
}

TEST_F(forking, a_request_that_came_another_way_already_gets_a_482) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(desk).status(), 200u);
  auto text = alice.request("INVITE", "sip:bob@example.org", "bob");
  send(alice, text);
  wait(desk, is("INVITE"));
  text.replace(text.find("branch=z9hG4bK"), 14, "branch=z9hG4bKother");
  send(alice, text);
  const auto merged =
    wait(alice, [](const sip::message& msg) { return msg.status() >= 200; });
  EXPECT_EQ(merged.status(), 482u);
  EXPECT_TRUE(is_quiet(desk));
}

TEST_F(forking, phones_may_have_ipv6_addresses) {
  settings.domain.listen.push_back(
    {sip::transport::udp, {}, 0, "::1", 5060, 0});
  start();
  for (auto* which : {&alice, &desk}) {
    which->path.remote_address = "::1";
    which->path.local_address = "::1";
    ASSERT_EQ(register_phone(*which).status(), 200u);
  }
  send(alice,
       alice.request("INVITE", "sip:bob@example.org", "bob",
                     "Contact: <" + alice.contact() + ">\n"));
  const auto offered = wait(desk, is("INVITE"));
  EXPECT_EQ(offered.request_uri(), desk.contact());
  EXPECT_EQ(offered.top_via().host, "::1");
  answer(desk, offered, 200);
  const auto accepted = wait(alice, has_status(200));
  std::string route{accepted.first("Record-Route").value()};
  EXPECT_NE(route.find("@[::1]:5060"), std::string::npos) << route;
  send(alice,
       alice.request("BYE", desk.contact(), "bob", "Route: " + route + "\n"));
  EXPECT_EQ(wait(desk, is("BYE")).request_uri(), desk.contact());
}

TEST_F(forking, callers_are_redirected_to_ipv6_addresses) {
  settings.mode = call_mode::redirect;
  settings.domain.listen.push_back(
    {sip::transport::udp, {}, 0, "::1", 5060, 0});
  start();
  desk.path.remote_address = "::1";
  desk.path.local_address = "::1";
  ASSERT_EQ(register_phone(desk).status(), 200u);
  ASSERT_EQ(register_phone(alice).status(), 200u);
  const auto response = call(alice, "bob");
  ASSERT_EQ(response.status(), 302u);
  EXPECT_EQ(response.contacts().front().address, desk.contact());
}

} // namespace carillon::test
