#include "runtime/limited_log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

using namespace carillon;
using namespace std::chrono_literals;

namespace {

struct list_sink final : log_sink {
  bool enabled(log_level, subsystem) const noexcept override {
    return true;
  }

  void write(log_level, subsystem, std::string_view,
             std::string_view message) noexcept override {
    lines.emplace_back(message);
  }

  std::vector<std::string> lines;
};

struct set_clock final : clock {
  [[nodiscard]] timestamp now() const noexcept override {
    return time;
  }

  timestamp time{1h};
};

} // namespace

TEST(limited_log, leaves_lines_out_and_counts_them) {
  const auto sink = std::make_shared<list_sink>();
  const auto time = std::make_shared<set_clock>();
  limited_log log{{sink, subsystem::sip}, time, 2};
  for (int i = 0; i < 5; ++i)
    log.write(log_level::warning, "bad");
  EXPECT_EQ(sink->lines, (std::vector<std::string>{"bad", "bad"}));
  time->time += 1s;
  log.write(log_level::warning, "worse");
  log.write(log_level::warning, "worst");
  ASSERT_EQ(sink->lines.size(), 4u);
  EXPECT_EQ(sink->lines[2], "worse (3 lines like this were left out)");
  EXPECT_EQ(sink->lines[3], "worst");
}
