#include "storage/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace carillon::storage {

namespace {

tl::unexpected<error> system_failure(std::string_view what,
                                     const std::filesystem::path& path,
                                     int number) {
  return fail(errc::storage_failed,
              "cannot " + std::string{what} + " " + path.string() + ": "
                + std::generic_category().message(number));
}

class file_descriptor {
public:
  explicit file_descriptor(int value) noexcept
    : value_(value) {}

  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;

  ~file_descriptor() {
    if (value_ >= 0)
      ::close(value_);
  }

  [[nodiscard]] bool valid() const noexcept {
    return value_ >= 0;
  }

  [[nodiscard]] int get() const noexcept {
    return value_;
  }

private:
  int value_;
};

// Gives the number of the system's error, or 0.
int write_all(int fd, byte_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR)
        continue;
      return errno;
    }
    content = content.subspan(static_cast<size_t>(written));
  }
  return 0;
}

int write_and_sync(int fd, byte_view content, mode_t mode) {
  if (::fchmod(fd, mode) != 0)
    return errno;
  if (const auto number = write_all(fd, content); number != 0)
    return number;
  return ::fsync(fd) == 0 ? 0 : errno;
}

expected<void> sync_directory(const std::filesystem::path& path) {
  const file_descriptor dir{
    ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!dir.valid() || ::fsync(dir.get()) != 0)
    return system_failure("sync the directory", path, errno);
  return {};
}

} // namespace

expected<void> write_file_durably(const std::filesystem::path& path,
                                  byte_view content, mode_t mode) {
  auto pattern = path.string() + ".XXXXXX";
  const file_descriptor file{::mkostemp(pattern.data(), O_CLOEXEC)};
  if (!file.valid())
    return system_failure("create", pattern, errno);
  auto number = write_and_sync(file.get(), content, mode);
  if (number == 0 && ::rename(pattern.c_str(), path.c_str()) != 0)
    number = errno;
  if (number != 0) {
    ::unlink(pattern.c_str());
    return system_failure("write", path, number);
  }
  return sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

expected<bytes> read_file(const std::filesystem::path& path, size_t max_size) {
  const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.valid()) {
    if (errno == ENOENT)
      return fail(errc::no_such_record, path.string());
    return system_failure("open", path, errno);
  }
  // One byte more tells a file that is too long from one that just fits.
  bytes content(max_size + 1);
  size_t size = 0;
  while (size < content.size()) {
    const auto got =
      ::read(file.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return system_failure("read", path, errno);
    if (got == 0)
      break;
    size += static_cast<size_t>(got);
  }
  if (size > max_size)
    return fail(errc::too_large,
                path.string() + " has more than " + std::to_string(max_size)
                  + " bytes");
  content.resize(size);
  return content;
}

} // namespace carillon::storage
