#pragma once

#include "actors/peer.hpp"

#include <set>
#include <string>

namespace carillon {

/// Makes share holders that an attacker took over. They answer for the given
/// keys with the record that they hold, whose share value they alter, and their
/// node signs the answer as if it were good. In everything else they do what
/// honest ones do, so that nothing but the shares gives them away.
/// @param keys as `identity::share_key_text` gives them.
[[nodiscard]] share_holder_factory lie_about(std::set<std::string> keys);

} // namespace carillon
