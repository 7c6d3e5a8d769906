#include "actors/sip_status.hpp"
#include "bench/demo/demo_party.hpp"
#include "bench/demo/step_recorder.hpp"
#include "bench/rings/random_key.hpp"
#include "protocols/chord/invariant.hpp"
#include "storage/memory_store.hpp"
#include "tests/support/seeds.hpp"
#include "tests/support/temporary_directory.hpp"

#include <botan/auto_rng.h>
#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <thread>

// Real threads in one process, so that ThreadSanitizer has something to see:
// lookups, readings of keys, calls and registrations, while peers die.

namespace carillon {

using namespace std::chrono_literals;

namespace {

constexpr size_t ring_size = 64;
constexpr auto storm = 4s;
constexpr auto between_deaths = 100ms;
// A ring of this size repairs itself within a few rounds of stabilize, which
// ThreadSanitizer slows down tenfold.
constexpr auto longest_repair = 40s;

// Peers of these numbers live: somebody has to admit names, and a user whose
// own node is gone cannot call.
constexpr size_t bootstrap_peer = 0;
constexpr size_t alice_peer = 1;
constexpr size_t bob_peer = 2;
constexpr size_t first_mortal = 3;

bool has_status(const expected<sip::message>& answer, unsigned status) {
  return answer && answer->status() == status;
}

class ring_stress : public testing::Test {
protected:
  void SetUp() override {
    // No sink: nobody wants to read of these deaths.
    demo_ring_config config;
    config.ring.domain = "example.org";
    config.peers = ring_size;
    config.seed = test::first_seed();
    config.store = std::make_shared<storage::memory_store>();
    auto ring = demo_ring::make(config, rng_);
    ASSERT_TRUE(ring) << to_string(ring.error());
    ring_ = std::move(*ring);
    stage_.emplace(
      make_stage(*ring_, bootstrap_peer, steps_, directory_.path(), rng_));
    alice_ = make_party(alice_peer, "alice");
    bob_ = make_party(bob_peer, "bob");
    ASSERT_TRUE(alice_ && bob_);
  }

  std::unique_ptr<demo_party> make_party(size_t peer, const char* user) {
    auto made = demo_party::make(*stage_, peer, user);
    if (!made) {
      ADD_FAILURE() << to_string(made.error());
      return nullptr;
    }
    return std::move(*made);
  }

  /// Lets random peers die, each so seldom that its supervisor does not give
  /// it up.
  void kill_peers(std::mt19937_64 random) const {
    auto mortals = ring_->peers();
    mortals.erase(mortals.begin(), mortals.begin() + first_mortal);
    std::ranges::shuffle(mortals, random);
    const auto end = std::chrono::steady_clock::now() + storm;
    for (const auto& victim : mortals) {
      if (std::chrono::steady_clock::now() >= end)
        return;
      caf::anon_send_exit(ring_->handle(victim), caf::exit_reason::kill);
      std::this_thread::sleep_for(between_deaths);
    }
  }

  [[nodiscard]] bool finds_owners() const {
    std::mt19937_64 random{test::first_seed()};
    return std::ranges::all_of(ring_->peers(), [&](const auto& from) {
      const auto key = random_key(random);
      const auto found = ring_->lookup(from, key);
      return found && found->owner == ring_->holders_of(key).front();
    });
  }

  [[nodiscard]] bool is_settled() const {
    const auto views = ring_->views();
    return views.size() == ring_size && !chord::violated_invariant(views, {});
  }

  // What stands on something else comes after it, and so ends before it.
  const test::temporary_directory directory_;
  Botan::AutoSeeded_RNG rng_;
  std::shared_ptr<step_recorder> steps_ = std::make_shared<step_recorder>();
  std::unique_ptr<demo_ring> ring_;
  std::optional<demo_stage> stage_;
  std::unique_ptr<demo_party> alice_;
  std::unique_ptr<demo_party> bob_;
};

/// Repeats an operation while the storm lasts, in a thread of its own, and
/// counts how often it succeeds.
class repeated {
public:
  explicit repeated(std::function<bool()> operation)
    : thread_([this, operation = std::move(operation)] {
      const auto end = std::chrono::steady_clock::now() + storm;
      while (std::chrono::steady_clock::now() < end)
        successes_ += operation() ? 1 : 0;
    }) {}

  /// Waits for the end of the storm.
  [[nodiscard]] size_t successes() {
    thread_.join();
    return successes_;
  }

private:
  size_t successes_ = 0;
  std::thread thread_;
};

/// Waits until something holds.
bool await(const std::function<bool()>& check) {
  const auto end = std::chrono::steady_clock::now() + longest_repair;
  auto holds = check();
  while (!holds && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(between_deaths);
    holds = check();
  }
  return holds;
}

} // namespace

TEST_F(ring_stress, a_ring_serves_while_peers_die_and_repairs_itself) {
  ASSERT_TRUE(has_status(alice_->phone().register_here(), sip_status::ok));
  ASSERT_TRUE(has_status(bob_->phone().register_here(), sip_status::ok));
  std::mt19937_64 random{test::first_seed()};
  const auto look_up = [&](uint64_t seed) {
    return [this, own = std::mt19937_64{seed}]() mutable {
      const auto& from = ring_->peers()[own() % ring_size];
      return ring_->lookup(from, random_key(own)).has_value();
    };
  };
  const auto read = [&] {
    return alice_->find(bob_->aor()).found
      && alice_->read_key(bob_->aor()).bundle;
  };
  const auto call = [&] {
    return has_status(alice_->phone().call(bob_->aor().user),
                      sip_status::moved_temporarily);
  };
  const auto sign_up = [&, name = 0]() mutable {
    return has_status(
      bob_->phone().register_name("guest-" + std::to_string(name++)),
      sip_status::ok);
  };
  repeated lookups{look_up(random())};
  repeated more_lookups{look_up(random())};
  repeated readings{read};
  repeated calls{call};
  repeated registrations{sign_up};
  kill_peers(std::mt19937_64{random()});
  EXPECT_GT(lookups.successes(), 0);
  EXPECT_GT(more_lookups.successes(), 0);
  EXPECT_GT(readings.successes(), 0);
  EXPECT_GT(calls.successes(), 0);
  EXPECT_GT(registrations.successes(), 0);
  EXPECT_TRUE(await([&] { return is_settled(); }));
  EXPECT_TRUE(await([&] { return finds_owners(); }));
  EXPECT_TRUE(await(call));
}

} // namespace carillon
