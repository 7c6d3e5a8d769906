#include "actors/location_reader.hpp"
#include "protocols/identity/node_fingerprint.hpp"
#include "protocols/p2psip/defaults.hpp"
#include "tests/support/records_fixture.hpp"
#include "tests/support/seeds.hpp"

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

/// A peer whose holders answer like this, by rank.
caf::behavior answering_peer(caf::event_based_actor*,
                             std::vector<fetch_outcome> answers) {
  return {
    [answers = std::move(answers)](get_atom, const std::string&, uint8_t rank) {
      return answers.at(rank);
    },
    [](const chord::ring_id&, trust::outcome) {},
  };
}

class records : public records_fixture {
public:
  /// Looks for a location at a peer whose holders answer like this.
  errc find_with(std::vector<fetch_outcome> answers) {
    const auto search = start_reader(std::move(answers));
    const auto result = find_with(search, "x");
    end(search);
    return result;
  }

  /// Looks for a user's location with this reader.
  errc find_with(const location_reader_actor& search, const char* user) {
    const auto where = ring->ask<location_reading>(
      search, lookup_atom_v, identity::address_of_record{user, "example.org"});
    return where.found ? errc::count_ : where.found.error().code;
  }

  /// Starts a reader for a peer whose holders answer like this.
  location_reader_actor start_reader(std::vector<fetch_outcome> answers) {
    holders =
      caf::actor_cast<peer_actor>(caf::actor_cast<caf::strong_actor_ptr>(
        ring->system.spawn(answering_peer, std::move(answers))));
    return ring->system.spawn(
      location_reader, location_reader_config{ring->context, [asked = holders] {
                                                return asked;
                                              }});
  }

  void end(const location_reader_actor& search) {
    for (const auto& each : {caf::actor_cast<caf::actor>(holders),
                             caf::actor_cast<caf::actor>(search)})
      caf::anon_send_exit(each, caf::exit_reason::kill);
    ring->run();
    holders = nullptr;
  }

  peer_actor holders;
};

} // namespace

TEST_F(records, a_registered_key_is_rebuilt_from_shares) {
  start(24);
  const auto alice = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(alice)));
  const auto reading = read_key("alice");
  ASSERT_TRUE(reading.bundle) << to_string(reading.bundle.error());
  EXPECT_EQ(reading.bundle->bundle.keys, alice.local.keys->public_half());
  // More than k are asked only where holders are of the same node.
  EXPECT_GE(reading.outcomes.size(), 4u);
  for (const auto& seen : reading.outcomes)
    EXPECT_EQ(seen.outcome, identity::share_reader::outcome::good);
  const auto where = find("alice");
  ASSERT_TRUE(where.found) << to_string(where.found.error());
  EXPECT_EQ(where.found->location.peer, ring->peers().back().id);
}

TEST_F(records, rings_of_one_two_and_three_peers_serve_keys) {
  for (const size_t count : {1u, 2u, 3u}) {
    SCOPED_TRACE(count);
    start(count);
    const auto alice = make_user("alice");
    ASSERT_TRUE(is_registered(register_user(alice)));
    const auto reading = read_key("alice");
    ASSERT_TRUE(reading.bundle) << to_string(reading.bundle.error());
    TearDown();
    spawned.clear();
  }
}

TEST_F(records, an_unknown_user_is_an_answer) {
  start(24);
  const auto where = find("nobody");
  ASSERT_FALSE(where.found);
  EXPECT_EQ(where.found.error().code, errc::no_such_record);
  const auto reading = read_key("nobody");
  ASSERT_FALSE(reading.bundle);
  EXPECT_EQ(reading.bundle.error().code, errc::no_such_record);
}

TEST_F(records, one_node_cannot_deny_a_location_where_there_are_more) {
  start(3);
  const auto& peers = ring->peers();
  const auto denial = [&](size_t node) {
    return fetch_outcome{
      peers[node],
      fetched_record{identity::fingerprint_of(*peers[node].node),
                     std::nullopt}};
  };
  const fetch_outcome silence{peers[1], fail(errc::timeout)};
  const fetch_outcome nobody{std::nullopt, fail(errc::unreachable)};
  EXPECT_EQ(find_with({denial(0), silence, silence}), errc::timeout);
  EXPECT_EQ(find_with({denial(0), denial(0), silence}), errc::timeout);
  EXPECT_EQ(find_with({denial(0), silence, denial(2)}), errc::no_such_record);
  EXPECT_EQ(find_with({denial(0), denial(0), nobody}), errc::no_such_record);
  EXPECT_EQ(find_with({denial(0), nobody}), errc::no_such_record);
}

TEST_F(records, the_same_location_is_verified_once_but_expires) {
  start(3);
  const auto alice = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(alice)));
  const auto given =
    ring->ask<fetch_outcome>(ring->handle(ring->peers().back()), get_atom_v,
                             std::string{"alice@example.org"}, uint8_t{0});
  const auto search = start_reader({given, given, given});
  auto* const base =
    dynamic_cast<location_reader_actor::stateful_base<location_reader_state>*>(
      caf::actor_cast<caf::abstract_actor*>(search));
  ASSERT_NE(base, nullptr);
  EXPECT_EQ(find_with(search, "alice"), errc::count_);
  // The admission, and the location itself.
  EXPECT_EQ(base->state.check.checks(), 2u);
  EXPECT_EQ(find_with(search, "alice"), errc::count_);
  EXPECT_EQ(base->state.check.checks(), 2u);
  ring->advance(11min);
  EXPECT_EQ(find_with(search, "alice"), errc::expired);
  end(search);
}

TEST_F(records, a_taken_name_is_refused_to_another_key) {
  start(12);
  const auto alice = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(alice)));
  const auto mallory = make_user("alice");
  const auto answer = register_user(mallory);
  ASSERT_FALSE(is_registered(answer));
  const auto& refusal = std::get<secp2psip::refusal>(answer);
  EXPECT_EQ(refusal.code, 403);
  EXPECT_EQ(read_key("alice").bundle->bundle.keys,
            alice.local.keys->public_half());
}

TEST_F(records, the_same_key_may_register_again) {
  start(12);
  const auto alice = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(alice)));
  ring->advance(1s);
  EXPECT_TRUE(is_registered(register_user(alice)));
}

TEST_F(records, of_two_competing_admissions_exactly_one_wins) {
  const auto first = first_seed();
  for (auto seed = first; seed < first + seed_count(20); ++seed) {
    SCOPED_TRACE("TEST_FIRST_SEED=" + std::to_string(seed));
    start(16);
    ring->random.seed(seed);
    add_bootstrap("*second", ring->peers()[7]);
    const auto one = make_user("alice");
    const auto other = make_user("alice");
    const auto sent_one = send_register(one);
    const auto sent_other = send_register(other, "*second");
    ring->advance(5s);
    size_t registered = 0;
    size_t told = 0;
    for (const auto& mail : *mails) {
      for (const auto& [who, sent] :
           {std::pair{&one, &sent_one}, std::pair{&other, &sent_other}}) {
        const auto answer = secp2psip::check_register_answer(
          who->local, *sent, mail, ring->now(), ring->rng);
        if (answer)
          ++(is_registered(*answer) ? registered : told);
      }
    }
    EXPECT_EQ(registered, 1u);
    EXPECT_EQ(told, 1u);
    EXPECT_TRUE(read_key("alice").bundle);
    TearDown();
    spawned.clear();
  }
}

TEST_F(records, a_new_key_needs_the_signature_of_the_old_one) {
  start(12);
  const auto old = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(old)));
  ring->advance(1s);
  const auto fresh = make_user("alice", 2);
  identity::verifier check;
  const auto bundle =
    must(identity::open_bundle(fresh.bundle, *ring->context->ring, check));
  const auto succession =
    must(identity::seal_succession(old.bundle, bundle, *ring->context->ring,
                                   *old.local.keys, check, ring->rng));
  mails->clear();
  const auto sent = send_register(fresh, services::bootstrap, succession);
  ASSERT_TRUE(is_registered(answer_for(fresh, sent)));
  EXPECT_EQ(read_key("alice").bundle->bundle.keys,
            fresh.local.keys->public_half());
  // The old key cannot take the name back.
  ring->advance(1s);
  EXPECT_FALSE(is_registered(register_user(old)));
}

TEST_F(records, a_replayed_register_is_refused) {
  start(12);
  const auto alice = make_user("alice");
  const auto made = make_register(alice);
  open_mailbox(alice);
  for (int i = 0; i < 2; ++i) {
    deliver(services::bootstrap, made.data);
    ring->advance(3s);
  }
  ASSERT_EQ(mails->size(), 2u);
  EXPECT_TRUE(is_registered(must(secp2psip::check_register_answer(
    alice.local, made.sent, mails->front(), ring->now(), ring->rng))));
  EXPECT_FALSE(is_registered(must(secp2psip::check_register_answer(
    alice.local, made.sent, mails->back(), ring->now(), ring->rng))));
}

TEST_F(records,
       a_replay_after_a_restart_is_refused_though_others_used_its_nonce) {
  start(12);
  std::vector<bytes> sent;
  for (const auto* name : {"alice", "bob"}) {
    Botan::ChaCha_RNG same{Botan::secure_vector<uint8_t>(32)};
    sent.push_back(make_register(make_user(name), {}, &same).data);
    deliver(services::bootstrap, sent.back());
    ring->advance(3s);
  }
  caf::anon_send_exit(spawned.front(), caf::exit_reason::kill);
  ring->run();
  add_bootstrap(services::bootstrap, ring->peers().front());
  EXPECT_FALSE(ring->log->holds("nonce of"));
  deliver(services::bootstrap, sent.front());
  ring->advance(3s);
  EXPECT_TRUE(ring->log->holds("nonce of"));
}

TEST_F(records, a_trace_id_that_is_none_stays_out_of_the_log) {
  start(3);
  caf::anon_send(ring->handle(ring->peers().back()), deliver_atom_v,
                 ring->peers().front(),
                 p2psip::delivery{std::string{services::bootstrap},
                                  "1] admitted everybody", to_bytes("x")});
  ring->advance(1s);
  EXPECT_TRUE(ring->log->holds("dropped a REGISTER"));
  EXPECT_FALSE(ring->log->holds("admitted everybody"));
}

TEST_F(records, records_survive_the_crash_of_their_holders) {
  start(24);
  const auto alice = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(alice)));
  // Two of the three holders of the location at once.
  auto holder = ring->owner_of(identity::location_key(alice.local.aor));
  for (int i = 0; i < 2; ++i) {
    if (holder == ring->peers().back() || holder == ring->peers().front())
      break;
    ring->crash(holder);
    holder = ring->owner_of(identity::location_key(alice.local.aor));
  }
  ring->advance(20s);
  EXPECT_TRUE(find("alice").found);
  EXPECT_TRUE(read_key("alice").bundle);
}

TEST_F(records, a_killed_peer_comes_back_with_its_records) {
  start(8);
  const auto alice = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(alice)));
  for (const auto& peer : ring->peers()) {
    caf::anon_send_exit(ring->handle(peer), caf::exit_reason::kill);
    ring->run();
    ASSERT_TRUE(ring->handle(peer));
    ring->advance(5s);
  }
  EXPECT_EQ(chord::settled_share(ring->views(), 8), 1.0);
  const auto reading = read_key("alice");
  ASSERT_TRUE(reading.bundle) << to_string(reading.bundle.error());
  EXPECT_TRUE(ring->log->holds("it is brought back"));
}

TEST_F(records, a_peer_that_dies_too_often_leaves_and_the_others_live_on) {
  start(8);
  const auto victim = ring->peers()[3];
  for (size_t i = 0; i <= defaults::max_restarts; ++i) {
    caf::anon_send_exit(ring->handle(victim), caf::exit_reason::kill);
    ring->run();
  }
  EXPECT_FALSE(ring->handle(victim));
  EXPECT_TRUE(ring->log->holds("it has died too often"));
  ring->forget(victim);
  ring->advance(10s);
  EXPECT_EQ(chord::settled_share(ring->views(), 8), 1.0);
}

TEST_F(records, every_holder_gives_its_copy) {
  for (const auto read_time : {0ms, 300ms})
    for (const size_t count : {3u, 8u, 16u}) {
      watched_ring::settings how;
      how.read_time = read_time;
      start(count, how);
      ring->advance(1s);
      ASSERT_TRUE(is_registered(register_user(make_user("alice"))));
      for (uint8_t i = 1; i <= 8; ++i) {
        for (uint8_t rank = 0; rank < 3; ++rank) {
          const auto got = ring->ask<fetch_outcome>(
            ring->handle(ring->peers().back()), get_atom_v,
            identity::share_key_text({"alice", "example.org"}, i), rank);
          ASSERT_TRUE(got.result) << to_string(got.result.error());
          EXPECT_TRUE(got.result->record) << "share " << int{i} << " at holder "
                                          << int{rank} << " of " << count;
        }
      }
      TearDown();
    }
}

TEST_F(records, the_holders_of_a_key_are_looked_up_once_for_all) {
  start(8);
  ring->advance(1s);
  const auto& asker = ring->peers().back();
  const auto key = identity::share_key_text({"alice", "example.org"}, 1);
  const auto count = [this] {
    size_t result = 0;
    for (const auto& each : ring->context->metrics->lookups_by_hops)
      result += each;
    return result;
  };
  const auto before = count();
  size_t answered = 0;
  // At the same time, and soon afterwards.
  for (uint8_t rank = 0; rank < 3; ++rank)
    ring->request<fetch_outcome>(
      ring->handle(asker),
      [&](const fetch_outcome* got) {
        answered += got != nullptr && got->result ? 1 : 0;
      },
      get_atom_v, key, rank);
  ring->run();
  EXPECT_EQ(answered, 3u);
  EXPECT_TRUE(
    ring->ask<fetch_outcome>(ring->handle(asker), get_atom_v, key, uint8_t{1})
      .result);
  EXPECT_EQ(count() - before, 1u);
  ring->advance(p2psip::defaults::holders_memory);
  const auto later = count();
  EXPECT_TRUE(
    ring->ask<fetch_outcome>(ring->handle(asker), get_atom_v, key, uint8_t{1})
      .result);
  EXPECT_EQ(count() - later, 1u);
}

TEST_F(records, newcomers_get_the_records_of_their_arcs) {
  start(3);
  const auto alice = make_user("alice");
  ASSERT_TRUE(is_registered(register_user(alice)));
  const auto founders = ring->peers();
  for (int i = 0; i < 9; ++i) {
    ring->join();
    ring->advance(3s);
  }
  ring->advance(20s);
  // Whoever holds the records now, it is not by luck of the founders.
  for (const auto& peer : founders) {
    // The reader asks through this one.
    if (peer == founders.back())
      continue;
    ring->leave(peer);
    ring->advance(10s);
  }
  EXPECT_TRUE(read_key("alice").bundle);
  EXPECT_TRUE(find("alice").found);
}

TEST_F(records, many_records_share_a_commit) {
  start(16);
  const auto before = ring->store->commits.load();
  ASSERT_TRUE(is_registered(register_user(make_user("alice"))));
  // A nonce, then the location and its copies, then 8 shares with 2 copies
  // each: in groups, not one by one.
  EXPECT_LT(ring->store->commits - before, 1u + 3u + 8u * 3u);
}

TEST_F(records, a_full_disk_refuses_and_the_ring_lives_on) {
  start(8);
  ring->store->is_full = true;
  const auto alice = make_user("alice");
  const auto answer = register_user(alice);
  ASSERT_FALSE(is_registered(answer));
  EXPECT_EQ(std::get<secp2psip::refusal>(answer).code, 503);
  EXPECT_NE(std::get<secp2psip::refusal>(answer).reason.find("no space left"),
            std::string::npos);
  EXPECT_EQ(find("alice").found.error().code, errc::no_such_record);
  ring->store->is_full = false;
  EXPECT_TRUE(is_registered(register_user(alice)));
  EXPECT_TRUE(read_key("alice").bundle);
}

TEST_F(records, a_peer_does_not_serve_without_the_records_of_its_disk) {
  start(4);
  ASSERT_TRUE(is_registered(register_user(make_user("alice"))));
  ring->store->is_damaged = true;
  const auto victim = ring->peers()[1];
  caf::anon_send_exit(ring->handle(victim), caf::exit_reason::kill);
  ring->advance(1s);
  EXPECT_TRUE(ring->log->holds("cannot read its records: storage failed: "
                               "checksum mismatch"));
  EXPECT_TRUE(ring->log->holds("it has died too often"));
  ring->forget(victim);
  ring->store->is_damaged = false;
  ring->advance(10s);
  EXPECT_TRUE(read_key("alice").bundle);
}

TEST_F(records, good_answers_make_belief) {
  start(16);
  ASSERT_TRUE(is_registered(register_user(make_user("alice"))));
  const auto reading = read_key("alice");
  ASSERT_FALSE(reading.outcomes.empty());
  const auto asker = ring->handle(ring->peers().back());
  const auto good =
    ring->ask<trust::opinion>(asker, view_atom_v, reading.outcomes[0].peer);
  EXPECT_GT(good.belief, 0);
  const auto stranger =
    ring->ask<trust::opinion>(asker, view_atom_v, chord::ring_id{});
  EXPECT_EQ(stranger.uncertainty, 1);
}

TEST_F(records, tombstones_are_found_until_they_expire) {
  start(8);
  const auto alice = make_user("alice");
  const auto answer = register_user(alice);
  ASSERT_TRUE(is_registered(answer));
  ring->advance(1s);
  auto gone = location_of(alice);
  gone.tombstone = true;
  const auto record = must(identity::seal_location(
    gone, std::get<secp2psip::registered>(answer).admission, alice.local.ring,
    *alice.local.keys, ring->rng));
  const auto stored = ring->ask<put_outcome>(
    ring->handle(ring->random_peer()), put_atom_v,
    p2psip::shared_bytes{std::make_shared<const bytes>(record)});
  ASSERT_TRUE(stored) << to_string(stored.error());
  EXPECT_EQ(stored->copies, 3u);
  const auto found = find("alice");
  ASSERT_TRUE(found.found);
  EXPECT_TRUE(found.found->location.tombstone);
  ring->advance(11min);
  EXPECT_EQ(find("alice").found.error().code, errc::no_such_record);
}

TEST_F(records, an_old_location_does_not_come_back) {
  start(8);
  const auto alice = make_user("alice");
  const auto answer = register_user(alice);
  ASSERT_TRUE(is_registered(answer));
  const auto& admission = std::get<secp2psip::registered>(answer).admission;
  const auto old = must(identity::seal_location(location_of(alice), admission,
                                                alice.local.ring,
                                                *alice.local.keys, ring->rng));
  ring->advance(1s);
  const auto fresh = must(
    identity::seal_location(location_of(alice), admission, alice.local.ring,
                            *alice.local.keys, ring->rng));
  const auto put = [&](const bytes& record) {
    return ring->ask<put_outcome>(
      ring->handle(ring->random_peer()), put_atom_v,
      p2psip::shared_bytes{std::make_shared<const bytes>(record)});
  };
  ASSERT_TRUE(put(fresh));
  const auto refused = put(old);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::older_epoch);
}
