#include "actors/crypto_worker.hpp"
#include "actors/shared_signatures.hpp"
#include "bench/simulation/ring_user.hpp"
#include "tests/support/must.hpp"
#include "tests/support/records_fixture.hpp"

#include <thread>

using namespace carillon;
using namespace carillon::test;

namespace {

identity::fingerprint name(int number) {
  return identity::fingerprint::of(to_bytes(std::to_string(number)));
}

/// Counts the signatures that had to be checked by arithmetic.
class counted_signatures final : public identity::checked_signatures {
public:
  using checked_signatures::checked_signatures;

  void add(const identity::fingerprint& id) override {
    ++added;
    checked_signatures::add(id);
  }

  size_t added = 0;
};

class crypto_workers : public records_fixture {
public:
  void TearDown() override {
    for (const auto& worker : workers)
      caf::anon_send_exit(worker, caf::exit_reason::kill);
    records_fixture::TearDown();
  }

  /// Makes a ring of one peer, and a user's record for it.
  p2psip::shared_bytes make_record() {
    start(1);
    Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32)};
    const auto alice =
      must(ring_user::admit(*ring->context, *shared_bootstrap(), "alice", rng));
    return must(
      alice.make_location(*ring->context, ring->peers().front(), 1, rng));
  }

  void add_worker(std::shared_ptr<identity::checked_signatures> checked) {
    workers.push_back(ring->system.spawn(
      crypto_worker,
      crypto_worker_config{ring->context->time, ring->context->ring, bytes(32),
                           std::move(checked)}));
  }

  verified_record check(size_t worker, const p2psip::shared_bytes& record) {
    return ring->ask<verified_record>(workers[worker], check_atom_v, record);
  }

  std::vector<crypto_worker_actor> workers;
};

} // namespace

TEST_F(crypto_workers, check_a_record_once_for_all) {
  const auto record = make_record();
  const auto checked = std::make_shared<counted_signatures>(100);
  add_worker(checked);
  add_worker(checked);
  EXPECT_TRUE(check(0, record));
  const auto added = checked->added;
  // That of the admission, and that of the user.
  EXPECT_EQ(added, 2u);
  EXPECT_TRUE(check(1, record));
  EXPECT_EQ(checked->added, added);
}

TEST_F(crypto_workers, do_not_take_one_record_for_another) {
  const auto record = make_record();
  const auto checked = std::make_shared<counted_signatures>(100);
  add_worker(checked);
  add_worker(checked);
  ASSERT_TRUE(check(0, record));
  for (size_t i = 0; i < record->size(); i += 7) {
    auto altered = *record;
    altered[i] ^= 1;
    EXPECT_FALSE(check(1, std::make_shared<const bytes>(altered))) << i;
  }
}

TEST(shared_signatures, can_be_used_by_many_threads) {
  constexpr int each = 200;
  shared_signatures checked{100 * each};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&checked, i] {
      for (int j = 0; j < each; ++j) {
        checked.add(name(i * each + j));
        EXPECT_TRUE(checked.contains(name(i * each + j)));
        EXPECT_FALSE(checked.contains(name(-1)));
      }
    });
  for (auto& thread : threads)
    thread.join();
  for (int i = 0; i < 4 * each; ++i)
    EXPECT_TRUE(checked.contains(name(i)));
}
