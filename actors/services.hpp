#pragma once

#include <string_view>

namespace carillon::services {

/// The addressee of a bootstrap server. No user can have this name.
constexpr std::string_view bootstrap = "*bootstrap";

/// The addressee of SIP messages that go over links.
constexpr std::string_view linked_sip = "*sip";

} // namespace carillon::services
