#pragma once

#include "protocols/error.hpp"

#include <filesystem>

namespace carillon {

/// Keeps other processes out of a data directory as long as it lives. The
/// system lets go of it when the process ends, however that comes.
class directory_lock {
public:
  /// Takes the lock. Makes the directory, with mode 0700, where there is none.
  /// @returns `invalid_configuration` when another process has it, or when the
  ///          directory cannot be made or written; the detail says what to do.
  [[nodiscard]] static expected<directory_lock>
  take(const std::filesystem::path& directory);

  directory_lock(directory_lock&& other) noexcept;
  directory_lock& operator=(directory_lock&& other) noexcept;
  ~directory_lock();

private:
  explicit directory_lock(int file) noexcept
    : file_(file) {}

  int file_;
};

} // namespace carillon
