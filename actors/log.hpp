#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace carillon {

/// How much a log line matters.
enum class log_level : uint8_t { trace, debug, info, warning, error };

/// Takes log lines. Thread-safe; never blocks for long.
class log_sink {
public:
  log_sink() = default;
  log_sink(const log_sink&) = delete;
  log_sink& operator=(const log_sink&) = delete;
  virtual ~log_sink() = default;

  /// Tells whether a line of that level would be written.
  [[nodiscard]] virtual bool
  enabled(log_level level, std::string_view subsystem) const noexcept = 0;

  /// Writes a line. `trace` names the call or request it belongs to and may be
  /// empty.
  virtual void write(log_level level, std::string_view subsystem,
                     std::string_view trace, std::string_view message) = 0;
};

using log_sink_ptr = std::shared_ptr<log_sink>;

/// Writes a line whose text is made only when it is wanted.
template <class MakeText>
void write_log(const log_sink_ptr& sink, log_level level,
               std::string_view subsystem, std::string_view trace,
               MakeText&& make_text) {
  if (sink && sink->enabled(level, subsystem))
    sink->write(level, subsystem, trace, make_text());
}

} // namespace carillon
