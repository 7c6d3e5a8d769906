#include "protocols/bytes.hpp"
#include "runtime/admin/request_target.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Reads the target of a request to the admin interface; what is accepted holds
/// no control characters.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto target =
    carillon::parse_request_target(carillon::as_text({data, size}));
  if (!target)
    return 0;
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  };
  for (const auto& segment : target->path)
    if (segment.empty() || std::ranges::any_of(segment, is_control))
      std::abort();
  for (const auto& [name, value] : target->query)
    if (name.empty() || std::ranges::any_of(name, is_control)
        || std::ranges::any_of(value, is_control))
      std::abort();
  return 0;
}
