#include "runtime/log.hpp"

#include "runtime/defaults.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace carillon {

namespace {

// spdlog's own levels, in the order of ours; they choose the colour.
constexpr auto spdlog_levels = std::to_array<spdlog::level::level_enum>(
  {spdlog::level::err, spdlog::level::warn, spdlog::level::info,
   spdlog::level::debug, spdlog::level::trace});

static_assert(spdlog_levels.size() == log_level_names.size());

// Widths of the columns, so that messages begin below one another.
constexpr size_t level_width = 8;
constexpr size_t subsystem_width = 9;

constexpr auto line_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %^%v%$";

std::string padded(std::string_view text, size_t width) {
  std::string result{text};
  result.resize(std::max(width, text.size() + 1), ' ');
  return result;
}

std::string escaped(unsigned char byte) {
  switch (byte) {
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    return fmt::format("\\x{:02x}", byte);
  }
}

constexpr bool is_printable(unsigned char byte) noexcept {
  return byte >= 0x20 && byte < 0x7f;
}

} // namespace

log::log(const log_config& settings)
  : log(settings, std::make_shared<spdlog::sinks::stderr_color_sink_mt>()) {}

log::log(const log_config& settings, std::shared_ptr<spdlog::sinks::sink> sink)
  : settings_(settings)
  , lines_(std::make_unique<spdlog::logger>("carillon", std::move(sink))) {
  lines_->set_formatter(std::make_unique<spdlog::pattern_formatter>(
    line_pattern, spdlog::pattern_time_type::utc));
  lines_->set_level(spdlog::level::trace);
  lines_->flush_on(spdlog::level::trace);
}

log::~log() = default;

bool log::enabled(log_level level, subsystem from) const noexcept {
  return level <= settings_.of(from);
}

void log::write(log_level level, subsystem from, std::string_view trace_id,
                std::string_view message) noexcept {
  if (!enabled(level, from))
    return;
  std::optional<uint64_t> left_out{0};
  if (level == log_level::warning)
    left_out = warnings_[static_cast<size_t>(from)].take(
      std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()));
  if (!left_out)
    return;
  try {
    auto line = padded(to_string(level), level_width)
      + padded(to_string(from), subsystem_width);
    if (!trace_id.empty())
      line += '[' + make_harmless(trace_id) + "] ";
    line += make_harmless(message);
    if (*left_out > 0)
      line += " (" + std::to_string(*left_out) + " warnings were left out)";
    lines_->log(spdlog_levels[static_cast<size_t>(level)], line);
  } catch (const std::exception&) {
    // There is nowhere to report that the log cannot be written.
  }
}

std::string make_harmless(std::string_view text) {
  constexpr std::string_view ellipsis = "...";
  std::string result;
  result.reserve(std::min(text.size(), defaults::max_log_text));
  for (const auto character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (result.size() >= defaults::max_log_text)
      return result += ellipsis;
    if (is_printable(byte))
      result += character;
    else
      result += escaped(byte);
  }
  return result;
}

} // namespace carillon
