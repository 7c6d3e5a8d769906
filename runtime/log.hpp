#pragma once

#include "actors/log.hpp"
#include "runtime/line_limit.hpp"
#include "runtime/log_config.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
namespace sinks {
class sink;
} // namespace sinks
} // namespace spdlog

namespace carillon {

/// Writes the log as lines of
/// `2026-01-31T09:30:00.123Z info    sip      [trace id] message`, in UTC.
/// The trace id and its brackets are missing where there is none. Warnings,
/// which strangers can cause, are limited to `warning_lines` a second of each
/// subsystem; the next one says how many were left out.
class log final : public log_sink {
public:
  /// Writes to the standard error stream, in colours on a terminal.
  explicit log(const log_config& settings);

  /// Writes to another sink of spdlog.
  log(const log_config& settings, std::shared_ptr<spdlog::sinks::sink> sink);

  ~log() override;

  [[nodiscard]] bool enabled(log_level level,
                             subsystem from) const noexcept override;

  void write(log_level level, subsystem from, std::string_view trace_id,
             std::string_view message) noexcept override;

private:
  log_config settings_;
  std::unique_ptr<spdlog::logger> lines_;
  std::array<line_limit, subsystem_names.size()> warnings_;
};

/// Replaces everything but printable ASCII, as `\n`, `\r`, `\t` or `\xHH`, and
/// cuts off what exceeds `max_log_text`, so that what strangers sent cannot
/// forge lines, steer a terminal or fill the disk.
[[nodiscard]] std::string make_harmless(std::string_view text);

} // namespace carillon
