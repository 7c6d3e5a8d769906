#include "protocols/sip/build.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

#include <algorithm>

namespace carillon::test {

namespace {

/// What strangers and a few users can make a node do and keep.
class limits : public two_users {
public:
  /// Gives what was sent to a phone and takes it away.
  std::vector<bytes> sent_to(const test_phone& which) {
    std::vector<bytes> result;
    std::erase_if(network->sent, [&](const auto& item) {
      const bool hit = item.first.remote_port == which.path.remote_port;
      if (hit)
        result.push_back(item.second);
      return hit;
    });
    return result;
  }

  std::string invite(test_phone& from, const std::string& callee,
                     const std::string& more = {}) {
    return from.request("INVITE", "sip:" + callee + "@example.org", callee,
                        "Contact: <" + from.contact() + ">\n" + more);
  }

  /// A phone that uses another one's address-of-record.
  test_phone make_forger(const std::string& user) {
    return make_phone(user, 6666);
  }

  test_phone carol = make_phone("carol", 6003);
};

sip::message parsed(const bytes& data) {
  return sip::parse_message(data).value();
}

} // namespace

// -- refusals -----------------------------------------------------------------

TEST_F(limits, an_invite_that_is_refused_at_once_gets_one_answer) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  auto forger = make_forger("alice");
  const auto text = invite(forger, "bob");
  send(forger, text);
  ring->advance(40s);
  const auto first = sent_to(forger);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(parsed(first[0]).status(), 403u);
  // A retransmission gets the same, and the ACK nothing.
  send(forger, text);
  ring->advance(1s);
  EXPECT_EQ(sent_to(forger), first);
  const auto sent = sip::parse_message(as_bytes(crlf(text))).value();
  send(forger, sip::make_ack(sent, parsed(first[0])));
  ring->advance(40s);
  EXPECT_TRUE(sent_to(forger).empty());
}

TEST_F(limits, so_do_invites_to_nobody_and_elsewhere) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  sent_to(alice);
  send(alice, invite(alice, "no%20name"));
  send(alice, alice.request("INVITE", "sip:bob@elsewhere.org", "bob"));
  auto within = invite(alice, "bob");
  within.insert(within.find("\nCall-ID"), ";tag=b1");
  send(alice, within);
  send(alice, alice.request("PUBLISH", "sip:bob@example.org", "bob"));
  ring->advance(40s);
  EXPECT_EQ(sent_to(alice).size(), 4u);
}

TEST_F(limits, an_invite_that_goes_on_is_told_to_wait_and_repeats_its_answer) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  sent_to(alice);
  send(alice, invite(alice, "bob"));
  ring->advance(40s);
  const auto answers = sent_to(alice);
  ASSERT_EQ(answers.size(), 12u);
  EXPECT_EQ(parsed(answers[0]).status(), 100u);
  EXPECT_EQ(parsed(answers[1]).status(), 404u);
}

// -- memory -------------------------------------------------------------------

TEST_F(limits, users_share_the_memory_for_transactions) {
  settings.transaction_memory = 12 * 1024;
  start();
  for (auto* phone : {&alice, &bob, &carol}) {
    ASSERT_EQ(register_phone(*phone).status(), 200u);
    ring->advance(1min);
  }
  // Calls to bob find no answer as long as nobody delivers them.
  intercept("bob");
  const auto body = "Subject: " + std::string(3000, 'x') + "\n";
  send(alice, invite(alice, "bob", body));
  ring->advance(1s);
  const auto refused = ask(carol, invite(carol, "bob", body));
  EXPECT_EQ(refused.status(), 503u);
  EXPECT_TRUE(refused.first("Retry-After"));
  ring->advance(1min);
  EXPECT_EQ(ask(carol, invite(carol, "bob", body)).status(), 480u);
}

// -- fairness -----------------------------------------------------------------

TEST_F(limits, one_user_cannot_have_all_requests_under_way) {
  settings.max_user_requests = 2;
  settings.mode = call_mode::proxy;
  start();
  for (auto* phone : {&alice, &bob, &carol})
    ASSERT_EQ(register_phone(*phone).status(), 200u);
  // Bob's phone rings and rings.
  const auto text = invite(alice, "bob");
  send(alice, text);
  const auto first = wait(bob, is("INVITE"));
  answer(bob, first, 180);
  send(alice, invite(alice, "bob"));
  answer(bob, wait(bob, is("INVITE")), 180);
  const auto refused = call(alice, "bob");
  EXPECT_EQ(refused.status(), 503u);
  EXPECT_TRUE(refused.first("Retry-After"));
  // Others go on.
  send(carol, invite(carol, "bob"));
  answer(bob, wait(bob, is("INVITE")), 180);
  EXPECT_EQ(wait(carol, has_status(180)).status(), 180u);
  // So does what ends a call, and that makes room.
  send(alice,
       sip::make_cancel(sip::parse_message(as_bytes(crlf(text))).value()));
  answer(bob, wait(bob, is("CANCEL")), 200);
  answer(bob, first, 487);
  EXPECT_EQ(wait(alice, has_status(487)).status(), 487u);
  EXPECT_EQ(call(alice, "nobody").status(), 404u);
}

// -- adapters come and go -----------------------------------------------------

TEST_F(limits, a_register_that_is_refused_makes_no_adapter) {
  start();
  const auto has_adapter = [this](const std::string& user) {
    return addressees->find(user) != nullptr;
  };
  EXPECT_EQ(register_phone(alice, 10).status(), 423u);
  EXPECT_EQ(ask(alice,
                alice.request("REGISTER", "sip:example.org", "alice",
                              "Contact: <sip:alice@192.0.2.66>\n"))
              .status(),
            403u);
  // Neither does one that asks or takes away what is not there.
  EXPECT_EQ(
    ask(alice, alice.request("REGISTER", "sip:example.org", "alice")).status(),
    200u);
  EXPECT_EQ(ask(alice,
                alice.request("REGISTER", "sip:example.org", "alice",
                              "Contact: *\nExpires: 0\n"))
              .status(),
            200u);
  EXPECT_EQ(register_phone(alice, 0).status(), 200u);
  EXPECT_FALSE(has_adapter("alice"));
  EXPECT_EQ(vault->size(), 0u);
  EXPECT_EQ(register_phone(alice).status(), 200u);
  EXPECT_TRUE(has_adapter("alice"));
}

TEST_F(limits, an_idle_adapter_ends_and_makes_room) {
  settings.max_adapters = 1;
  start();
  ASSERT_EQ(register_phone(alice, 600).status(), 200u);
  EXPECT_EQ(register_phone(bob).status(), 503u);
  // Its phone is there for ten minutes, and it is idle for ten more.
  ring->advance(19min);
  EXPECT_TRUE(addressees->find("alice"));
  EXPECT_EQ(register_phone(bob).status(), 503u);
  EXPECT_EQ(ring->context->metrics->adapters, 1);
  ring->advance(2min);
  EXPECT_FALSE(addressees->find("alice"));
  EXPECT_EQ(ring->context->metrics->adapters, 0);
  EXPECT_EQ(register_phone(bob, 600).status(), 200u);
  EXPECT_EQ(register_phone(alice).status(), 503u);
  ring->advance(21min);
  // The name is alice's still, and so are her keys.
  EXPECT_EQ(register_phone(alice).status(), 200u);
  EXPECT_EQ(vault->size(), 2u);
}

TEST_F(limits, strangers_do_not_keep_an_adapter_alive) {
  start();
  ASSERT_EQ(register_phone(alice, 600).status(), 200u);
  auto forger = make_forger("alice");
  // Not just when the adapter wants to end.
  ring->advance(30s);
  for (int i = 0; i < 21; ++i) {
    send(forger, invite(forger, "bob"));
    ring->advance(1min);
  }
  EXPECT_FALSE(addressees->find("alice"));
}

TEST_F(limits, strangers_do_not_wake_who_was_registered_before_a_restart) {
  start();
  ASSERT_EQ(register_phone(alice, 600).status(), 200u);
  stop_node();
  start_node();
  EXPECT_TRUE(addressees->find("alice"));
  ring->advance(21min);
  ASSERT_FALSE(addressees->find("alice"));
  auto forger = make_forger("alice");
  EXPECT_EQ(ask(forger, invite(forger, "bob")).status(), 403u);
  EXPECT_FALSE(addressees->find("alice"));
}

TEST_F(limits, an_adapter_lives_as_long_as_its_phones_and_calls) {
  settings.mode = call_mode::proxy;
  start();
  ASSERT_EQ(register_phone(alice, 600).status(), 200u);
  ASSERT_EQ(register_phone(bob, 600).status(), 200u);
  send(alice, invite(alice, "bob"));
  answer(bob, wait(bob, is("INVITE")), 200);
  ASSERT_EQ(wait(alice, has_status(200)).status(), 200u);
  ring->advance(40min);
  // Bob's has nothing to do any more; alice's is in the call.
  EXPECT_FALSE(addressees->find("bob"));
  EXPECT_TRUE(addressees->find("alice"));
  ring->jump(defaults::call_silence);
  ring->advance(11min);
  EXPECT_FALSE(addressees->find("alice"));
}

TEST_F(limits, an_arrival_keeps_an_adapter_that_is_about_to_end) {
  start();
  ASSERT_EQ(register_phone(alice, 600).status(), 200u);
  ring->advance(15min);
  ASSERT_EQ(register_phone(alice, 600).status(), 200u);
  ring->advance(10min);
  EXPECT_TRUE(addressees->find("alice"));
  ring->advance(11min);
  EXPECT_FALSE(addressees->find("alice"));
}

// -- pins ---------------------------------------------------------------------

TEST_F(limits, callers_displace_no_pins_but_those_of_other_callers) {
  settings.max_caller_pins = 2;
  start();
  const auto pins = [this](const std::string& prefix) {
    std::set<std::string> result;
    for (const auto& item : must(
           ring->ask<loaded_notes>(ring->context->writer, load_atom_v, prefix)))
      result.insert(item.key.substr(prefix.size()));
    return result;
  };
  using names = std::set<std::string>;
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  uint16_t port = 7000;
  for (const auto* name : {"carol", "dave", "erin"}) {
    auto phone = make_phone(name, ++port);
    ASSERT_EQ(register_phone(phone).status(), 200u);
    ASSERT_EQ(call(phone, "alice").status(), 302u);
  }
  ASSERT_EQ(call(bob, "alice").status(), 302u);
  EXPECT_EQ(pins("pin/alice/"), names{"bob"});
  EXPECT_EQ(pins("caller/alice/"), (names{"dave", "erin"}));
  // Whom alice calls back is pinned for good.
  ASSERT_EQ(call(alice, "dave").status(), 302u);
  EXPECT_EQ(pins("pin/alice/"), (names{"bob", "dave"}));
  EXPECT_EQ(pins("caller/alice/"), names{"erin"});
  // Both kinds are there after a restart.
  stop_node();
  vault->replace("erin");
  ring->jump(45 * 24h);
  start_node();
  for (auto* phone : {&alice, &bob})
    ASSERT_EQ(register_phone(*phone).status(), 200u);
  auto erin = make_phone("erin", port);
  ASSERT_EQ(register_phone(erin).status(), 200u);
  EXPECT_EQ(call(erin, "alice").status(), 403u);
  EXPECT_TRUE(log_holds("ALARM"));
}

// -- late answers -------------------------------------------------------------

TEST_F(limits, a_late_answer_of_a_bootstrap_server_is_no_invite) {
  start();
  stop_bootstrap();
  ASSERT_EQ(register_phone(alice).status(), 503u);
  start_bootstrap();
  const auto& mails = intercept("alice");
  ASSERT_EQ(register_phone(alice).status(), 503u);
  ASSERT_EQ(mails.size(), 1u);
  stop_intercepting("alice");
  inject(mails.front());
  EXPECT_TRUE(log_holds("ignored a SECP2PSIP REGISTERED"));
  EXPECT_EQ(steps->count(call_steps::invite_refused), 0u);
}

} // namespace carillon::test
