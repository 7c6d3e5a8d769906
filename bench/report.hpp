#pragma once

#include "protocols/error.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
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

  /// Writes the report, with the environment of the run, to a file.
  /// @returns `storage_failed` with the path when it cannot be written.
  [[nodiscard]] expected<void> write(const std::filesystem::path& file) const;

private:
  [[nodiscard]] nlohmann::json environment() const;

  std::string scenario_;
  std::chrono::system_clock::time_point began_ =
    std::chrono::system_clock::now();
};

} // namespace carillon
