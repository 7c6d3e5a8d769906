#include "protocols/chord/defaults.hpp"
#include "protocols/chord/shunned_peers.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace carillon;
using namespace carillon::chord;
using namespace std::chrono_literals;

namespace {

ring_id number(size_t i) {
  return ring_id::hash(as_bytes(std::to_string(i)));
}

} // namespace

TEST(shunned_peers, are_remembered_for_a_while) {
  shunned_peers shunned;
  const timestamp now{1h};
  EXPECT_FALSE(shunned.contains(number(1), now));
  shunned.add(number(1), now);
  EXPECT_TRUE(shunned.contains(number(1), now));
  EXPECT_FALSE(shunned.contains(number(2), now));
  EXPECT_TRUE(shunned.contains(number(1), now + defaults::shunning - 1ms));
  EXPECT_FALSE(shunned.contains(number(1), now + defaults::shunning));
  shunned.add(number(1), now + 1min);
  EXPECT_TRUE(shunned.contains(number(1), now + defaults::shunning));
}

TEST(shunned_peers, are_so_many_at_most) {
  shunned_peers shunned;
  timestamp now{1h};
  for (size_t i = 0; i <= defaults::shunned_peers; ++i)
    shunned.add(number(i), now += 1ms);
  EXPECT_FALSE(shunned.contains(number(0), now));
  for (size_t i = 1; i <= defaults::shunned_peers; ++i)
    EXPECT_TRUE(shunned.contains(number(i), now));
}
