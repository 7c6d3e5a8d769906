#include "storage/store_directory.hpp"

#include "storage/defaults.hpp"
#include "storage/format_file.hpp"

#include <string>
#include <system_error>

namespace carillon::storage {

namespace fs = std::filesystem;

namespace {

tl::unexpected<error> unusable(const fs::path& path,
                               const std::error_code& reason) {
  return fail(errc::storage_failed,
              "cannot use the directory " + path.string()
                + " for the record store: " + reason.message());
}

// Tells whether a directory holds table files or a log with records in it.
expected<bool> holds_records(const fs::path& path) {
  std::error_code reason;
  for (fs::directory_iterator i{path, reason}, end; !reason && i != end;
       i.increment(reason)) {
    const auto extension = i->path().extension();
    if (extension == ".sst"
        || (extension == ".log" && i->file_size(reason) > 0))
      return true;
  }
  if (reason)
    return unusable(path, reason);
  return false;
}

} // namespace

expected<void> make_directory(const fs::path& path) {
  std::error_code reason;
  if (fs::is_directory(path, reason))
    return {};
  fs::create_directories(path, reason);
  if (!reason)
    fs::permissions(path, fs::perms::owner_all, reason);
  if (reason)
    return unusable(path, reason);
  return {};
}

expected<bool> store_exists(const fs::path& path) {
  const auto version = read_format(path);
  if (version && *version <= defaults::format_version)
    return true;
  if (version)
    return fail(errc::unsupported_version,
                "the record store " + path.string() + " has format "
                  + std::to_string(*version)
                  + " and this program knows formats up to "
                  + std::to_string(defaults::format_version)
                  + ": use the newer program that wrote it");
  if (version.error().code != errc::no_such_record)
    return tl::unexpected{version.error()};
  const auto records = holds_records(path);
  if (!records)
    return tl::unexpected{records.error()};
  if (*records)
    return fail(errc::storage_failed,
                "the record store " + path.string()
                  + " is damaged and was left as it is, its file FORMAT is "
                    "missing: restore it from a copy, or move the directory "
                    "away to begin with an empty one");
  return false;
}

} // namespace carillon::storage
