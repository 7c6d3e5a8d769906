#include "actors/node_host.hpp"
#include "actors/services.hpp"
#include "actors/sip_token.hpp"
#include "protocols/sip/build.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

#include <gmock/gmock.h>

namespace carillon::test {

namespace {

constexpr auto edge_address = "192.0.2.10";
constexpr auto caller_address = "198.51.100.7";

/// Gives the URI of the first Contact.
std::string contact_of(const sip::message& msg) {
  const auto contacts = msg.contacts();
  return contacts.empty() ? std::string{} : contacts.front().address;
}

/// Phones on loopback, and a node that takes calls at another address, too.
class guarded : public adapter_fixture {
public:
  guarded() {
    how.endpoint_of = [](size_t number) {
      return "203.0.113." + std::to_string(number + 1) + ":7480";
    };
    settings.contacts = contact_mode::guarded;
    settings.domain.listen.push_back(
      {sip::transport::udp, {}, 0, edge_address, 5060, 0});
    outside = alice;
    outside.path.remote_address = caller_address;
    outside.path.local_address = edge_address;
  }

  void start_with_both() {
    start();
    ASSERT_EQ(register_phone(alice).status(), 200u);
    ASSERT_EQ(register_phone(bob).status(), 200u);
  }

  /// Calls bob and gives where alice is sent.
  std::string permitted_contact() {
    const auto response = call(alice, "bob");
    EXPECT_EQ(response.status(), 302u);
    return contact_of(response);
  }

  /// Has bob's adapter take the INVITE of alice's as if it came from another
  /// node, the ring's first, and gives the answer that she gets.
  sip::message call_from_afar() {
    return call_from(ring->peers().front());
  }

  /// As `call_from_afar`, but as if it came from this peer.
  sip::message call_from(const chord::peer_ref& peer) {
    begin_call_from(peer);
    return wait(alice,
                [](const sip::message& msg) { return msg.status() >= 200; });
  }

  void begin_call_from_afar() {
    begin_call_from(ring->peers().front());
  }

  void begin_call_from(const chord::peer_ref& peer) {
    auto& mails = intercept("bob");
    send(alice,
         alice.request("INVITE", "sip:bob@example.org", "bob",
                       "Contact: <" + alice.contact() + ">\n"));
    for (int i = 0; i < 100 && mails.empty(); ++i)
      advance({}, watched_ring::step);
    stop_intercepting("bob");
    inject(mails.at(0), peer);
  }

  /// Has the node take a SIP message from another one over a link, and gives
  /// what goes back.
  std::vector<p2psip::delivery>& send_over_link(const std::string& text) {
    const std::string name{services::linked_sip};
    const auto intake = addressees->find(name);
    auto& answers = intercept(name);
    caf::anon_send(intake, deliver_atom_v, ring->peers().front(),
                   p2psip::delivery{name, {}, to_bytes(crlf(text))});
    for (int i = 0; i < 10 && answers.empty(); ++i)
      advance({}, watched_ring::step);
    stop_intercepting(name);
    return answers;
  }

  static std::string invite(test_phone& from, const std::string& uri) {
    return from.request("INVITE", uri, "bob",
                        "Contact: <" + from.contact() + ">\n");
  }

  /// Sets up a call and gives the 200 that the caller gets.
  sip::message talk(const std::string& uri) {
    send(outside, invite(outside, uri));
    offered = wait(bob, is("INVITE"));
    answer(bob, *offered, 200);
    return wait(outside, has_status(200));
  }

  /// Writes a request of the caller within the call that `accepted` made.
  std::string within(const std::string& method, const sip::message& accepted) {
    const std::string to = "To: <sip:bob@example.org>";
    auto text = outside.request(method, contact_of(accepted), "bob");
    return text.insert(text.find(to) + to.size(),
                       ";tag=" + accepted.to().tag());
  }

  static std::string text_of(const sip::message& msg) {
    return std::string{as_text(msg.print())};
  }

  test_phone alice = make_phone("alice", 6001);
  test_phone bob = make_phone("bob", 6002);
  /// The phone of alice as bob's node sees it.
  test_phone outside;
  /// What bob's phone got.
  std::optional<sip::message> offered;
};

} // namespace

TEST_F(guarded, a_caller_is_sent_to_the_callees_node) {
  start_with_both();
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 302u);
  const auto contacts = response.contacts();
  // Loopback listeners follow for callers on the same machine.
  ASSERT_EQ(contacts.size(), 3u);
  const auto target = sip::uri::parse(contacts.front().address).value();
  EXPECT_EQ(target.host, edge_address);
  EXPECT_EQ(token_user(target.user), "bob");
  EXPECT_GT(contacts[0].q().value(), contacts[1].q().value());
  EXPECT_GT(contacts[1].q().value(), contacts[2].q().value());
  EXPECT_EQ(text_of(response).find("6002"), std::string::npos);
}

TEST_F(guarded, what_is_advertised_is_told) {
  settings.domain.advertised = {
    {sip::transport::udp, {}, 0, "203.0.113.5", 15060, 0}};
  start_with_both();
  const auto uri = permitted_contact();
  EXPECT_TRUE(uri.ends_with("@203.0.113.5:15060")) << uri;
  const auto accepted = talk(uri);
  EXPECT_TRUE(contact_of(accepted).ends_with("@203.0.113.5:15060"));
}

TEST_F(guarded, a_call_hides_the_callees_phone) {
  start_with_both();
  const auto uri = permitted_contact();
  send(outside, invite(outside, uri));
  const auto arrived = wait(bob, is("INVITE"));
  EXPECT_EQ(arrived.request_uri(), bob.contact());
  answer(bob, arrived, 180);
  const auto ringing = wait(outside, has_status(180));
  answer(bob, arrived, 200);
  const auto accepted = wait(outside, has_status(200));
  for (const auto& response : {ringing, accepted}) {
    EXPECT_EQ(text_of(response).find("127.0.0.1"), std::string::npos)
      << text_of(response);
    EXPECT_FALSE(response.first("Record-Route"));
    EXPECT_EQ(response.all("Via").size(), 1u);
  }
  // The node stands for the phone, and the permit is used up.
  const auto mask = contact_of(accepted);
  EXPECT_TRUE(mask.starts_with("sip:bob!")) << mask;
  EXPECT_NE(mask, uri);
  send(outside, within("ACK", accepted));
  EXPECT_EQ(wait(bob, is("ACK")).request_uri(), bob.contact());
}

TEST_F(guarded, the_caller_hangs_up) {
  start_with_both();
  const auto accepted = talk(permitted_contact());
  send(outside, within("ACK", accepted));
  EXPECT_EQ(wait(bob, is("ACK")).request_uri(), bob.contact());
  send(outside, within("BYE", accepted));
  const auto bye = wait(bob, is("BYE"));
  EXPECT_EQ(bye.request_uri(), bob.contact());
  answer(bob, bye, 200);
  const auto done = wait(outside, [](const sip::message& msg) {
    return msg.status() == 200 && msg.cseq().method == "BYE";
  });
  EXPECT_EQ(text_of(done).find("127.0.0.1"), std::string::npos);
  EXPECT_EQ(ask(outside, within("INFO", accepted)).status(), 481u);
}

TEST_F(guarded, the_callee_hangs_up) {
  start_with_both();
  talk(permitted_contact());
  const auto route =
    "Route: " + std::string{offered->first("Record-Route").value()} + "\n";
  auto bye = bob.request("BYE", outside.contact(), "alice", route);
  const std::string own = ";tag=tbob6002";
  bye.replace(bye.find(own), own.size(), ";tag=callee");
  send(bob, bye);
  const auto got = wait(outside, is("BYE"));
  EXPECT_EQ(got.request_uri(), outside.contact());
  EXPECT_EQ(got.all("Via").size(), 1u);
  EXPECT_EQ(text_of(got).find("127.0.0.1"), std::string::npos) << text_of(got);
  send(outside, sip::make_response(got, 200, "caller"));
  const auto done = wait(bob, has_status(200));
  // The way back was kept for it.
  ASSERT_EQ(done.all("Via").size(), 1u);
  EXPECT_EQ(done.top_via().port, 6002);
}

TEST_F(guarded, a_caller_that_names_an_inner_address_is_reached) {
  start_with_both();
  const auto uri = permitted_contact();
  send(outside,
       outside.request("INVITE", uri, "bob",
                       "Contact: <sip:alice@10.0.0.5:5070>\n"));
  offered = wait(bob, is("INVITE"));
  answer(bob, *offered, 200);
  wait(outside, has_status(200));
  const auto route =
    "Route: " + std::string{offered->first("Record-Route").value()} + "\n";
  send(bob, bob.request("BYE", "sip:alice@10.0.0.5:5070", "alice", route));
  EXPECT_EQ(wait(outside, is("BYE")).request_uri(), "sip:alice@10.0.0.5:5070");
  for (const auto& [path, data] : network->sent)
    EXPECT_NE(path.remote_address, "10.0.0.5");
}

TEST_F(guarded, the_caller_cannot_speak_for_the_callee) {
  start_with_both();
  const auto accepted = talk(permitted_contact());
  // The callee's phones are known by their tags alone.
  const auto route = "Route: <" + contact_of(accepted) + ";lr>\n";
  EXPECT_EQ(
    ask(outside, outside.request("INFO", bob.contact(), "bob", route)).status(),
    481u);
  auto own = within("INFO", accepted);
  own.insert(own.find(";tag=talice") + 5, "x");
  EXPECT_EQ(ask(outside, own).status(), 403u);
  advance({&bob}, 1s);
  EXPECT_TRUE(std::ranges::none_of(bob.inbox, is("INFO")));
}

TEST_F(guarded, a_cancel_is_forwarded) {
  start_with_both();
  const auto text = invite(outside, permitted_contact());
  send(outside, text);
  const auto arrived = wait(bob, is("INVITE"));
  answer(bob, arrived, 180);
  wait(outside, has_status(180));
  send(outside,
       sip::make_cancel(sip::parse_message(as_bytes(crlf(text))).value()));
  answer(bob, wait(bob, is("CANCEL")), 200);
  answer(bob, arrived, 487);
  wait(outside, has_status(487));
}

TEST_F(guarded, a_permit_is_good_for_one_call) {
  start_with_both();
  const auto uri = permitted_contact();
  const auto first = invite(outside, uri);
  send(outside, first);
  answer(bob, wait(bob, is("INVITE")), 180);
  wait(outside, has_status(180));
  // The same INVITE once more is no other call.
  send(outside, first);
  EXPECT_EQ(wait(outside, has_status(180)).status(), 180u);
  const auto second = ask(outside, invite(outside, uri));
  EXPECT_EQ(second.status(), 403u);
  EXPECT_TRUE(warns(second, "good for one call"));
  EXPECT_TRUE(log_holds("refused a call of udp:198.51.100.7:6001 to bob"));
  advance({&bob}, 1s);
  EXPECT_TRUE(std::ranges::none_of(bob.inbox, is("INVITE")));
}

TEST_F(guarded, a_permit_is_good_for_its_caller) {
  start_with_both();
  const auto uri = permitted_contact();
  auto mallory = make_phone("mallory", 6003);
  mallory.path.local_address = edge_address;
  const auto refused = ask(mallory, invite(mallory, uri));
  EXPECT_EQ(refused.status(), 403u);
  EXPECT_TRUE(warns(refused, "made for alice"));
  EXPECT_EQ(talk(uri).status(), 200u);
}

TEST_F(guarded, a_permit_is_good_for_its_callee) {
  start_with_both();
  auto carol = make_phone("carol", 6003);
  register_phone(carol);
  auto target = sip::uri::parse(permitted_contact()).value();
  target.user = make_sip_token("carol", token_secret(target.user));
  EXPECT_EQ(ask(outside, invite(outside, to_string(target))).status(), 403u);
}

TEST_F(guarded, a_permit_is_good_for_32_seconds) {
  start_with_both();
  const auto uri = permitted_contact();
  ring->advance(33s);
  const auto refused = ask(outside, invite(outside, uri));
  EXPECT_EQ(refused.status(), 403u);
  EXPECT_TRUE(warns(refused, "expired"));
}

TEST_F(guarded, nobody_calls_a_phone_without_a_permit) {
  start_with_both();
  for (const auto* uri :
       {"sip:bob!@192.0.2.10", "sip:bob!1@192.0.2.10:5060",
        "sip:bob!00000000000000000000000000000000@192.0.2.10:5060",
        "sip:bob!1@192.0.2.10:5060;lr"})
    EXPECT_EQ(ask(outside, invite(outside, uri)).status(), 403u) << uri;
  EXPECT_EQ(ask(outside, invite(outside, bob.contact())).status(), 403u);
  EXPECT_EQ(
    ask(outside, outside.request("OPTIONS", "sip:bob!1@192.0.2.10", "bob"))
      .status(),
    481u);
  advance({&bob}, 1s);
  EXPECT_TRUE(std::ranges::none_of(bob.inbox, is("INVITE")));
}

TEST_F(guarded, a_phone_is_reached_over_its_connection) {
  bob = make_phone("bob", 6002, sip::transport::tcp);
  start_with_both();
  send(outside, invite(outside, permitted_contact()));
  const auto is_to_bob = [](const auto& item) {
    return item.first.remote_port == 6002;
  };
  ring->run();
  const auto sent = std::ranges::find_if(network->sent, is_to_bob);
  ASSERT_NE(sent, network->sent.end());
  EXPECT_EQ(sent->first.connection, bob.path.connection);
}

TEST_F(guarded, a_phone_whose_connection_has_ended_is_called_anew) {
  bob = make_phone("bob", 6002, sip::transport::tcp);
  start();
  register_phone(alice);
  auto listening = make_phone("bob", 6012, sip::transport::tcp);
  ASSERT_EQ(ask(bob,
                bob.request("REGISTER", "sip:example.org", "bob",
                            "Contact: <" + listening.contact() + ">\n"))
              .status(),
            200u);
  const auto uri = permitted_contact();
  network->unreachable.insert(6002);
  send(outside, invite(outside, uri));
  const auto arrived = wait(listening, is("INVITE"));
  EXPECT_EQ(arrived.request_uri(), listening.contact());
  answer(listening, arrived, 486);
  wait(outside, has_status(486));
}

TEST_F(guarded, a_caller_whose_node_forwards_calls_gets_through) {
  settings.mode = call_mode::proxy;
  start_with_both();
  send(alice, invite(alice, "sip:bob@example.org"));
  // What the caller's node sends to the callee's, which is the same here.
  const auto is_to_edge = [](const auto& item) {
    return item.first.remote_port == 5060;
  };
  auto& sent = network->sent;
  for (int i = 0; i < 500 && std::ranges::none_of(sent, is_to_edge); ++i)
    ring->advance(watched_ring::step);
  const auto hop = std::ranges::find_if(sent, is_to_edge);
  ASSERT_NE(hop, sent.end());
  auto forwarder = outside;
  forwarder.path.remote_port = 5060;
  forwarder.path.remote_address = edge_address;
  send(forwarder, hop->second);
  sent.erase(hop);
  offered = wait(bob, is("INVITE"));
  answer(bob, *offered, 200);
  const auto back = wait(forwarder, has_status(200));
  // The caller's node stays in the call.
  EXPECT_EQ(back.all("Record-Route").size(), 1u);
  const auto routes = offered->all("Record-Route");
  ASSERT_EQ(routes.size(), 2u);
  send(bob,
       bob.request("BYE", alice.contact(), "alice",
                   "Route: " + std::string{routes[0]}
                     + "\nRoute: " + std::string{routes[1]} + "\n"));
  wait(forwarder, is("BYE"));
}

TEST_F(guarded, automatic_contacts_of_users_on_one_node_are_direct) {
  settings.contacts = contact_mode::automatic;
  start_with_both();
  EXPECT_EQ(permitted_contact(), bob.contact());
}

TEST_F(guarded, automatic_contacts_for_other_machines_are_guarded) {
  settings.contacts = contact_mode::automatic;
  start_with_both();
  const auto response = call_from_afar();
  EXPECT_EQ(response.status(), 302u);
  // There is no use in loopback listeners.
  ASSERT_EQ(response.contacts().size(), 1u);
  const auto target = sip::uri::parse(contact_of(response)).value();
  EXPECT_EQ(token_user(target.user), "bob");
  EXPECT_EQ(target.host, edge_address);
}

TEST_F(guarded, automatic_contacts_that_can_be_reached_are_direct) {
  settings.contacts = contact_mode::automatic;
  bob.path.remote_address = "192.0.2.77";
  start_with_both();
  EXPECT_EQ(contact_of(call_from_afar()), bob.contact());
}

TEST_F(guarded, automatic_contacts_of_nodes_on_loopback_are_direct) {
  settings.contacts = contact_mode::automatic;
  how.endpoint_of = [](size_t number) {
    return "127.0.0." + std::to_string(number + 1) + ":7480";
  };
  start_with_both();
  EXPECT_EQ(contact_of(call_from_afar()), bob.contact());
}

TEST_F(guarded, automatic_contacts_for_an_address_of_this_machine_are_direct) {
  settings.contacts = contact_mode::automatic;
  settings.own_addresses = {"192.0.2.1"};
  how.endpoint_of = [](size_t number) {
    return "192.0.2." + std::to_string(number + 1) + ":7480";
  };
  start_with_both();
  EXPECT_EQ(contact_of(call_from_afar()), bob.contact());
}

TEST_F(guarded, automatic_contacts_for_another_address_are_guarded) {
  settings.contacts = contact_mode::automatic;
  how.endpoint_of = [](size_t number) {
    return "192.0.2." + std::to_string(number + 1) + ":7480";
  };
  start_with_both();
  EXPECT_NE(contact_of(call_from_afar()), bob.contact());
}

TEST_F(guarded, automatic_contacts_for_another_member_are_guarded) {
  settings.contacts = contact_mode::automatic;
  start_with_both();
  // One node on several machines.
  auto elsewhere = ring->peers().back();
  elsewhere.node = std::make_shared<chord::node_info>(
    chord::node_info{elsewhere.node->fingerprint, "198.51.100.9:7480"});
  EXPECT_NE(contact_of(call_from(elsewhere)), bob.contact());
}

TEST_F(guarded, direct_contacts_are_told_to_anybody) {
  settings.contacts = contact_mode::direct;
  start_with_both();
  EXPECT_EQ(contact_of(call_from_afar()), bob.contact());
}

TEST_F(guarded, a_node_on_loopback_only_is_called_over_a_link) {
  settings.domain.listen.pop_back();
  start_with_both();
  begin_call_from_afar();
  offered = wait(bob, is("INVITE"));
  EXPECT_EQ(offered->request_uri(), bob.contact());
  answer(bob, *offered, 200);
  const auto accepted = wait(alice, has_status(200));
  // What her phone sees it can call, or leaves to its adapter.
  const auto routes = accepted.all("Record-Route");
  ASSERT_EQ(routes.size(), 1u);
  const auto route =
    sip::uri::parse(sip::name_addr::parse(routes[0])->address).value();
  EXPECT_EQ(route.host, "127.0.0.1");
  EXPECT_EQ(token_user(route.user), "alice");
  const auto mask = sip::uri::parse(contact_of(accepted)).value();
  EXPECT_TRUE(is_node_host(mask.host)) << mask.host;
  EXPECT_EQ(token_user(mask.user), "bob");
  EXPECT_EQ(text_of(accepted).find("6002"), std::string::npos);
}

TEST_F(guarded, automatic_contacts_of_a_node_that_listens_nowhere_are_links) {
  settings.contacts = contact_mode::automatic;
  how.endpoint_of = [](size_t number) {
    return std::string{number == 0 ? "203.0.113.1:7480" : ""};
  };
  bob.path.remote_address = "192.0.2.77";
  start_with_both();
  begin_call_from_afar();
  EXPECT_EQ(wait(bob, is("INVITE")).request_uri(), bob.contact());
}

TEST_F(guarded, nothing_but_permitted_calls_comes_over_links) {
  start_with_both();
  auto far = outside;
  far.path.kind = sip::transport::tls;
  for (const auto& text :
       {far.request("REGISTER", "sip:example.org", "alice",
                    "Contact: <" + far.contact() + ">\n"),
        far.request("INVITE", "sip:bob@example.org", "bob",
                    "Contact: <" + far.contact() + ">\n"),
        far.request("INVITE", bob.contact(), "bob",
                    "Contact: <" + far.contact() + ">\n"),
        far.request("OPTIONS", "sip:example.org", "bob"),
        far.request("INVITE", "sip:bob!00@example.org", "bob",
                    "Contact: <" + far.contact() + ">\n")}) {
    const auto& answers = send_over_link(text);
    ASSERT_EQ(answers.size(), 1u) << text;
    EXPECT_THAT(std::string{as_text(answers[0].content)},
                testing::StartsWith("SIP/2.0 403"))
      << text;
  }
  const auto& answers =
    send_over_link(far.request("BYE", "sip:bob!00@example.org", "bob"));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_THAT(std::string{as_text(answers[0].content)},
              testing::StartsWith("SIP/2.0 481"));
  EXPECT_TRUE(send_over_link("garbage").empty());
  advance({&bob}, watched_ring::step);
  EXPECT_TRUE(bob.inbox.empty());
}

TEST_F(guarded, a_caller_cannot_have_all_permits) {
  start_with_both();
  for (size_t i = 0; i < secp2psip::defaults::max_permits_per_caller; ++i)
    ASSERT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_EQ(call(alice, "bob").status(), 503u);
  ring->advance(33s);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
}

} // namespace carillon::test
