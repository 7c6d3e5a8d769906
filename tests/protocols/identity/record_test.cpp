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
