#include "runtime/directory_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace carillon {

namespace fs = std::filesystem;

namespace {

constexpr mode_t lock_mode = 0600;

tl::unexpected<error> unusable(const fs::path& directory,
                               const std::string& reason) {
  return fail(errc::invalid_configuration,
              "node.data_dir: cannot use " + directory.string() + ": " + reason
                + "; choose another directory, or see to its permissions");
}

expected<void> make_directory(const fs::path& directory) {
  std::error_code reason;
  if (fs::create_directories(directory, reason))
    fs::permissions(directory, fs::perms::owner_all, reason);
  if (reason)
    return unusable(directory, reason.message());
  return {};
}

} // namespace

expected<directory_lock> directory_lock::take(const fs::path& directory) {
  if (auto made = make_directory(directory); !made)
    return tl::unexpected{made.error()};
  const auto path = directory / "LOCK";
  directory_lock result{
    ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, lock_mode)};
  if (result.file_ < 0)
    return unusable(directory, std::generic_category().message(errno));
  if (::flock(result.file_, LOCK_EX | LOCK_NB) == 0)
    return result;
  if (errno != EWOULDBLOCK)
    return unusable(directory, std::generic_category().message(errno));
  return fail(errc::invalid_configuration,
              "node.data_dir: " + directory.string()
                + " is in use by another process; end that one, or choose "
                  "another directory");
}

directory_lock::directory_lock(directory_lock&& other) noexcept
  : file_(std::exchange(other.file_, -1)) {}

directory_lock& directory_lock::operator=(directory_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

directory_lock::~directory_lock() {
  if (file_ >= 0)
    ::close(file_);
}

} // namespace carillon
