#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace carillon {

/// How much a line of the log matters, the most important first.
enum class log_level : uint8_t {
  /// Something failed that the user or operator must know of.
  error,
  /// Something is wrong that the program copes with: bad input, an attack.
  warning,
  /// A step that a user would recognise: a registration, a call.
  info,
  /// What the program does about it.
  debug,
  /// Every message.
  trace,
};

/// Names of the levels, in their order.
inline constexpr auto log_level_names = std::to_array<std::string_view>(
  {"error", "warning", "info", "debug", "trace"});

/// The part of the program that a line of the log comes from.
enum class subsystem : uint8_t {
  /// The process: start, stop, configuration, supervision.
  node,
  /// The ring: peers, fingers, lookups.
  ring,
  /// Keys, shares, admission and pins.
  identity,
  /// The phone side: registrations, calls, transports.
  sip,
  /// The record store.
  storage,
  /// Connections to other nodes.
  link,
  /// Opinions about other peers.
  trust,
};

/// Names of the subsystems, in their order.
inline constexpr auto subsystem_names = std::to_array<std::string_view>(
  {"node", "ring", "identity", "sip", "storage", "link", "trust"});

/// Gives the name of a level.
[[nodiscard]] constexpr std::string_view to_string(log_level level) noexcept {
  return log_level_names[static_cast<size_t>(level)];
}

/// Gives the name of a subsystem.
[[nodiscard]] constexpr std::string_view to_string(subsystem from) noexcept {
  return subsystem_names[static_cast<size_t>(from)];
}

/// Where the lines of the log go. All functions may be called from any thread
/// and do not throw.
class log_sink {
public:
  log_sink() = default;
  log_sink(const log_sink&) = delete;
  log_sink& operator=(const log_sink&) = delete;
  virtual ~log_sink() = default;

  /// Tells whether `write` would keep such a line.
  [[nodiscard]] virtual bool enabled(log_level level,
                                     subsystem from) const noexcept = 0;

  /// Writes one line. Both texts may hold what strangers sent: the sink makes
  /// them harmless.
  /// @param trace_id the call that the line belongs to; empty for none.
  virtual void write(log_level level, subsystem from, std::string_view trace_id,
                     std::string_view message) noexcept = 0;
};

/// The log of one subsystem. Cheap to copy; does nothing without a sink.
class logger {
public:
  logger() = default;

  logger(std::shared_ptr<log_sink> sink, subsystem from) noexcept
    : sink_(std::move(sink))
    , from_(from) {}

  [[nodiscard]] bool enabled(log_level level) const noexcept {
    return sink_ && sink_->enabled(level, from_);
  }

  /// Writes the text that `make_message` gives, and calls it only when the
  /// line is wanted.
  template <class MakeMessage>
  void write(log_level level, std::string_view trace_id,
             MakeMessage&& make_message) const {
    if (enabled(level))
      sink_->write(level, from_, trace_id, make_message());
  }

private:
  std::shared_ptr<log_sink> sink_;
  subsystem from_ = subsystem::node;
};

} // namespace carillon
