#include "runtime/private_file.hpp"

#include "storage/durable_file.hpp"

#include <string>
#include <system_error>

namespace carillon {

namespace fs = std::filesystem;

namespace {

constexpr mode_t private_mode = 0600;

constexpr auto others = fs::perms::group_all | fs::perms::others_all;

expected<void> make_directories(const fs::path& path) {
  std::error_code reason;
  if (path.empty() || fs::exists(path, reason))
    return {};
  if (auto made = make_directories(path.parent_path()); !made)
    return made;
  fs::create_directory(path, reason);
  if (!reason)
    fs::permissions(path, fs::perms::owner_all, reason);
  if (reason)
    return fail(errc::storage_failed,
                "cannot make the directory " + path.string() + ": "
                  + reason.message());
  return {};
}

} // namespace

expected<void> write_private_file(const fs::path& path,
                                  std::string_view content) {
  if (auto made = make_directories(path.parent_path()); !made)
    return made;
  return storage::write_file_durably(path, as_bytes(content), private_mode);
}

expected<bytes> read_private_file(const fs::path& path, size_t max_size) {
  std::error_code reason;
  const auto status = fs::status(path, reason);
  if (fs::exists(status) && (status.permissions() & others) != fs::perms::none)
    return fail(errc::storage_failed,
                path.string()
                  + " holds secrets and others can use it: chmod 600 it, and "
                    "replace what it holds if somebody may have read it");
  return storage::read_file(path, max_size);
}

} // namespace carillon
