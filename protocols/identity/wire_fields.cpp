#include "protocols/identity/wire_fields.hpp"

namespace carillon::identity {

namespace {

constexpr timestamp end_of_9999 =
  std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1};

} // namespace

int64_t to_wire(timestamp when) noexcept {
  return when.time_since_epoch().count();
}

expected<timestamp> time_from_wire(int64_t field) {
  if (field < 0 || field >= to_wire(end_of_9999))
    return fail(errc::malformed, "time out of range");
  return timestamp{duration{field}};
}

std::string to_wire(byte_view data) {
  return std::string{as_text(data)};
}

} // namespace carillon::identity
