#pragma once

#include "bench/defaults.hpp"
#include "protocols/error.hpp"

#include <filesystem>
#include <iosfwd>
#include <optional>

namespace carillon {

class command_line;

/// What a demonstration is asked for.
struct demo_options {
  size_t peers = defaults::demo_peers;
  uint64_t seed = defaults::demo_seed;
  /// Whether it stays up on a terminal.
  bool wait = true;
  /// Takes the report; "-" is the stream for results.
  std::optional<std::filesystem::path> json;
};

/// Shows the whole system in one process: a ring, two phones that register and
/// call each other, how long that takes, and attacks that fail.
/// @param out takes what people read.
/// @param results takes the report when it has no file.
/// @returns `interrupted`, `timeout` when a part of the system does not answer,
///          `cannot_listen`, or what the store and the report's file give. The
///          outcome of a call or an attack is no error: it is printed and
///          stands in the report.
[[nodiscard]] expected<void> run_demo(const demo_options& options,
                                      std::ostream& out, std::ostream& results);

/// Tells whether the report goes to the stream for results.
[[nodiscard]] bool reports_to_stream(const demo_options& options);

/// Adds `demo` to the program.
void add_demo_command(command_line& program);

} // namespace carillon
