#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

/// Calls through the adapter to phones that cannot be reached.
class transport_failure : public two_users {
public:
  transport_failure() {
    settings.mode = call_mode::proxy;
    bob = make_phone("bob", 6002, sip::transport::tcp);
  }
};

} // namespace

TEST_F(transport_failure, counts_as_a_503_of_the_phone_at_once) {
  start_with_both();
  network->unreachable.insert(bob.path.remote_port);
  const auto before = ring->now();
  // RFC 3261 section 16.7 item 6: a 503 is not passed on.
  EXPECT_EQ(call(alice, "bob").status(), 500u);
  EXPECT_LT(ring->now() - before, 1s);
}

TEST_F(transport_failure, leads_to_the_next_phone) {
  start_with_both();
  auto desk = make_phone("bob", 6003);
  ASSERT_EQ(register_phone(desk, 3600, ";q=0.1").status(), 200u);
  network->unreachable.insert(bob.path.remote_port);
  send(alice,
       alice.request("INVITE", "sip:bob@example.org", "bob",
                     "Contact: <" + alice.contact() + ">\n"));
  const auto offered = wait(desk, [](const sip::message& msg) {
    return msg.is_request() && msg.method() == "INVITE";
  });
  EXPECT_EQ(offered.request_uri(), desk.contact());
}

TEST_F(transport_failure, of_an_answer_ends_the_transaction) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  network->unreachable.insert(alice.path.remote_port);
  const auto text = alice.request("INVITE", "sip:nobody@example.org", "nobody",
                                  "Contact: <" + alice.contact() + ">\n");
  send(alice, text);
  advance({&alice}, 5s);
  network->unreachable.clear();
  // The same INVITE finds no transaction and begins a new one.
  send(alice, text);
  const auto response =
    wait(alice, [](const sip::message& msg) { return msg.status() >= 200; });
  EXPECT_EQ(response.status(), 404u);
  EXPECT_EQ(steps->count(call_steps::invite_received), 2u);
}

} // namespace carillon::test
