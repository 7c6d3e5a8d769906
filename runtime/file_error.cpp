#include "runtime/file_error.hpp"

#include <utility>

namespace carillon {

error missing_is_failure(error why) {
  if (why.code != errc::no_such_record)
    return why;
  return {errc::storage_failed, "there is no file " + why.detail};
}

error in_file(const std::filesystem::path& file, error why) {
  auto detail = file.string();
  if (!why.detail.empty())
    detail += ": " + why.detail;
  return {why.code, std::move(detail)};
}

} // namespace carillon
