#include "protocols/secp2psip/registrar.hpp"
#include "protocols/secp2psip/registration.hpp"
#include "protocols/secp2psip/secured_message.hpp"
#include "tests/protocols/secp2psip/parties.hpp"

using namespace carillon;
using namespace carillon::secp2psip;
using namespace std::chrono_literals;
using identity::suite;
using test::now;

namespace {

/// A bootstrap server, its ring, and a user who wants to register.
struct enrolment {
  explicit enrolment(suite keys = suite::ed25519_x25519)
    : alice(test::make_user("alice", keys)) {
    server.keys = test::make_user("server").keys;
    server.ring = ring.ring();
    alice.ring = ring.ring();
  }

  static identity::ring_descriptor found_ring() {
    auto rng = test::make_rng();
    const auto keys = test::make_user("server").keys;
    identity::ring_settings settings;
    settings.domain = "example.org";
    settings.bootstrap_keys = {keys->public_half().signature.spki()};
    return *identity::ring_descriptor::found(settings, *keys, rng);
  }

  /// Gives the bundle of a user, encoded.
  bytes bundle(const local_user& user) {
    return *identity::seal_bundle(user.aor, 1, now, {}, ring.ring(), *user.keys,
                                  rng);
  }

  registration content() {
    return {"192.0.2.10:7480", bundle(alice), std::nullopt, std::nullopt,
            std::nullopt};
  }

  expected<outgoing_register> request(const registration& what) {
    return make_register(alice, server.keys->public_half().signature, what, now,
                         rng);
  }

  /// What the bootstrap server does with a REGISTER.
  expected<accepted_register> receive(const bytes& data, timestamp time = now) {
    return open_register(server, data, ring, time, rng)
      .and_then([&](const claimed_register& it) {
        return verify_register(it, ring, check);
      })
      .and_then([&](const verified_register& it) {
        return accept_register(it, replays, time);
      });
  }

  expected<register_answer> answered(const sent_register& sent,
                                     const bytes& data, timestamp time = now) {
    return check_register_answer(alice, sent, data, time, rng);
  }

  Botan::ChaCha_RNG rng = test::make_rng();
  identity::verifier check;
  identity::ring_descriptor ring = found_ring();
  local_registrar server;
  local_user alice;
  replay_cache replays;
  const registered admitted{test::ring_named("descriptor"),
                            to_bytes("admission")};
};

template <class T>
errc refusal_of(const expected<T>& result) {
  return result ? errc::count_ : result.error().code;
}

} // namespace

TEST(registration, is_admitted_with_either_suite) {
  for (const auto keys : {suite::ed25519_x25519, suite::rsa}) {
    enrolment it{keys};
    auto content = it.content();
    content.location_envelope = to_bytes("location");
    content.succession = to_bytes("succession");
    content.admission = to_bytes("admission");
    const auto outgoing = it.request(content);
    ASSERT_TRUE(outgoing) << to_string(outgoing.error());
    EXPECT_EQ(addressee(outgoing->data),
              it.server.keys->public_half().signature.id().to_hex());
    const auto verified = it.receive(outgoing->data);
    ASSERT_TRUE(verified) << to_string(verified.error());
    EXPECT_EQ(verified->bundle.aor, it.alice.aor);
    EXPECT_EQ(verified->bundle.keys, it.alice.keys->public_half());
    EXPECT_EQ(verified->content.location, content.location);
    EXPECT_EQ(verified->content.bundle, content.bundle);
    EXPECT_EQ(verified->content.location_envelope, content.location_envelope);
    EXPECT_EQ(verified->content.succession, content.succession);
    EXPECT_EQ(verified->content.admission, content.admission);
    const auto data =
      make_registered(it.server, *verified, it.admitted, now, it.rng);
    ASSERT_TRUE(data);
    const auto answer = it.answered(outgoing->sent, *data);
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(*answer, register_answer{it.admitted});
  }
}

TEST(registration, is_refused_by_the_bootstrap_server) {
  enrolment it;
  const auto outgoing = *it.request(it.content());
  const auto claimed =
    open_register(it.server, outgoing.data, it.ring, now, it.rng);
  ASSERT_TRUE(claimed);
  const refusal why{403, "the name is held by another key"};
  const auto data = refuse_register(it.server, *claimed, why, now, it.rng);
  ASSERT_TRUE(data);
  const auto answer = it.answered(outgoing.sent, *data);
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(*answer, register_answer{why});
}

TEST(registration, refuses_a_sender_without_the_private_key) {
  enrolment it;
  auto mallory = test::make_user("mallory");
  mallory.aor = it.alice.aor;
  mallory.ring = it.alice.ring;
  const auto stolen =
    make_register(mallory, it.server.keys->public_half().signature,
                  it.content(), now, it.rng);
  ASSERT_TRUE(stolen);
  EXPECT_EQ(refusal_of(it.receive(stolen->data)), errc::invalid_signature);
  EXPECT_TRUE(it.replays.entries(now).empty());
}

TEST(registration, refuses_the_bundle_of_another_name) {
  enrolment it;
  auto content = it.content();
  auto carol = it.alice;
  carol.aor.user = "carol";
  content.bundle = it.bundle(carol);
  EXPECT_EQ(refusal_of(it.receive(it.request(content)->data)),
            errc::name_mismatch);
}

TEST(registration, refuses_a_bundle_that_is_none) {
  enrolment it;
  auto content = it.content();
  content.bundle = to_bytes("bundle");
  EXPECT_FALSE(it.receive(it.request(content)->data));
}

TEST(registration, refuses_requests_with_any_byte_altered) {
  enrolment it;
  const auto data = it.request(it.content())->data;
  for (size_t i = 0; i < data.size(); ++i) {
    auto altered = data;
    altered[i] ^= 1;
    ASSERT_FALSE(it.receive(altered)) << "byte " << i;
  }
  EXPECT_TRUE(it.receive(data));
}

TEST(registration, refuses_answers_with_any_byte_altered) {
  enrolment it;
  const auto outgoing = *it.request(it.content());
  const auto data = *make_registered(it.server, *it.receive(outgoing.data),
                                     it.admitted, now, it.rng);
  for (size_t i = 0; i < data.size(); ++i) {
    auto altered = data;
    altered[i] ^= 1;
    ASSERT_FALSE(it.answered(outgoing.sent, altered)) << "byte " << i;
  }
  EXPECT_TRUE(it.answered(outgoing.sent, data));
}

TEST(registration, refuses_replayed_and_stale_requests) {
  enrolment it;
  const auto data = it.request(it.content())->data;
  ASSERT_TRUE(it.receive(data));
  EXPECT_EQ(refusal_of(it.receive(data)), errc::replayed);
  EXPECT_EQ(refusal_of(it.receive(data, now + 121s)), errc::stale);
  EXPECT_EQ(refusal_of(it.receive(data, now - 121s)), errc::stale);
}

TEST(registration, no_stranger_uses_up_the_share_of_a_name) {
  enrolment it;
  it.replays = replay_cache{{1, 2}};
  auto mallory = test::make_user("mallory");
  mallory.aor = it.alice.aor;
  mallory.ring = it.alice.ring;
  auto content = it.content();
  content.bundle = it.bundle(mallory);
  const auto strange = make_register(
    mallory, it.server.keys->public_half().signature, content, now, it.rng);
  ASSERT_TRUE(strange);
  EXPECT_TRUE(it.receive(strange->data));
  EXPECT_TRUE(it.receive(it.request(it.content())->data));
  EXPECT_EQ(refusal_of(it.receive(it.request(it.content())->data)),
            errc::quota_exceeded);
}

TEST(registration, refuses_requests_to_another_server_or_ring) {
  enrolment it;
  const auto data = it.request(it.content())->data;
  auto other = it.server;
  other.keys = test::make_user("other").keys;
  EXPECT_EQ(refusal_of(open_register(other, data, it.ring, now, it.rng)),
            errc::wrong_recipient);
  it.alice.ring = test::ring_named("another");
  EXPECT_EQ(refusal_of(it.receive(it.request(it.content())->data)),
            errc::wrong_ring);
}

TEST(registration, refuses_names_of_another_domain) {
  enrolment it;
  it.alice.aor.domain = "example.net";
  EXPECT_EQ(refusal_of(it.receive(it.request(it.content())->data)),
            errc::foreign_domain);
}

TEST(registration, refuses_locations_that_no_field_can_carry) {
  enrolment it;
  auto content = it.content();
  content.location = "192.0.2.10:7480\r\nPublicKey: AA==";
  EXPECT_EQ(refusal_of(it.request(content)), errc::malformed);
  content.location.clear();
  EXPECT_EQ(refusal_of(it.request(content)), errc::malformed);
  content.location.assign(defaults::max_location_size + 1, '1');
  EXPECT_EQ(refusal_of(it.request(content)), errc::too_large);
}

TEST(registration, takes_the_answer_of_no_other_server) {
  enrolment it;
  const auto outgoing = *it.request(it.content());
  const auto verified = it.receive(outgoing.data);
  auto other = it.server;
  other.keys = test::make_user("other").keys;
  const auto data =
    *make_registered(other, *verified, it.admitted, now, it.rng);
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, data)), errc::name_mismatch);
}

TEST(registration, takes_the_answer_to_one_request_for_no_other) {
  enrolment it;
  const auto first = *it.request(it.content());
  const auto second = *it.request(it.content());
  const auto data = *make_registered(it.server, *it.receive(first.data),
                                     it.admitted, now, it.rng);
  EXPECT_EQ(refusal_of(it.answered(second.sent, data)), errc::replayed);
  auto altered = first.sent;
  altered.id.hash = test::ring_named("other");
  EXPECT_EQ(refusal_of(it.answered(altered, data)), errc::hash_mismatch);
  EXPECT_EQ(refusal_of(it.answered(first.sent, data, now + 121s)), errc::stale);
  EXPECT_TRUE(it.answered(first.sent, data));
}

TEST(registration, takes_no_other_message_for_a_request_or_its_answer) {
  enrolment it;
  const auto outgoing = *it.request(it.content());
  invite_message content;
  content.head = make_head(
    {it.server.ring, to_string(it.alice.aor),
     it.server.keys->public_half().signature.id().to_hex()},
    it.alice.keys->suite(), identity::security_mode::signed_mode, now, it.rng);
  content.sip_request = test::sip_invite();
  const auto invite = *secure(content, *it.alice.keys, nullptr, it.rng);
  EXPECT_EQ(refusal_of(it.receive(invite.data)), errc::malformed);
  std::swap(content.head.name, content.head.to);
  const auto answer = *secure(content, *it.server.keys, nullptr, it.rng);
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, answer.data)),
            errc::malformed);
}
