#include "protocols/identity/record.hpp"

#include "fixture.hpp"
#include <algorithm>

using namespace carillon;
using namespace carillon::identity;
using namespace carillon::identity::test;
using std::chrono::days;
using std::chrono::minutes;

namespace {

class record_test : public ring_test {
public:
  user alice = make_user("alice");
  admission_set admitted = admit(alice, 100);

  errc replace(const bytes& known, const bytes& offered,
               timestamp now = start) {
    const auto held = verified(known);
    return code_of(may_replace(&held, verified(offered), now));
  }
};

} // namespace

// -- what a record says -------------------------------------------------------

TEST_F(record_test, describes_a_location) {
  const auto encoded = locate(alice, admitted, 7);
  const auto info = verified(encoded);
  EXPECT_EQ(info.kind, record_kind::location);
  EXPECT_EQ(info.key, "alice@example.org");
  EXPECT_EQ(info.position, location_key(alice.aor));
  EXPECT_EQ(info.aor, alice.aor);
  EXPECT_EQ(info.share_index, 0);
  EXPECT_EQ(info.bundle, alice.bundle.id());
  EXPECT_EQ(info.content, fingerprint::of(encoded));
  EXPECT_EQ(info.admission_epoch, 100u);
  EXPECT_EQ(info.epoch, 7u);
  EXPECT_EQ(info.expires, start + minutes{10});
  EXPECT_EQ(info.bound_until, start + days{30});
  EXPECT_FALSE(info.tombstone);
  const auto found = must(open_location(encoded, ring, check, start));
  EXPECT_EQ(found.location.endpoint, "192.0.2.1:7480");
  EXPECT_EQ(found.location.peer_index, 3u);
}

TEST_F(record_test, describes_a_share) {
  const auto info = verified(admitted.shares[4]);
  EXPECT_EQ(info.kind, record_kind::share);
  EXPECT_EQ(info.key, "alice@example.org.5");
  EXPECT_EQ(info.position, share_key(alice.aor, 5));
  EXPECT_EQ(info.share_index, 5);
  EXPECT_EQ(info.epoch, 100u);
  EXPECT_EQ(info.expires, start + days{30});
}

TEST_F(record_test, shows_every_altered_byte) {
  const auto good = locate(alice, admitted, 7);
  for (size_t i = 0; i < good.size(); ++i) {
    for (unsigned bit : {0x01, 0x80}) {
      const auto altered = flipped(good, i, bit);
      EXPECT_FALSE(verify_record(altered, ring, check, start)) << i;
    }
  }
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(verify_record({good.data(), size}, ring, check, start));
  EXPECT_EQ(code_of(verify_record(bytes(70'000), ring, check, start)),
            errc::too_large);
}

TEST_F(record_test, is_signed_by_the_admitted_key) {
  const auto mallory = make_user("alice");
  EXPECT_EQ(
    code_of(verify_record(locate(mallory, admitted, 7), ring, check, start)),
    errc::invalid_key);
}

TEST_F(record_test, is_about_the_admitted_name) {
  auto where =
    must(open_location(locate(alice, admitted, 7), ring, check, start))
      .location;
  where.aor.user = "bob";
  const auto forged = must(
    seal_location(where, admitted.admission, ring.ring(), alice.keys, rng));
  EXPECT_EQ(code_of(verify_record(forged, ring, check, start)),
            errc::name_mismatch);
}

TEST_F(record_test, expires) {
  const auto encoded = locate(alice, admitted, 7);
  EXPECT_EQ(code_of(verify_record(encoded, ring, check, start + minutes{10})),
            errc::expired);
  EXPECT_EQ(code_of(verify_record(encoded, ring, check, start - minutes{90})),
            errc::not_yet_valid);
  // A location beyond the ring's longest lifetime.
  auto where = must(open_location(encoded, ring, check, start)).location;
  where.expires = start + days{2};
  const auto late = must(
    seal_location(where, admitted.admission, ring.ring(), alice.keys, rng));
  EXPECT_EQ(code_of(verify_record(late, ring, check, start)), errc::malformed);
}

TEST_F(record_test, refuses_fields_out_of_range) {
  auto where =
    must(open_location(locate(alice, admitted, 7), ring, check, start))
      .location;
  const auto seal = [&] {
    return code_of(
      seal_location(where, admitted.admission, ring.ring(), alice.keys, rng));
  };
  where.endpoint = "a b";
  EXPECT_EQ(seal(), errc::malformed);
  where.endpoint = std::string(129, 'a');
  EXPECT_EQ(seal(), errc::malformed);
  where.endpoint = "";
  EXPECT_EQ(seal(), errc::count_);
  where.epoch = 0;
  EXPECT_EQ(seal(), errc::malformed);
}

// -- the holder's rule --------------------------------------------------------

TEST_F(record_test, takes_the_place_of_nothing) {
  const auto offered = verified(admitted.shares[0]);
  EXPECT_TRUE(may_replace(nullptr, offered, start));
  EXPECT_EQ(code_of(may_replace(nullptr, offered, start + days{30})),
            errc::expired);
}

TEST_F(record_test, replaces_older_epochs_only) {
  const auto older = locate(alice, admitted, 7);
  const auto newer = locate(alice, admitted, 8);
  EXPECT_EQ(replace(older, newer), errc::count_);
  EXPECT_EQ(replace(newer, older), errc::older_epoch);
  EXPECT_EQ(replace(newer, newer), errc::count_);
  EXPECT_EQ(replace(newer, locate(alice, admitted, 8, start + minutes{1})),
            errc::replayed);
}

TEST_F(record_test, replaces_shares_by_those_of_a_renewal) {
  const auto renewed = admit(alice, 101);
  EXPECT_EQ(replace(admitted.shares[0], renewed.shares[0]), errc::count_);
  EXPECT_EQ(replace(renewed.shares[0], admitted.shares[0]), errc::older_epoch);
  EXPECT_EQ(replace(admitted.shares[0], admit(alice, 100).shares[0]),
            errc::replayed);
  EXPECT_EQ(replace(admitted.shares[0], admitted.shares[1]),
            errc::name_mismatch);
}

TEST_F(record_test, refuses_a_competing_first_admission) {
  const auto rival = make_user("alice");
  // Whichever epoch the other server chose: who came first stays.
  for (uint64_t epoch : {99, 100, 101}) {
    const auto set = admit(rival, epoch);
    EXPECT_EQ(replace(admitted.shares[0], set.shares[0]), errc::name_taken);
    EXPECT_EQ(replace(locate(alice, admitted, 7), locate(rival, set, 8)),
              errc::name_taken);
  }
}

TEST_F(record_test, follows_a_signed_change_of_keys) {
  const auto replacement = make_user("alice", 2);
  const auto set = admit(replacement, 101, start, succeed(alice, replacement));
  EXPECT_EQ(replace(admitted.shares[0], set.shares[0]), errc::count_);
  EXPECT_EQ(replace(locate(alice, admitted, 7), locate(replacement, set, 1)),
            errc::count_);
  // The old key is gone for good, replays and renewals included.
  EXPECT_EQ(replace(set.shares[0], admitted.shares[0]), errc::older_epoch);
  EXPECT_EQ(replace(set.shares[0], admit(alice, 102).shares[0]),
            errc::older_epoch);
  EXPECT_EQ(replace(locate(replacement, set, 1), locate(alice, admitted, 99)),
            errc::older_epoch);
}

TEST_F(record_test, refuses_a_change_that_another_key_signed) {
  const auto stranger = make_user("alice", 1);
  const auto replacement = make_user("alice", 2);
  const auto set =
    admit(replacement, 101, start, succeed(stranger, replacement));
  EXPECT_EQ(replace(admitted.shares[0], set.shares[0]),
            errc::unauthorized_key_change);
  EXPECT_EQ(replace(locate(alice, admitted, 7), locate(replacement, set, 8)),
            errc::unauthorized_key_change);
}

TEST_F(record_test, refuses_another_signature_key_under_the_bound_bundle) {
  // What a thief of the bootstrap key can sign without anything of alice's.
  const auto mallory = make_user("alice");
  auto payload =
    must(envelope::decode(admitted.admission, defaults::max_record)).payload;
  const auto& key = alice.keys.public_half().signature.id().data();
  const auto named = std::ranges::search(payload, key);
  ASSERT_EQ(named.size(), key.size());
  std::ranges::copy(mallory.keys.public_half().signature.id().data(),
                    named.begin());
  const admission_set forged{
    must(envelope::seal(envelope_kind::admission, ring.ring(), payload,
                        bootstrap, rng))
      .encode(),
    {}};
  EXPECT_EQ(replace(locate(alice, admitted, 7), locate(mallory, forged, 8)),
            errc::unauthorized_key_change);
}

TEST_F(record_test, refuses_a_change_under_an_older_admission) {
  const auto replacement = make_user("alice", 2);
  const auto set = admit(replacement, 100, start, succeed(alice, replacement));
  EXPECT_EQ(replace(admitted.shares[0], set.shares[0]), errc::older_epoch);
}

TEST_F(record_test, stays_bound_to_its_key_while_the_admission_is_good) {
  const auto held = verified(locate(alice, admitted, 7));
  const auto rival = make_user("alice");
  const auto later = start + days{1};
  const auto early_set = admit(rival, 200, later);
  const auto early = verified(locate(rival, early_set, 8, later), later);
  EXPECT_EQ(code_of(may_replace(&held, early, later)), errc::name_taken);
  const auto end = start + days{31};
  const auto late_set = admit(rival, 300, end);
  const auto late = verified(locate(rival, late_set, 9, end), end);
  EXPECT_TRUE(may_replace(&held, late, end));
}

TEST_F(record_test, keeps_its_place_in_order_after_it_expired) {
  const auto held = verified(locate(alice, admitted, 7));
  const auto later = start + minutes{30};
  const auto older = verified(locate(alice, admitted, 6, later), later);
  EXPECT_EQ(code_of(may_replace(&held, older, later)), errc::older_epoch);
  const auto newer = verified(locate(alice, admitted, 8, later), later);
  EXPECT_TRUE(may_replace(&held, newer, later));
}

TEST_F(record_test, leaves_a_tombstone) {
  const auto registered = locate(alice, admitted, 7);
  const auto gone = locate(alice, admitted, 8, start, true);
  EXPECT_TRUE(verified(gone).tombstone);
  EXPECT_EQ(replace(registered, gone), errc::count_);
  EXPECT_EQ(replace(gone, registered), errc::older_epoch);
  EXPECT_EQ(replace(gone, locate(alice, admitted, 9)), errc::count_);
}

// -- names admitted in two halves of a ring -----------------------------------

namespace {

class contest_test : public ring_test {
public:
  /// A location of somebody who was admitted at this time, as seen later.
  record_info of(const user& who, timestamp admitted_at, timestamp seen_at,
                 byte_view previous = {}) {
    const auto set =
      must(split_bundle(who.encoded, {}, epoch_of(admitted_at), ring, bootstrap,
                        check, admitted_at, rng, previous));
    last = set.admission;
    return verified(locate(who, set, 7, seen_at), seen_at);
  }

  static uint64_t epoch_of(timestamp when) {
    return static_cast<uint64_t>(when.time_since_epoch().count());
  }

  user alice = make_user("alice");
  user rival = make_user("alice");
  timestamp now = start + minutes{30};
  bytes last;
};

} // namespace

TEST_F(contest_test, the_earlier_admission_wins_in_both_orders) {
  const auto first = of(alice, start, now);
  const auto second = of(rival, start + minutes{1}, now);
  for (const auto rule : {expiry_rule::live, expiry_rule::any}) {
    EXPECT_TRUE(may_replace(&second, first, now, rule));
    EXPECT_EQ(code_of(may_replace(&first, second, now, rule)),
              errc::name_taken);
  }
}

TEST_F(contest_test, holds_for_shares_as_well) {
  const auto shares = [&](const user& who, timestamp at) {
    return verified(must(split_bundle(who.encoded, {}, epoch_of(at), ring,
                                      bootstrap, check, at, rng))
                      .shares[2],
                    now);
  };
  const auto first = shares(alice, start);
  const auto second = shares(rival, start + minutes{1});
  EXPECT_TRUE(may_replace(&second, first, now, expiry_rule::any));
  EXPECT_EQ(code_of(may_replace(&first, second, now, expiry_rule::any)),
            errc::name_taken);
}

TEST_F(contest_test, a_renewal_keeps_its_place) {
  of(alice, start, now);
  const auto renewed = of(alice, start + minutes{20}, now, last);
  EXPECT_EQ(renewed.since, start);
  const auto second = of(rival, start + minutes{1}, now);
  EXPECT_TRUE(may_replace(&second, renewed, now, expiry_rule::any));
  EXPECT_EQ(code_of(may_replace(&renewed, second, now, expiry_rule::any)),
            errc::name_taken);
}

TEST_F(contest_test, an_admission_of_somebody_else_is_none_to_renew) {
  of(alice, start, now);
  const auto later = start + minutes{20};
  EXPECT_EQ(of(rival, later, now, last).since, later);
  const bytes garbage{1, 2, 3};
  EXPECT_EQ(of(rival, later, now, garbage).since, later);
  // After a gap the name was free.
  of(alice, start, now);
  const auto ended = start + days{31};
  EXPECT_EQ(of(alice, ended, ended, last).since, ended);
}

TEST_F(contest_test, who_has_held_a_name_for_long_keeps_it) {
  const auto long_ago = start;
  of(rival, long_ago, now);
  const auto renewed_at = start + days{20};
  const auto later = start + days{31};
  const auto held = of(rival, renewed_at, later, last);
  EXPECT_EQ(held.since, long_ago);
  auto backdated = of(alice, renewed_at, later);
  backdated.since = long_ago - days{1};
  EXPECT_EQ(code_of(may_replace(&held, backdated, later, expiry_rule::any)),
            errc::name_taken);
}

TEST_F(contest_test, a_new_admission_that_is_stored_displaces_nobody) {
  const auto first = of(alice, now, now);
  const auto second = of(rival, now + minutes{1}, now + minutes{1});
  const auto soon = now + minutes{1};
  EXPECT_EQ(code_of(may_replace(&second, first, soon)), errc::name_taken);
  EXPECT_TRUE(may_replace(&second, first, soon, expiry_rule::any));
}

TEST_F(contest_test, of_one_moment_the_server_and_then_the_bundle_decides) {
  auto one = of(alice, start, now);
  auto other = of(rival, start, now);
  const auto wins = [&](const record_info& offered, const record_info& known) {
    return may_replace(&known, offered, now, expiry_rule::any).has_value();
  };
  EXPECT_EQ(wins(one, other), one.bundle < other.bundle);
  EXPECT_NE(wins(one, other), wins(other, one));
  one.server = fingerprint{};
  EXPECT_TRUE(wins(one, other));
  EXPECT_FALSE(wins(other, one));
}
