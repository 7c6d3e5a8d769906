#include "bench/defaults.hpp"
#include "bench/demo/call_journal.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace std::chrono_literals;

namespace {

/// Steps of alice's adapter, one millisecond and a half apart.
class call_journal_test : public testing::Test {
protected:
  std::string add(const std::string& trace, std::string_view step,
                  const std::string& detail = {}) {
    now_ += 1500us;
    return journal_.add({trace, "alice", step, detail, now_}).value_or("");
  }

private:
  call_journal journal_;
  timestamp now_{};
};

} // namespace

TEST_F(call_journal_test, has_one_line_a_call) {
  EXPECT_EQ(add("1", call_steps::invite_received, "for bob from udp:[::1]:1"),
            "");
  EXPECT_EQ(add("1", call_steps::invite_signed), "");
  EXPECT_EQ(add("1", call_steps::redirected, "sip:bob@[::1]:2"),
            "call by alice for bob from udp:[::1]:1: redirected to "
            "sip:bob@[::1]:2, in 3.00 ms");
  EXPECT_EQ(add("1", call_steps::forwarded, "BYE to 1 contact"), "");
}

TEST_F(call_journal_test, keeps_calls_apart) {
  add("1", call_steps::register_received, "from udp:[::1]:1");
  add("2", call_steps::invite_received, "for bob from udp:[::1]:1");
  EXPECT_EQ(add("2", call_steps::call_refused, "404 nobody has this name"),
            "call by alice for bob from udp:[::1]:1: refused with 404 nobody "
            "has this name, in 1.50 ms");
  EXPECT_EQ(add("1", call_steps::bootstrap_answered, "admitted"), "");
  EXPECT_EQ(add("1", call_steps::registered, "1 contact"),
            "registration of alice from udp:[::1]:1: 1 contact, in 6.00 ms");
}

TEST_F(call_journal_test, follows_a_bounded_number) {
  for (size_t i = 0; i <= defaults::demo_stories; ++i)
    add(std::to_string(i), call_steps::invite_received);
  EXPECT_EQ(add(std::to_string(defaults::demo_stories), call_steps::redirected),
            "");
  EXPECT_NE(add("0", call_steps::redirected), "");
}
