#pragma once

#include <string_view>

namespace carillon::services {

/// The addressee of a bootstrap server. No user can have this name.
constexpr std::string_view bootstrap = "*bootstrap";

} // namespace carillon::services
