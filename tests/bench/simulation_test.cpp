#include "bench/simulation/agenda.hpp"
#include "bench/simulation/hostile_peers.hpp"
#include "bench/simulation/lookup_probe.hpp"
#include "bench/simulation/stored_records.hpp"
#include "bench/simulation/virtual_phones.hpp"
#include "tests/support/must.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <set>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

virtual_ring_settings networked() {
  virtual_ring_settings result;
  result.network = network_conditions{0, 0, 10ms, 30ms};
  result.resolution = 1ms;
  return result;
}

/// Loses what is sent to some peers, and counts the rest.
class hole final : public message_interceptor {
public:
  bool intercept(const chord::peer_ref& to, const overlay_message&) override {
    ++seen;
    return swallowed.contains(to.id);
  }

  std::set<chord::ring_id> swallowed;
  size_t seen = 0;
};

constexpr auto on = [] {
  return true;
};

} // namespace

TEST(agenda, does_everything_in_time_and_in_order) {
  virtual_ring ring{1, {}};
  agenda events;
  std::vector<int> done;
  std::vector<duration> times;
  const auto begin = ring.now();
  const auto note = [&](int which) {
    return [&, which] {
      done.push_back(which);
      times.push_back(ring.now() - begin);
    };
  };
  events.at(begin + 2s, note(2));
  events.at(begin + 1s, note(0));
  events.at(begin + 1s, [&, first = note(1)] {
    first();
    events.at(begin + 3s, note(3));
  });
  events.at(begin + 1h, note(9));
  EXPECT_TRUE(events.run(ring, begin + 4s, on));
  EXPECT_EQ(done, (std::vector{0, 1, 2, 3}));
  EXPECT_EQ(times, (std::vector<duration>{1s, 1s, 2s, 3s}));
  EXPECT_EQ(ring.now(), begin + 4s);
}

TEST(agenda, ends_early_when_told_to) {
  virtual_ring ring{1, {}};
  agenda events;
  const auto begin = ring.now();
  EXPECT_FALSE(
    events.run(ring, begin + 1h, [&] { return ring.now() < begin + 5s; }));
  EXPECT_LE(ring.now(), begin + 6s);
}

TEST(simulated_network, takes_its_time_with_each_message) {
  virtual_ring ring{1, networked()};
  ring.settle(8, true);
  const auto from = ring.peers()[0];
  const auto to = ring.peers()[1];
  std::optional<duration> took;
  const auto begin = ring.now();
  ring.request<lookup_outcome>(
    ring.handle(from),
    [&](const lookup_outcome*) { took = ring.now() - begin; }, lookup_atom_v,
    to.id, chord::lookup_options{});
  ring.advance(1s);
  // To the owner and back.
  ASSERT_TRUE(took);
  EXPECT_GE(*took, 20ms);
  EXPECT_LE(*took, 62ms);
}

TEST(simulated_network, shows_messages_to_who_stands_between) {
  virtual_ring ring{1, networked()};
  ring.settle(8, true);
  const auto spy = std::make_shared<hole>();
  const auto victim = ring.peers()[1];
  spy->swallowed = {victim.id};
  ring.network->intercept(spy);
  const auto key = victim.id;
  lookup_tally blocked;
  probe_lookup(ring, ring.peers()[0], key, blocked);
  ring.advance(10s);
  EXPECT_EQ(blocked.succeeded, 0u);
  EXPECT_EQ(blocked.failed() + blocked.wrong, 1u);
  EXPECT_GT(spy->seen, 0u);
  ring.network->intercept(nullptr);
  ring.advance(1min);
  lookup_tally free;
  probe_lookup(ring, ring.peers()[0], key, free);
  ring.advance(10s);
  EXPECT_EQ(free.succeeded, 1u);
}

TEST(simulated_network, carries_the_same_whether_it_encodes_or_not) {
  const auto run = [](bool are_encoded) {
    auto settings = networked();
    settings.network->are_encoded = are_encoded;
    settings.network->loss = 0.05;
    settings.expected_hostile_share = 0.25;
    virtual_ring ring{1, settings};
    ring.settle(30, true);
    lookup_tally tally;
    for (int i = 0; i < 50; ++i) {
      probe_lookup(ring, ring.random_peer(), ring.random_peer().id, tally);
      ring.join();
      ring.advance(1s);
    }
    return std::tuple{ring.network->sent(), ring.network->refused(),
                      tally.succeeded, tally.hops.mean()};
  };
  const auto encoded = run(true);
  EXPECT_EQ(std::get<1>(encoded), 0u);
  EXPECT_EQ(encoded, run(false));
}

TEST(lookup_probe, knows_who_is_right) {
  virtual_ring ring{1, networked()};
  ring.settle(20, true);
  lookup_tally tally;
  for (int i = 0; i < 50; ++i)
    probe_lookup(ring, ring.random_peer(), ring.random_peer().id, tally);
  ring.advance(5s);
  EXPECT_EQ(tally.asked, 50u);
  EXPECT_EQ(tally.succeeded, 50u);
  EXPECT_EQ(tally.hops.count(), 50u);
}

TEST(lookup_probe, does_not_count_those_whose_asker_ends) {
  virtual_ring ring{1, networked()};
  ring.settle(20, true);
  lookup_tally tally;
  const auto asker = ring.peers()[3];
  probe_lookup(ring, asker, ring.peers()[13].id, tally);
  ring.crash(asker);
  ring.advance(5s);
  EXPECT_EQ(tally.asked, 0u);
}

TEST(virtual_ring, tells_owners_with_and_without_newcomers) {
  virtual_ring ring{1, {}};
  ring.settle(4);
  const auto fresh = ring.join();
  EXPECT_EQ(ring.owner_of(fresh.id), fresh);
  EXPECT_NE(ring.owner_of(fresh.id, 10s), fresh);
  for (int i = 0; i < 20; ++i)
    EXPECT_NE(ring.random_peer(10s), fresh);
  ring.advance(11s);
  EXPECT_EQ(ring.owner_of(fresh.id, 10s), fresh);
}

TEST(stored_records, are_lost_with_all_of_their_holders) {
  virtual_ring ring{1, networked()};
  ring.settle(30, true);
  const auto records = must(stored_records::make(ring, 2));
  EXPECT_EQ(records.size(), 2u * 9);
  EXPECT_EQ(records.count_lost(ring), 0u);
  auto victims = ring.peers();
  victims.resize(27);
  ring.crash(victims);
  ring.advance(2min);
  EXPECT_GT(records.count_lost(ring), 0u);
}

TEST(virtual_phones, call_each_other) {
  const auto directory = std::make_shared<phone_directory>();
  auto settings = networked();
  settings.find_addressee = find_in(directory);
  virtual_ring ring{1, std::move(settings)};
  virtual_phones phones{directory};
  ring.settle(12, true);
  must(phones.start(ring, 3));
  call_tally tally;
  for (int i = 0; i < 10; ++i)
    phones.call_somebody(tally);
  ring.advance(10s);
  EXPECT_EQ(tally.called, 10u);
  EXPECT_EQ(tally.redirected, 10u);
  EXPECT_EQ(tally.impersonated, 0u);
  EXPECT_GT(tally.setup.percentile(0.5), 100ms);
  phones.stop();
  phones.call_somebody(tally);
  ring.advance(40s);
  EXPECT_EQ(tally.failed(), 1u);
  phones.restart();
  ring.advance(1s);
  phones.call_somebody(tally);
  ring.advance(10s);
  EXPECT_EQ(tally.redirected, 11u);
}

namespace {

/// A ring in which every fourth peer is hostile; the first is not.
struct infested_ring {
  explicit infested_ring(std::string_view behaviour, bool defences = false)
    : ring(1, settings(defences)) {
    ring.settle(80, true);
    hostile = std::make_shared<hostile_peers>(ring, parse_behaviour(behaviour));
    for (size_t i = 1; i < ring.peers().size(); i += 4)
      hostile->add(ring.peers()[i]);
    ring.network->intercept(hostile);
  }

  static virtual_ring_settings settings(bool defences) {
    auto result = networked();
    result.expected_hostile_share = defences ? 0.25 : 0;
    return result;
  }

  lookup_tally look_up(int count) {
    lookup_tally result;
    for (int i = 0; i < count; ++i)
      probe_lookup(
        ring, ring.peers()[0], ring.random_peer().id, result,
        [this](const chord::ring_id& id) { return hostile->contains(id); });
    ring.advance(10s);
    return result;
  }

  virtual_ring ring;
  std::shared_ptr<hostile_peers> hostile;
};

} // namespace

TEST(hostile_peers, only_watch_before_they_begin) {
  infested_ring infested{"all"};
  EXPECT_EQ(infested.look_up(100).succeeded, 100u);
}

TEST(hostile_peers, hold_lookups_up_and_mislead_them) {
  infested_ring calm{"drop"};
  EXPECT_EQ(calm.look_up(100).succeeded, 100u);
  infested_ring dropping{"drop"};
  dropping.hostile->begin();
  dropping.look_up(100);
  EXPECT_GT(dropping.ring.network->sent_for_lookups(),
            2 * calm.ring.network->sent_for_lookups());
  infested_ring misrouting{"misroute"};
  misrouting.hostile->begin();
  EXPECT_GT(misrouting.look_up(100).wrong, 0u);
}

TEST(hostile_peers, do_less_against_defences) {
  for (const auto* behaviour : {"misroute", "all"}) {
    infested_ring open{behaviour};
    open.hostile->begin();
    infested_ring defended{behaviour, true};
    defended.hostile->begin();
    EXPECT_GT(defended.look_up(200).succeeded, open.look_up(200).succeeded)
      << behaviour;
  }
}
