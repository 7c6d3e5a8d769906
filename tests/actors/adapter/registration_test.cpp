#include "actors/node_context.hpp"
#include "actors/peer_directory.hpp"
#include "protocols/sip/digest.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

#include <caf/all.hpp>

namespace carillon::test {

namespace {

using registration = adapter_fixture;

std::string warning(const sip::message& response) {
  return std::string{response.first("Warning").value_or("")};
}

} // namespace

TEST_F(registration, a_phone_registers_when_all_is_stored) {
  start();
  auto alice = make_phone("alice", 6001);
  const auto response = register_phone(alice);
  EXPECT_EQ(response.status(), 200u);
  EXPECT_EQ(response.first("Contact"),
            "<" + alice.contact() + ">;q=1;expires=3600");
  EXPECT_EQ(steps->count(call_steps::bootstrap_answered), 1u);
  EXPECT_EQ(steps->count(call_steps::location_stored), 1u);
}

TEST_F(registration, of_a_new_user_fails_at_once_where_no_peer_runs) {
  start();
  stop_node();
  auto lonely = std::make_shared<node_context>(*ring->context);
  lonely->directory = std::make_shared<local_directory>();
  node_view = std::move(lonely);
  start_node();
  auto alice = make_phone("alice", 6001);
  const auto before = ring->now();
  EXPECT_EQ(register_phone(alice).status(), 503u);
  EXPECT_LT(ring->now() - before, 1s);
}

TEST_F(registration, a_refresh_needs_no_bootstrap_server) {
  start();
  auto alice = make_phone("alice", 6001);
  register_phone(alice);
  stop_bootstrap();
  ring->advance(10s);
  EXPECT_EQ(register_phone(alice).status(), 200u);
  EXPECT_EQ(steps->count(call_steps::bootstrap_asked), 1u);
  EXPECT_EQ(steps->count(call_steps::location_stored), 2u);
}

TEST_F(registration, a_restart_needs_no_bootstrap_server_either) {
  start();
  auto alice = make_phone("alice", 6001);
  auto bob = make_phone("bob", 6002);
  register_phone(alice);
  register_phone(bob);
  stop_node();
  stop_bootstrap();
  ring->advance(10s);
  start_node();
  // Bindings are still there: nobody has to register again.
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(steps->count(call_steps::bootstrap_asked), 2u);
}

TEST_F(registration, without_any_bootstrap_server_a_newcomer_gets_a_503) {
  start();
  stop_bootstrap();
  auto alice = make_phone("alice", 6001);
  const auto response = register_phone(alice);
  EXPECT_EQ(response.status(), 503u);
  EXPECT_TRUE(response.first("Retry-After"));
  EXPECT_NE(warning(response).find("does not answer"), std::string::npos);
}

TEST_F(registration, the_next_bootstrap_server_is_asked_when_one_is_silent) {
  start();
  stop_node();
  const auto known = settings.bootstrap->get().front();
  auto silent = known;
  silent.key = make_keys(ring->rng).public_half().signature;
  settings.bootstrap = std::make_shared<bootstrap_servers>(
    std::vector<bootstrap_server>{silent, known});
  start_node();
  auto alice = make_phone("alice", 6001);
  EXPECT_EQ(register_phone(alice).status(), 200u);
  EXPECT_EQ(steps->count(call_steps::bootstrap_asked), 2u);
}

TEST_F(registration, a_name_of_another_key_is_refused) {
  start();
  auto alice = make_phone("alice", 6001);
  register_phone(alice);
  stop_node();
  vault->replace("alice");
  ring->advance(10s);
  start_node();
  const auto response = register_phone(alice);
  EXPECT_EQ(response.status(), 403u);
  EXPECT_FALSE(warning(response).empty());
}

TEST_F(registration, a_key_that_the_old_one_signed_for_takes_its_place) {
  start();
  auto alice = make_phone("alice", 6001);
  auto bob = make_phone("bob", 6002);
  register_phone(alice);
  register_phone(bob);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  stop_node();
  vault->rotate("bob");
  ring->advance(10s);
  start_node();
  EXPECT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(register_phone(alice).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_FALSE(log_holds("ALARM"));
}

TEST_F(registration, the_last_phone_withdraws_the_location) {
  start();
  auto alice = make_phone("alice", 6001);
  auto bob = make_phone("bob", 6002);
  register_phone(alice);
  register_phone(bob);
  const auto gone = ask(bob,
                        bob.request("REGISTER", "sip:example.org", "bob",
                                    "Contact: *\nExpires: 0\n"));
  EXPECT_EQ(gone.status(), 200u);
  EXPECT_FALSE(gone.first("Contact"));
  EXPECT_EQ(steps->count(call_steps::location_stored), 3u);
  EXPECT_EQ(call(alice, "bob").status(), 480u);
  EXPECT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

TEST_F(registration, lifetimes_are_checked) {
  start();
  auto alice = make_phone("alice", 6001);
  const auto response = register_phone(alice, 10);
  EXPECT_EQ(response.status(), 423u);
  EXPECT_EQ(response.first("Min-Expires"), "60");
}

TEST_F(registration, foreign_domains_and_bad_names_are_refused) {
  start();
  auto alice = make_phone("alice", 6001);
  EXPECT_EQ(ask(alice,
                alice.request("REGISTER", "sip:elsewhere.org", "alice",
                              "Contact: <" + alice.contact() + ">\n"))
              .status(),
            404u);
  EXPECT_EQ(ask(alice,
                alice.request("REGISTER", "sip:example.org", "Al%20ice",
                              "Contact: <" + alice.contact() + ">\n"))
              .status(),
            404u);
}

TEST_F(registration, contacts_elsewhere_are_refused) {
  start();
  auto alice = make_phone("alice", 6001);
  EXPECT_EQ(ask(alice,
                alice.request("REGISTER", "sip:example.org", "alice",
                              "Contact: <sip:alice@192.0.2.66>\n"))
              .status(),
            403u);
}

TEST_F(registration, keys_that_cannot_be_read_are_told) {
  start();
  vault->failure = error{errc::storage_failed, "the disk is gone"};
  auto alice = make_phone("alice", 6001);
  const auto response = register_phone(alice);
  EXPECT_EQ(response.status(), 500u);
  EXPECT_NE(warning(response).find("the disk is gone"), std::string::npos);
  vault->failure.reset();
  EXPECT_EQ(register_phone(alice).status(), 200u);
}

TEST_F(registration, a_node_has_a_limit_of_users) {
  settings.max_adapters = 1;
  start();
  auto alice = make_phone("alice", 6001);
  auto bob = make_phone("bob", 6002);
  EXPECT_EQ(register_phone(alice).status(), 200u);
  EXPECT_EQ(register_phone(bob).status(), 503u);
}

TEST_F(registration, newcomers_beyond_a_limit_are_told_to_wait) {
  settings.max_newcomers = 1;
  start();
  auto alice = make_phone("alice", 6001);
  auto bob = make_phone("bob", 6002);
  send(alice,
       alice.request("REGISTER", "sip:example.org", "alice",
                     "Contact: <" + alice.contact() + ">\n"));
  const auto refused = register_phone(bob);
  EXPECT_EQ(refused.status(), 503u);
  EXPECT_TRUE(refused.first("Retry-After"));
  const auto is_final = [](const sip::message& message) {
    return message.status() >= 200;
  };
  EXPECT_EQ(wait(alice, is_final).status(), 200u);
  EXPECT_EQ(register_phone(bob).status(), 200u);
}

TEST_F(registration, anybody_may_register_at_loopback_addresses_only) {
  settings.domain.listen.push_back(
    {sip::transport::udp, {}, 0, "192.0.2.10", 5060, 0});
  start();
  auto alice = make_phone("alice", 6001);
  EXPECT_EQ(register_phone(alice).status(), 200u);
  auto other = make_phone("alice", 6009);
  other.path.local_address = "192.0.2.10";
  EXPECT_EQ(register_phone(other).status(), 404u);
  // Nor may anybody call from there who has not registered.
  EXPECT_EQ(call(other, "bob").status(), 403u);
}

TEST_F(registration, configured_users_need_their_password) {
  // Other machines can connect there.
  const auto outer = "192.0.2.10";
  for (auto& listener : settings.domain.listen)
    listener.local_address = outer;
  auto& alice_config = settings.users["alice"];
  alice_config.algorithms = {sip::digest_algorithm::md5};
  const auto ha1 =
    sip::make_ha1(sip::digest_algorithm::md5, "alice", "example.org", "secret");
  alice_config.ha1[sip::digest_algorithm::md5] = ha1;
  start();
  auto alice = make_phone("alice", 6001);
  auto bob = make_phone("bob", 6002);
  auto other = make_phone("alice", 6009);
  for (auto* which : {&alice, &bob, &other})
    which->path.local_address = outer;
  EXPECT_EQ(register_phone(bob).status(), 404u);
  const auto challenge = register_phone(alice);
  ASSERT_EQ(challenge.status(), 401u);
  EXPECT_FALSE(addressees->find("alice"));
  EXPECT_EQ(vault->size(), 0u);
  const std::string value{challenge.first("WWW-Authenticate").value()};
  const auto from = value.find("nonce=\"") + 7;
  sip::digest_credentials given;
  given.username = "alice";
  given.realm = "example.org";
  given.nonce = value.substr(from, value.find('"', from) - from);
  given.uri = "sip:example.org";
  given.cnonce = "abc";
  given.qop = "auth";
  given.nc = "00000001";
  const auto credentials =
    "Authorization: Digest username=\"alice\", realm=\"example.org\", "
    "nonce=\""
    + given.nonce
    + "\", uri=\"sip:example.org\", algorithm=MD5, cnonce=\"abc\", qop=auth,"
      " nc=00000001, response=\""
    + sip::digest_response(given, ha1, "REGISTER") + "\"\n";
  const auto register_with_password = [&] {
    return ask(alice,
               alice.request("REGISTER", "sip:example.org", "alice",
                             "Contact: <" + alice.contact() + ">\n"
                               + credentials))
      .status();
  };
  EXPECT_EQ(register_with_password(), 200u);
  // They are good once, whatever becomes of the adapter.
  EXPECT_EQ(register_with_password(), 401u);
  caf::anon_send_exit(addressees->find("alice"), caf::exit_reason::kill);
  ring->advance(1s);
  EXPECT_EQ(register_with_password(), 401u);
  // From another flow the password is asked for again.
  EXPECT_EQ(call(other, "alice").status(), 401u);
}

} // namespace carillon::test
