#include "runtime/defaults.hpp"
#include "runtime/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace carillon {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class log_test : public testing::Test {
protected:
  std::shared_ptr<log> make(const log_config& settings) {
    return std::make_shared<log>(
      settings, std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
  }

  [[nodiscard]] std::string text() const {
    return text_.str();
  }

private:
  std::ostringstream text_;
};

TEST_F(log_test, a_line_has_time_level_subsystem_trace_and_message) {
  make({})->write(log_level::warning, subsystem::sip, "a1b2", "hello");
  EXPECT_THAT(text(),
              MatchesRegex("[0-9]+-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+\\."
                           "[0-9]+Z warning sip      \\[a1b2\\] hello\n"));
}

TEST_F(log_test, a_flood_of_warnings_is_cut_and_hides_nothing_else) {
  const auto sink = make({});
  constexpr size_t many = 20 * defaults::warning_lines;
  for (size_t i = 0; i < many; ++i)
    sink->write(log_level::warning, subsystem::sip, "", "refused");
  sink->write(log_level::error, subsystem::sip, "", "ALARM");
  sink->write(log_level::warning, subsystem::ring, "", "another");
  const auto lines = text();
  EXPECT_LT(static_cast<size_t>(std::ranges::count(lines, '\n')), many / 2);
  EXPECT_THAT(lines, AllOf(HasSubstr("ALARM"), HasSubstr("another")));
}

TEST_F(log_test, a_line_without_a_trace_has_no_brackets) {
  make({})->write(log_level::info, subsystem::storage, "", "opened");
  EXPECT_THAT(text(), HasSubstr("Z info    storage  opened\n"));
}

TEST_F(log_test, keeps_lines_by_the_level_of_their_subsystem) {
  log_config settings;
  settings.level = log_level::warning;
  settings.levels[static_cast<size_t>(subsystem::sip)] = log_level::debug;
  settings.levels[static_cast<size_t>(subsystem::ring)] = log_level::error;
  const auto sink = make(settings);
  sink->write(log_level::debug, subsystem::sip, "", "kept 1");
  sink->write(log_level::trace, subsystem::sip, "", "dropped 1");
  sink->write(log_level::warning, subsystem::ring, "", "dropped 2");
  sink->write(log_level::error, subsystem::ring, "", "kept 2");
  sink->write(log_level::warning, subsystem::node, "", "kept 3");
  sink->write(log_level::info, subsystem::node, "", "dropped 3");
  EXPECT_THAT(text(),
              AllOf(HasSubstr("kept 1"), HasSubstr("kept 2"),
                    HasSubstr("kept 3"), Not(HasSubstr("dropped"))));
}

TEST_F(log_test, what_strangers_sent_cannot_forge_a_line) {
  make({})->write(log_level::info, subsystem::sip, "id]\n",
                  "bad\r\n2026-01-31T00:00:00.000Z info sip forged\x1b[31m");
  const auto line = text();
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_THAT(line,
              AllOf(HasSubstr("bad\\r\\n2026"), HasSubstr("\\x1b[31m"),
                    HasSubstr("[id]\\n] ")));
}

TEST_F(log_test, braces_of_strangers_are_no_format) {
  make({})->write(log_level::info, subsystem::sip, "",
                  "{} {0} %v %n {:>99999}");
  EXPECT_THAT(text(), HasSubstr("{} {0} %v %n {:>99999}"));
}

TEST(make_harmless, leaves_printable_ascii_alone) {
  EXPECT_EQ(make_harmless("a B~ 1!"), "a B~ 1!");
  EXPECT_EQ(make_harmless(""), "");
}

TEST(make_harmless, escapes_everything_else) {
  EXPECT_EQ(make_harmless(std::string_view{"\0\t\x7f\x80\xff", 5}),
            "\\x00\\t\\x7f\\x80\\xff");
  EXPECT_EQ(make_harmless("\xc3\xa9"), "\\xc3\\xa9");
}

TEST(make_harmless, cuts_off_what_is_too_long) {
  const auto cut = make_harmless(std::string(1000000, 'a'));
  EXPECT_EQ(cut.size(), defaults::max_log_text + 3);
  EXPECT_THAT(cut, testing::EndsWith("a..."));
}

TEST_F(log_test, a_logger_makes_only_wanted_messages) {
  const logger to_sip{make({}), subsystem::sip};
  int made = 0;
  const auto message = [&] {
    ++made;
    return std::string{"hello"};
  };
  to_sip.write(log_level::debug, "", message);
  EXPECT_EQ(made, 0);
  to_sip.write(log_level::info, "", message);
  EXPECT_EQ(made, 1);
  EXPECT_THAT(text(), HasSubstr("sip      hello"));
}

TEST(logger, without_a_sink_does_nothing) {
  const logger nowhere;
  EXPECT_FALSE(nowhere.enabled(log_level::error));
  nowhere.write(log_level::error, "", []() -> std::string {
    ADD_FAILURE();
    return {};
  });
}

} // namespace

} // namespace carillon
