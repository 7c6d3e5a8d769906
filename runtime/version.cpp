#include "runtime/version.hpp"

namespace carillon {

std::string_view program_version() noexcept {
  return CARILLON_VERSION;
}

} // namespace carillon
