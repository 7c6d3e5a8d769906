#pragma once

#include "protocols/error.hpp"

#include <filesystem>

namespace carillon {

/// A temporary directory, removed with everything in it.
class scratch_directory {
public:
  /// Makes one, of mode 0700.
  /// @returns `storage_failed` with the place and the system's reason.
  [[nodiscard]] static expected<scratch_directory> make();

  scratch_directory(scratch_directory&& other) noexcept;
  scratch_directory& operator=(scratch_directory&& other) noexcept;
  ~scratch_directory();

  [[nodiscard]] const std::filesystem::path& path() const noexcept {
    return path_;
  }

private:
  explicit scratch_directory(std::filesystem::path path);

  // Empty after a move.
  std::filesystem::path path_;
};

} // namespace carillon
