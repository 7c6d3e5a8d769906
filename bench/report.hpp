#pragma once

#include "protocols/error.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

namespace carillon {

/// What a scenario gives to programs that read it: `--json`.
class report {
public:
  /// Begins the report of a scenario, and its wall time.
  explicit report(std::string scenario);

  /// What the scenario was asked to do.
  nlohmann::json parameters = nlohmann::json::object();

  /// What it measured.
  nlohmann::json results = nlohmann::json::object();

  /// Finds out whether a report can be written to a file, before the work that
  /// it is about. A missing file is made, an existing one left as it is.
  /// @returns `storage_failed` with the path and the system's reason.
  [[nodiscard]] static expected<void>
  check_writable(const std::filesystem::path& file);

  /// Writes a file.
  /// @param what writes the text.
  /// @returns as `check_writable`.
  [[nodiscard]] static expected<void>
  write_file(const std::filesystem::path& file,
             const std::function<void(std::ostream&)>& what);

  /// Writes the report, with the environment of the run, to a file.
  /// @returns as `check_writable`.
  [[nodiscard]] expected<void> write(const std::filesystem::path& file) const;

  /// Writes the report, with the environment of the run.
  void write(std::ostream& out) const;

  /// Gives what the run has been made on, and what it has used so far.
  [[nodiscard]] nlohmann::json environment() const;

private:
  std::string scenario_;
  std::chrono::system_clock::time_point began_ =
    std::chrono::system_clock::now();
};

} // namespace carillon
