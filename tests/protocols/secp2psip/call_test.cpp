#include "protocols/secp2psip/callee.hpp"
#include "protocols/secp2psip/caller.hpp"
#include "protocols/secp2psip/secured_message.hpp"
#include "tests/protocols/secp2psip/parties.hpp"

using namespace carillon;
using namespace carillon::secp2psip;
using namespace std::chrono_literals;
using identity::security_mode;
using identity::suite;
using test::now;

namespace {

/// Both sides of a call from alice to bob.
struct call {
  explicit call(suite keys = suite::ed25519_x25519,
                security_mode mode = security_mode::signed_mode)
    : alice(test::make_user("alice", keys, mode))
    , bob(test::make_user("bob", keys, mode)) {}

  outgoing_invite invite(const bytes& sip = test::sip_invite()) {
    return *make_invite(alice, test::bundle_of(bob), sip, now, rng);
  }

  /// What bob's adapter does with an INVITE.
  expected<accepted_invite> receive(const bytes& data, timestamp time = now) {
    return open_invite(bob, data, time, rng)
      .and_then([&](const claimed_invite& it) {
        return verify_invite(bob, it, test::bundle_of(alice), test::read_names);
      })
      .and_then([&](const verified_invite& it) {
        return accept_invite(it, replays, time);
      });
  }

  bytes redirect(const accepted_invite& accepted,
                 const bytes& sip = test::sip_302()) {
    return *make_redirect(bob, accepted, test::bundle_of(alice), sip, now, rng);
  }

  /// What alice's adapter does with an answer.
  expected<call_answer> answered(const sent_invite& sent, const bytes& data,
                                 timestamp time = now) {
    return check_answer(alice, sent, test::bundle_of(bob), data,
                        test::read_names, time, rng);
  }

  Botan::ChaCha_RNG rng = test::make_rng();
  local_user alice;
  local_user bob;
  replay_cache replays;
};

template <class T>
errc refusal_of(const expected<T>& result) {
  return result ? errc::count_ : result.error().code;
}

class call_with
  : public testing::TestWithParam<std::tuple<suite, security_mode>> {
protected:
  call it{std::get<0>(GetParam()), std::get<1>(GetParam())};
};

std::string name_of(const testing::TestParamInfo<call_with::ParamType>& info) {
  const auto& [keys, mode] = info.param;
  return std::string{keys == suite::rsa ? "rsa" : "ed25519"} + "_"
    + std::string{to_string(mode)};
}

} // namespace

TEST_P(call_with, is_redirected_to_the_callee) {
  const auto outgoing = it.invite();
  const auto accepted = it.receive(outgoing.data);
  ASSERT_TRUE(accepted) << to_string(accepted.error());
  EXPECT_EQ(accepted->caller, it.alice.aor);
  EXPECT_EQ(accepted->sip_request, test::sip_invite());
  const auto data = it.redirect(*accepted);
  const auto answer = it.answered(outgoing.sent, data);
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(*answer, call_answer{redirection{test::sip_302()}});
}

TEST_P(call_with, is_refused_by_the_callee) {
  const auto outgoing = it.invite();
  const auto claimed = open_invite(it.bob, outgoing.data, now, it.rng);
  ASSERT_TRUE(claimed);
  const refusal why{480, "no phone is registered"};
  const auto data = refuse_invite(it.bob, *claimed, test::bundle_of(it.alice),
                                  why, now, it.rng);
  ASSERT_TRUE(data);
  const auto answer = it.answered(outgoing.sent, *data);
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(*answer, call_answer{why});
}

TEST_P(call_with, tells_a_node_whom_it_is_for) {
  EXPECT_EQ(addressee(it.invite().data), "bob@example.org");
}

TEST_P(call_with, refuses_replays) {
  const auto outgoing = it.invite();
  ASSERT_TRUE(it.receive(outgoing.data));
  EXPECT_EQ(refusal_of(it.receive(outgoing.data)), errc::replayed);
  EXPECT_EQ(refusal_of(it.receive(outgoing.data, now + 120s)), errc::replayed);
}

TEST_P(call_with, refuses_messages_for_somebody_else) {
  auto carol = test::make_user("carol", std::get<0>(GetParam()), it.bob.mode);
  EXPECT_EQ(refusal_of(open_invite(carol, it.invite().data, now, it.rng)),
            errc::wrong_recipient);
}

TEST_P(call_with, refuses_messages_of_another_ring) {
  it.bob.ring = test::ring_named("another");
  EXPECT_EQ(refusal_of(it.receive(it.invite().data)), errc::wrong_ring);
}

INSTANTIATE_TEST_SUITE_P(
  suites_and_modes, call_with,
  testing::Combine(testing::Values(suite::ed25519_x25519, suite::rsa),
                   testing::Values(security_mode::signed_mode,
                                   security_mode::protected_mode)),
  name_of);

TEST(call, refuses_an_invite_with_any_byte_altered) {
  for (const auto mode :
       {security_mode::signed_mode, security_mode::protected_mode}) {
    call it{suite::ed25519_x25519, mode};
    const auto outgoing = it.invite();
    for (const auto mask : std::to_array<uint8_t>({0x01, 0x20, 0x80})) {
      for (size_t i = 0; i < outgoing.data.size(); ++i) {
        auto altered = outgoing.data;
        altered[i] ^= mask;
        ASSERT_FALSE(it.receive(altered)) << "byte " << i;
      }
    }
    EXPECT_TRUE(it.receive(outgoing.data));
  }
}

TEST(call, refuses_an_answer_with_any_byte_altered) {
  for (const auto mode :
       {security_mode::signed_mode, security_mode::protected_mode}) {
    call it{suite::ed25519_x25519, mode};
    const auto outgoing = it.invite();
    const auto data = it.redirect(*it.receive(outgoing.data));
    for (size_t i = 0; i < data.size(); ++i) {
      auto altered = data;
      altered[i] ^= 1;
      ASSERT_FALSE(it.answered(outgoing.sent, altered)) << "byte " << i;
    }
    EXPECT_TRUE(it.answered(outgoing.sent, data));
  }
}

TEST(call, refuses_replays_after_a_restart) {
  call it;
  const auto outgoing = it.invite();
  const auto accepted = it.receive(outgoing.data);
  ASSERT_TRUE(accepted);
  it.replays = replay_cache{};
  it.replays.restore(accepted->remembered, now + 60s);
  EXPECT_EQ(refusal_of(it.receive(outgoing.data, now + 60s)), errc::replayed);
}

TEST(call, refuses_stale_and_future_invites) {
  call it;
  const auto outgoing = it.invite();
  EXPECT_EQ(refusal_of(it.receive(outgoing.data, now + 121s)), errc::stale);
  EXPECT_EQ(refusal_of(it.receive(outgoing.data, now - 121s)), errc::stale);
  EXPECT_TRUE(it.receive(outgoing.data, now - 120s));
}

TEST(call, refuses_stale_answers) {
  call it;
  const auto outgoing = it.invite();
  const auto data = it.redirect(*it.receive(outgoing.data));
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, data, now + 121s)),
            errc::stale);
}

TEST(call, refuses_merely_signed_messages_where_protected_ones_are_due) {
  call it;
  it.bob.mode = security_mode::protected_mode;
  EXPECT_EQ(refusal_of(it.receive(it.invite().data)), errc::wrong_mode);
}

TEST(call, accepts_protected_messages_where_signed_ones_would_do) {
  call it;
  it.alice.mode = security_mode::protected_mode;
  const auto outgoing = it.invite();
  const auto accepted = it.receive(outgoing.data);
  ASSERT_TRUE(accepted);
  // The answer is as well protected as the question.
  EXPECT_TRUE(it.answered(outgoing.sent, it.redirect(*accepted)));
}

TEST(call, refuses_answers_in_another_mode) {
  call it{suite::ed25519_x25519, security_mode::protected_mode};
  const auto outgoing = it.invite();
  auto accepted = it.receive(outgoing.data);
  ASSERT_TRUE(accepted);
  accepted->mode = security_mode::signed_mode;
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, it.redirect(*accepted))),
            errc::wrong_mode);
  call other;
  const auto plain = other.invite();
  auto sealed = other.receive(plain.data);
  ASSERT_TRUE(sealed);
  sealed->mode = security_mode::protected_mode;
  EXPECT_EQ(refusal_of(other.answered(plain.sent, other.redirect(*sealed))),
            errc::wrong_mode);
}

TEST(call, refuses_a_mode_that_is_not_how_the_message_came) {
  call it;
  // An attacker who takes the seal off, or a sender who forgets it.
  invite_message content;
  content.head = make_head(
    {it.alice.ring, to_string(it.alice.aor), to_string(it.bob.aor)},
    it.alice.keys->suite(), security_mode::protected_mode, now, it.rng);
  content.sip_request = test::sip_invite();
  const auto& key = it.bob.keys->public_half().encryption;
  EXPECT_EQ(refusal_of(secure(content, *it.alice.keys, nullptr, it.rng)),
            errc::wrong_mode);
  const auto part = *encode_signed_part(content);
  const auto naked = *complete(content, part, as_bytes("signature"));
  EXPECT_EQ(refusal_of(it.receive(naked)), errc::wrong_mode);
  content.head.mode = security_mode::signed_mode;
  EXPECT_EQ(refusal_of(secure(content, *it.alice.keys, &key, it.rng)),
            errc::wrong_mode);
}

TEST(call, refuses_an_invite_that_somebody_else_signed) {
  call it;
  auto mallory = test::make_user("mallory");
  mallory.aor = it.alice.aor;
  const auto forged = make_invite(mallory, test::bundle_of(it.bob),
                                  test::sip_invite(), now, it.rng);
  ASSERT_TRUE(forged);
  EXPECT_EQ(refusal_of(it.receive(forged->data)), errc::invalid_signature);
  // A forgery uses up no nonce.
  EXPECT_TRUE(it.replays.entries(now).empty());
}

TEST(call, refuses_an_answer_that_somebody_else_signed) {
  call it;
  const auto outgoing = it.invite();
  const auto accepted = it.receive(outgoing.data);
  auto mallory = test::make_user("mallory");
  const auto own_name =
    make_redirect(mallory, *accepted, test::bundle_of(it.alice),
                  test::sip_302(), now, it.rng);
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, *own_name)),
            errc::name_mismatch);
  mallory.aor = it.bob.aor;
  const auto forged =
    make_redirect(mallory, *accepted, test::bundle_of(it.alice),
                  test::sip_302(), now, it.rng);
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, *forged)),
            errc::invalid_signature);
}

TEST(call, refuses_keys_of_another_user_or_suite) {
  call it;
  const auto claimed = open_invite(it.bob, it.invite().data, now, it.rng);
  ASSERT_TRUE(claimed);
  const auto check = [&](const identity::key_bundle& bundle) {
    return refusal_of(
      verify_invite(it.bob, *claimed, bundle, test::read_names));
  };
  EXPECT_EQ(check(test::bundle_of(test::make_user("carol"))),
            errc::name_mismatch);
  EXPECT_EQ(check(test::bundle_of(test::make_user("alice", suite::rsa))),
            errc::unsupported_suite);
}

TEST(call, refuses_callers_of_another_domain) {
  call it;
  it.alice.aor.domain = "example.net";
  EXPECT_EQ(refusal_of(it.receive(it.invite().data)), errc::foreign_domain);
}

TEST(call, refuses_sip_messages_about_another_call) {
  call it;
  EXPECT_EQ(refusal_of(it.receive(it.invite(test::sip_invite("carol")).data)),
            errc::name_mismatch);
  EXPECT_EQ(
    refusal_of(it.receive(it.invite(test::sip_invite("alice", "carol")).data)),
    errc::name_mismatch);
  const auto outgoing = it.invite();
  const auto accepted = it.receive(outgoing.data);
  const auto elsewhere =
    it.redirect(*accepted, test::sip_302("alice", "carol"));
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, elsewhere)),
            errc::name_mismatch);
}

TEST(call, refuses_other_sip_messages) {
  call it;
  const auto bye = test::replace(test::sip_invite(), "INVITE sip:", "BYE sip:");
  EXPECT_EQ(refusal_of(
              make_invite(it.alice, test::bundle_of(it.bob), bye, now, it.rng)),
            errc::malformed);
  const auto accepted = it.receive(it.invite().data);
  const auto ok = test::replace(test::sip_302(), "302", "200");
  EXPECT_EQ(refusal_of(make_redirect(
              it.bob, *accepted, test::bundle_of(it.alice), ok, now, it.rng)),
            errc::malformed);
}

TEST(call, takes_the_answer_to_one_invite_for_no_other) {
  call it;
  const auto first = it.invite();
  const auto second = it.invite();
  const auto data = it.redirect(*it.receive(first.data));
  EXPECT_EQ(refusal_of(it.answered(second.sent, data)), errc::replayed);
  auto other_request = first.sent;
  other_request.id.hash = identity::fingerprint::of(as_bytes("other"));
  EXPECT_EQ(refusal_of(it.answered(other_request, data)), errc::hash_mismatch);
  EXPECT_TRUE(it.answered(first.sent, data));
}

TEST(call, takes_no_other_message_for_an_invite_or_its_answer) {
  call it;
  const auto outgoing = it.invite();
  const auto data = it.redirect(*it.receive(outgoing.data));
  EXPECT_EQ(refusal_of(open_invite(it.alice, data, now, it.rng)),
            errc::malformed);
  const auto back = make_invite(it.bob, test::bundle_of(it.alice),
                                test::sip_invite("bob", "alice"), now, it.rng);
  EXPECT_EQ(refusal_of(it.answered(outgoing.sent, back->data)),
            errc::malformed);
}

TEST(call, hides_the_caller_in_protected_mode) {
  call it{suite::ed25519_x25519, security_mode::protected_mode};
  const auto outgoing = it.invite();
  EXPECT_EQ(as_text(outgoing.data).find("alice"), std::string_view::npos);
}

TEST(call, refuses_a_protected_message_under_another_outer_name) {
  call it{suite::ed25519_x25519, security_mode::protected_mode};
  const auto data = it.invite().data;
  const auto other = test::replace(data, "To: bob@", "To: rob@");
  EXPECT_EQ(refusal_of(it.receive(other)), errc::wrong_recipient);
  // Even where two names share a key.
  it.bob.aor.user = "rob";
  EXPECT_EQ(refusal_of(it.receive(other)), errc::decryption_failed);
}

TEST(call, refuses_requests_beyond_the_size_limit) {
  call it;
  auto sip = test::sip_invite();
  sip.resize(defaults::max_message_size);
  EXPECT_EQ(refusal_of(
              make_invite(it.alice, test::bundle_of(it.bob), sip, now, it.rng)),
            errc::too_large);
}
