#include "bench/demo/lying_holder.hpp"
#include "tests/support/records_fixture.hpp"

#include <algorithm>

using namespace carillon;
using namespace carillon::test;
using outcome = identity::share_reader::outcome;

namespace {

/// A ring in which all holders of some of alice's shares lie, replicas too.
class lying_holders
  : public records_fixture
  , public ::testing::WithParamInterface<unsigned> {
public:
  static constexpr uint8_t k = 4;
  static constexpr uint8_t n = 8;

  key_reading read_key_of_alice() {
    const identity::address_of_record aor{"alice", "example.org"};
    std::set<std::string> keys;
    for (unsigned index = 1; index <= GetParam(); ++index)
      keys.insert(identity::share_key_text(aor, static_cast<uint8_t>(index)));
    watched_ring::settings how;
    how.k = k;
    how.n = n;
    how.make_holder = lie_about(std::move(keys));
    start(24, how);
    alice.emplace(make_user("alice"));
    EXPECT_TRUE(is_registered(register_user(*alice)));
    return read_key("alice");
  }

  std::optional<test_user> alice;
};

} // namespace

TEST_P(lying_holders, cannot_make_another_key) {
  const auto reading = read_key_of_alice();
  for (const auto& seen : reading.outcomes)
    EXPECT_EQ(seen.outcome,
              seen.index <= GetParam() ? outcome::invalid : outcome::good);
  if (GetParam() <= n - k) {
    ASSERT_TRUE(reading.bundle) << to_string(reading.bundle.error());
    EXPECT_EQ(reading.bundle->bundle.keys, alice->local.keys->public_half());
    return;
  }
  ASSERT_FALSE(reading.bundle);
  EXPECT_EQ(reading.bundle.error().code, errc::not_enough_shares);
  // All copies of a share that is lied about were asked for.
  const auto invalid =
    std::ranges::count(reading.outcomes, outcome::invalid,
                       &identity::share_reader::evidence::outcome);
  EXPECT_EQ(invalid, GetParam() * 3);
}

INSTANTIATE_TEST_SUITE_P(every_count, lying_holders,
                         ::testing::Range(0u, lying_holders::n + 1u));
