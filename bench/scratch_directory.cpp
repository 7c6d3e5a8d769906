#include "bench/scratch_directory.hpp"

#include <stdlib.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace carillon {

namespace fs = std::filesystem;

expected<scratch_directory> scratch_directory::make() {
  std::error_code reason;
  const auto parent = fs::temp_directory_path(reason);
  auto pattern = (parent / "carillon-XXXXXX").string();
  if (reason || ::mkdtemp(pattern.data()) == nullptr)
    return fail(
      errc::storage_failed,
      "cannot make a temporary directory in " + parent.string() + ": "
        + (reason ? reason.message() : std::generic_category().message(errno))
        + "; name another one in TMPDIR");
  return scratch_directory{pattern};
}

scratch_directory::scratch_directory(fs::path path)
  : path_(std::move(path)) {}

scratch_directory::scratch_directory(scratch_directory&& other) noexcept
  : path_(std::exchange(other.path_, {})) {}

scratch_directory&
scratch_directory::operator=(scratch_directory&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

scratch_directory::~scratch_directory() {
  std::error_code ignored;
  if (!path_.empty())
    fs::remove_all(path_, ignored);
}

} // namespace carillon
