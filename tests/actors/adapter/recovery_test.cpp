#include "actors/services.hpp"
#include "bench/demo/lying_holder.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

#include <caf/all.hpp>

namespace carillon::test {

namespace {

/// Things that go wrong around alice and bob.
class recovery : public two_users {
public:
  /// Has the actor that deliveries go to die of an error.
  void crash(const std::string& addressee) {
    caf::anon_send_exit(addressees->find(addressee), caf::exit_reason::kill);
    ring->run();
  }

  /// Waits for a final answer to bob.
  sip::message first_answer() {
    return wait(bob,
                [](const sip::message& msg) { return msg.status() >= 200; });
  }

  /// Has the holders of bob's first shares lie, and of their copies.
  void lie_about_bob(uint8_t shares) {
    const identity::address_of_record aor{"bob", "example.org"};
    std::set<std::string> keys;
    for (uint8_t i = 1; i <= shares; ++i)
      keys.insert(identity::share_key_text(aor, i));
    how.make_holder = lie_about(std::move(keys));
  }
};

/// Never gives anybody a key; counts who asks.
key_keeper_actor::behavior_type silent_keeper(key_keeper_actor::pointer self,
                                              size_t* asked) {
  const auto ignore = [self, asked] {
    ++*asked;
    return self->make_response_promise<credentials_outcome>();
  };
  return {
    [ignore](load_atom, const std::string&) { return ignore(); },
    [ignore](get_atom, const std::string&) { return ignore(); },
    [](erase_atom, const std::string&, const identity::fingerprint&) {
      return write_outcome{};
    },
  };
}

} // namespace

TEST_F(recovery, an_adapter_that_dies_comes_back_with_its_phones) {
  start_with_both();
  crash("bob");
  EXPECT_TRUE(log_holds("the adapter of bob has died"));
  // Bob's phone does nothing: its binding comes from the store.
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  crash("alice");
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(recovery, an_adapter_that_dies_too_often_waits_for_its_phone) {
  start_with_both();
  for (size_t i = 0; i <= defaults::max_restarts; ++i)
    crash("bob");
  EXPECT_TRUE(log_holds("it has died too often"));
  EXPECT_EQ(call(alice, "bob").status(), 480u);
  EXPECT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(recovery, a_bootstrap_server_that_dies_comes_back) {
  start();
  for (int i = 0; i < 3; ++i) {
    crash(std::string{services::bootstrap});
    auto guest = make_phone("guest" + std::to_string(i), 6010);
    EXPECT_EQ(register_phone(guest).status(), 200u);
  }
  EXPECT_TRUE(log_holds("it is brought back"));
}

TEST_F(recovery, a_bootstrap_server_that_cannot_read_its_nonces_is_given_up) {
  start_with_both();
  stop_bootstrap();
  ring->store->is_damaged = true;
  start_bootstrap();
  EXPECT_TRUE(log_holds("cannot read the nonces it has seen"));
  EXPECT_TRUE(log_holds("this node goes on without it"));
  EXPECT_FALSE(addressees->find(std::string{services::bootstrap}));
  ring->store->is_damaged = false;
  auto guest = make_phone("guest", 6010);
  EXPECT_EQ(register_phone(guest).status(), 503u);
  // Who was admitted before needs no bootstrap server.
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(recovery, phones_get_a_503_until_the_node_knows_who_is_registered) {
  start_with_both();
  stop_node();
  ring->store->is_damaged = true;
  start_node();
  EXPECT_TRUE(log_holds("cannot read who is registered: "));
  for (const auto& response : {call(alice, "bob"), register_phone(bob)}) {
    EXPECT_EQ(response.status(), 503u);
    EXPECT_TRUE(response.first("Retry-After"));
  }
  ring->store->is_damaged = false;
  ring->advance(2s);
  // Nobody had to register again.
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(recovery, a_call_outlives_n_minus_k_liars) {
  lie_about_bob(4);
  settings.cache_keys = false;
  start_with_both();
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_GE(steps->count(call_steps::bad_holder), 1u);
}

TEST_F(recovery, one_liar_more_makes_it_a_403_that_says_why) {
  lie_about_bob(5);
  start_with_both();
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 403u);
  EXPECT_TRUE(warns(response, "3 of 4 found"))
    << response.first("Warning").value_or("");
  EXPECT_EQ(steps->count(call_steps::invite_signed), 0u);
}

TEST_F(recovery, registrations_beyond_the_queue_get_a_503) {
  start();
  stop_bootstrap();
  const auto text = [this] {
    return bob.request("REGISTER", "sip:example.org", "bob",
                       "Contact: <" + bob.contact() + ">\n");
  };
  // Nobody answers the first one; the others wait for it.
  send(bob, text());
  ring->run();
  for (size_t i = 0; i <= defaults::waiting_registers; ++i)
    send(bob, text());
  const auto response = first_answer();
  EXPECT_EQ(response.status(), 503u);
  EXPECT_TRUE(response.first("Retry-After"));
  EXPECT_TRUE(warns(response, "too many registrations are waiting"));
}

TEST_F(recovery, messages_beyond_what_waits_for_the_keys_get_a_503) {
  start();
  stop_node();
  size_t asked = 0;
  keeper_view = ring->system.spawn(silent_keeper, &asked);
  start_node();
  for (size_t i = 0; i <= defaults::early_messages; ++i)
    send(bob,
         bob.request("REGISTER", "sip:example.org", "bob",
                     "Contact: <" + bob.contact() + ">\n"));
  const auto response = first_answer();
  EXPECT_EQ(response.status(), 503u);
  EXPECT_TRUE(response.first("Retry-After"));
  EXPECT_TRUE(warns(response, "too many messages are waiting"));
  EXPECT_EQ(asked, 1u);
  caf::anon_send_exit(keeper_view, caf::exit_reason::kill);
}

} // namespace carillon::test
