#include "protocols/sip/sofia.hpp"

#include "protocols/sip/defaults.hpp"

#include <string_view>

namespace carillon::sip {

std::optional<parameters> copy_parameters(const char* const* list) {
  parameters result;
  for (; list != nullptr && *list != nullptr; ++list) {
    const std::string_view item{*list};
    const auto equal = item.find('=');
    if (result.size() == defaults::max_parameters
        || result.contains(item.substr(0, equal)))
      return std::nullopt;
    if (equal == std::string_view::npos)
      result.set(item);
    else
      result.set(item.substr(0, equal), item.substr(equal + 1));
  }
  return result;
}

} // namespace carillon::sip
