#include "bench/load/crypto_floor.hpp"

#include <gtest/gtest.h>

#include <ostream>

using namespace carillon;
using identity::security_mode;

namespace {

/// How often something is done in the course of an operation.
struct counts {
  size_t signatures = 0;
  size_t verifications = 0;
  size_t sealings = 0;

  bool operator==(const counts&) const = default;
};

std::ostream& operator<<(std::ostream& out, const counts& value) {
  return out << value.signatures << " S, " << value.verifications << " V, "
             << value.sealings << " P";
}

counts count(phone_operation what, security_mode mode, bool is_cold,
             size_t workers) {
  signed_sizes sizes;
  sizes.sealed_invite = sizes.sealed_redirect = 1;
  counts result;
  for (const auto& step : crypto_steps(what, mode, is_cold, workers, sizes)) {
    result.signatures += step.signatures;
    result.verifications += step.verifications;
    result.sealings += step.sealed_bytes > 0 ? 1 : 0;
  }
  return result;
}

} // namespace

// What was counted in a node on a machine of two processors.
TEST(crypto_floor, has_what_a_node_was_seen_to_do) {
  for (const auto mode :
       {security_mode::protected_mode, security_mode::signed_mode}) {
    const size_t sealed = mode == security_mode::protected_mode ? 2 : 0;
    const auto registration = phone_operation::registration;
    EXPECT_EQ(count(registration, mode, false, 2), (counts{1, 2, 0}));
    EXPECT_EQ(count(registration, mode, true, 2), (counts{5, 8, 0}));
    EXPECT_EQ(count(phone_operation::call, mode, false, 2),
              (counts{3, 3, sealed}));
    EXPECT_EQ(count(phone_operation::call, mode, true, 2),
              (counts{11, 17, sealed}));
  }
}

TEST(crypto_floor, counts_that_workers_remember_what_they_have_verified) {
  const auto registration = phone_operation::registration;
  const auto mode = security_mode::protected_mode;
  EXPECT_EQ(count(registration, mode, false, 1), (counts{1, 1, 0}));
  EXPECT_EQ(count(registration, mode, true, 1), (counts{5, 6, 0}));
  EXPECT_EQ(count(registration, mode, false, 64), (counts{1, 2, 0}));
  EXPECT_EQ(count(registration, mode, true, 64), (counts{5, 24, 0}));
}

TEST(crypto_floor, is_measured_on_messages_like_those_of_the_load) {
  load_phones phones{"load-1-", 2, "example.org", "127.0.0.1:6000"};
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  const auto sizes = measure_signed_sizes(phones, rng);
  ASSERT_TRUE(sizes) << to_string(sizes.error());
  const auto invite = phones.make_invite(0, 1).print().size();
  EXPECT_GT(sizes->sealed_invite, invite);
  EXPECT_GT(sizes->location_answer, sizes->location + sizes->admission);
  EXPECT_GT(sizes->share_answer, sizes->admission);
  EXPECT_GT(sizes->registration, sizes->bundle);
  EXPECT_GT(sizes->registered, sizes->admission);
  EXPECT_GT(sizes->sealed_redirect, sizes->redirect);
  auto floor = crypto_floor::make(phones);
  ASSERT_TRUE(floor);
  const auto mode = security_mode::signed_mode;
  const auto warm = floor->measure(phone_operation::call, mode, false);
  const auto cold = floor->measure(phone_operation::call, mode, true);
  ASSERT_TRUE(warm && cold);
  EXPECT_GT(*warm, 0);
  EXPECT_GT(*cold, *warm);
}
