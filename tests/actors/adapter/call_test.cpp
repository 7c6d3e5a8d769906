#include "actors/trusted_keys.hpp"
#include "protocols/sip/build.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

#include <caf/all.hpp>

namespace carillon::test {

namespace {

using calls = two_users;

class calls_in
  : public calls
  , public testing::WithParamInterface<identity::security_mode> {};

} // namespace

TEST_P(calls_in, a_caller_is_redirected_to_the_verified_callee) {
  settings.security = GetParam();
  start_with_both();
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 302u);
  EXPECT_EQ(response.first("Contact"), "<" + bob.contact() + ">;q=1");
  // The INVITE got its 100 at once.
  ASSERT_FALSE(alice.inbox.empty());
  EXPECT_EQ(alice.inbox.front().status(), 100u);
  for (const auto step :
       {call_steps::location_found, call_steps::invite_signed,
        call_steps::invite_verified, call_steps::redirect_signed,
        call_steps::redirect_verified, call_steps::redirected})
    EXPECT_EQ(steps->count(step), 1u) << step;
  // Each side reads the other's key.
  EXPECT_EQ(steps->count(call_steps::key_verified), 2u);
  const auto signed_by_bob = std::ranges::find(
    steps->steps, call_steps::redirect_signed, &step_recorder::item::step);
  EXPECT_EQ(signed_by_bob->detail, "1 contact");
  EXPECT_EQ(signed_by_bob->user, "bob");
}

INSTANTIATE_TEST_SUITE_P(
  modes, calls_in,
  testing::Values(identity::security_mode::signed_mode,
                  identity::security_mode::protected_mode));

TEST_F(calls, both_adapters_log_one_trace_id) {
  start_with_both();
  call(alice, "bob");
  std::string trace;
  for (const auto& item : steps->steps) {
    if (item.step == call_steps::invite_received)
      trace = item.trace;
    if (item.step == call_steps::invite_verified
        || item.step == call_steps::redirected) {
      EXPECT_EQ(item.trace, trace);
    }
  }
  EXPECT_EQ(trace.size(), 16u);
}

TEST_F(calls, several_devices_are_offered_by_preference) {
  start_with_both();
  auto desk = make_phone("bob", 6003);
  register_phone(desk, 3600, ";q=0.5");
  const auto response = call(alice, "bob");
  const auto contacts = response.all("Contact");
  ASSERT_EQ(contacts.size(), 2u);
  EXPECT_EQ(contacts[0], "<" + bob.contact() + ">;q=1");
  EXPECT_EQ(contacts[1], "<" + desk.contact() + ">;q=0.5");
}

TEST_F(calls, keys_are_kept_for_a_while) {
  start_with_both();
  call(alice, "bob");
  EXPECT_EQ(steps->count(call_steps::key_verified), 2u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_EQ(steps->count(call_steps::key_verified), 2u);
  ring->advance(6min);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_EQ(steps->count(call_steps::key_verified), 4u);
}

TEST_F(calls, keys_are_not_kept_when_switched_off) {
  settings.cache_keys = false;
  start_with_both();
  call(alice, "bob");
  call(alice, "bob");
  EXPECT_EQ(steps->count(call_steps::key_verified), 4u);
}

TEST_F(calls, an_unknown_user_gets_a_404) {
  start_with_both();
  EXPECT_EQ(call(alice, "nobody").status(), 404u);
  EXPECT_EQ(steps->count(call_steps::location_missing), 1u);
  EXPECT_EQ(steps->count(call_steps::location_found), 0u);
  EXPECT_EQ(steps->count(call_steps::key_missing), 1u);
  EXPECT_EQ(steps->count(call_steps::key_refused), 0u);
  EXPECT_EQ(call(alice, "No%20body").status(), 404u);
}

TEST_F(calls, a_callee_whose_registration_is_over_gets_a_480) {
  start();
  register_phone(alice);
  register_phone(bob, 60);
  ring->advance(2min);
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 480u);
  EXPECT_TRUE(warns(response, "no phone"));
}

TEST_F(calls, a_silent_adapter_of_the_callee_gets_a_480) {
  start_with_both();
  intercept("bob");
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 480u);
  EXPECT_TRUE(warns(response, "does not answer"));
}

TEST_F(calls, a_silent_ring_gets_a_503) {
  start_with_both();
  // The network is cut: messages to other peers are lost.
  const auto nowhere = caf::actor_cast<peer_actor>(ring->system.spawn(
    [](caf::event_based_actor* self,
       caf::scheduled_actor::default_handler drop) -> caf::behavior {
      self->set_default_handler(std::move(drop));
      return {[](caf::unit_t) {
      }};
    },
    caf::scheduled_actor::default_handler{caf::drop}));
  std::vector<std::pair<chord::peer_ref, peer_actor>> cut_off;
  for (const auto& peer : ring->peers()) {
    if (peer != ring->peers().back())
      cut_off.emplace_back(peer, ring->handle(peer));
  }
  for (const auto& [peer, handle] : cut_off)
    ring->context->directory->enter(peer, nowhere);
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 503u);
  EXPECT_TRUE(response.first("Retry-After"));
  for (const auto& [peer, handle] : cut_off)
    ring->context->directory->enter(peer, handle);
  // What was asked in vain has to come to its end.
  ring->advance(1min);
  caf::anon_send_exit(nowhere, caf::exit_reason::kill);
}

TEST_F(calls, a_cancelled_call_ends_with_a_487) {
  start_with_both();
  intercept("bob");
  const auto invite = alice.request("INVITE", "sip:bob@example.org", "bob");
  send(alice, invite);
  advance({&alice}, 100ms);
  send(alice,
       sip::make_cancel(sip::parse_message(as_bytes(crlf(invite))).value()));
  wait(alice, [](const sip::message& msg) { return msg.status() == 487; });
  wait(alice, [](const sip::message& msg) {
    return msg.status() == 200 && msg.cseq().method == "CANCEL";
  });
  EXPECT_EQ(steps->steps.back().detail, "487 Request Terminated");
}

TEST_F(calls, a_stranger_cannot_call_as_somebody) {
  start_with_both();
  auto stranger = make_phone("alice", 6066);
  const auto response = call(stranger, "bob");
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, "not registered"));
  auto nobody = make_phone("carol", 6067);
  EXPECT_EQ(call(nobody, "bob").status(), 403u);
  EXPECT_EQ(steps->count(call_steps::invite_received), 0u);
}

TEST_F(calls, a_replayed_invite_is_refused_even_after_a_restart) {
  start_with_both();
  auto& mails = intercept("bob");
  send(alice, alice.request("INVITE", "sip:bob@example.org", "bob"));
  advance({&alice}, 500ms);
  ASSERT_EQ(mails.size(), 1u);
  stop_intercepting("bob");
  const auto invite = mails.front();
  inject(invite);
  advance({&alice}, 500ms);
  EXPECT_EQ(steps->count(call_steps::redirect_signed), 1u);
  inject(invite);
  advance({&alice}, 500ms);
  EXPECT_EQ(steps->count(call_steps::redirect_signed), 1u);
  EXPECT_EQ(steps->steps.back().step, call_steps::invite_refused);
  stop_node();
  start_node();
  advance({&alice}, 1s);
  EXPECT_TRUE(log_holds("kept from the last run: the registrations "
                        "of 2 users"));
  inject(invite);
  advance({&alice}, 500ms);
  EXPECT_EQ(steps->count(call_steps::redirect_signed), 1u);
  EXPECT_EQ(steps->count(call_steps::invite_refused), 2u);
}

TEST_F(calls, a_forged_invite_is_refused) {
  settings.security = identity::security_mode::signed_mode;
  start_with_both();
  auto& mails = intercept("bob");
  send(alice, alice.request("INVITE", "sip:bob@example.org", "bob"));
  advance({&alice}, 500ms);
  ASSERT_EQ(mails.size(), 1u);
  stop_intercepting("bob");
  auto forged = mails.front();
  std::string text{as_text(forged.content)};
  const auto nonce = text.find("Nonce: ") + 7;
  text[nonce] = text[nonce] == '0' ? '1' : '0';
  forged.content = to_bytes(text);
  inject(forged);
  advance({&alice}, 500ms);
  EXPECT_EQ(steps->count(call_steps::invite_verified), 0u);
  EXPECT_EQ(steps->count(call_steps::invite_refused), 1u);
}

TEST_F(calls, an_answer_that_does_not_verify_gets_a_403_in_the_end) {
  start_with_both();
  auto& mails = intercept("bob");
  send(alice, alice.request("INVITE", "sip:bob@example.org", "bob"));
  advance({&alice}, 500ms);
  ASSERT_EQ(mails.size(), 1u);
  inject({"alice", mails.front().trace, to_bytes("nonsense")});
  const auto response =
    wait(alice, [](const sip::message& msg) { return msg.status() >= 200; });
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, "answer"));
}

TEST_F(calls, a_changed_key_that_nobody_signed_for_raises_an_alarm) {
  start();
  register_phone(bob);
  const auto pin = [this](const bytes& key) {
    return ring->ask<write_outcome>(ring->context->writer, put_atom_v,
                                    pin_prefix("alice") + "bob", key,
                                    storage::durability::synced);
  };
  ASSERT_TRUE(pin(bytes(identity::fingerprint::size, 1)));
  register_phone(alice);
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(response.first("Warning"));
  EXPECT_TRUE(log_holds("ALARM"));
  ASSERT_EQ(steps->count(call_steps::key_alarm), 1u);
  const auto alarm = std::ranges::find(steps->steps, call_steps::key_alarm,
                                       &step_recorder::item::step);
  EXPECT_EQ(alarm->user, "alice");
  EXPECT_TRUE(alarm->detail.starts_with("bob ")) << alarm->detail;
  EXPECT_EQ(steps->count(call_steps::invite_signed), 0u);
  // Two people have compared the fingerprints, and pinned the new key.
  const auto key = must(read_key("bob").bundle).bundle.id();
  stop_node();
  ASSERT_TRUE(pin(to_bytes(key.data())));
  start_node();
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(calls, a_user_may_call_her_own_phones) {
  start_with_both();
  EXPECT_EQ(call(alice, "alice").status(), 302u);
}

TEST_F(calls, what_concerns_nobody_is_answered) {
  start_with_both();
  const auto options =
    ask(alice, alice.request("OPTIONS", "sip:127.0.0.1:5060", "alice"));
  EXPECT_EQ(options.status(), 200u);
  EXPECT_TRUE(options.first("Allow"));
  const auto expect = [&](const std::string& text, unsigned status) {
    EXPECT_EQ(ask(alice, text).status(), status) << text;
  };
  expect(alice.request("BYE", "sip:bob@example.org", "bob"), 481);
  expect(alice.request("SUBSCRIBE", "sip:bob@example.org", "bob"), 405);
  expect(alice.request("FROBNICATE", "sip:bob@example.org", "bob"), 501);
  expect(
    alice.request("INVITE", "sip:bob@example.org", "bob", "Require: timer\n"),
    420);
  expect(alice.request("INVITE", "tel:+123", "bob"), 416);
  expect(alice.request("INVITE", "sip:bob@elsewhere.org", "bob"), 404);
}

} // namespace carillon::test
