#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "protocols/time.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// Between the fields of protobuf messages and values. A message's bytes field
/// is a `std::string`.
namespace carillon::identity {

/// Gives a time as messages carry it.
[[nodiscard]] int64_t to_wire(timestamp when) noexcept;

/// Reads a time between the Unix epoch and the end of the year 9999, which
/// leaves room for arithmetic.
/// @returns `malformed` for any other.
[[nodiscard]] expected<timestamp> time_from_wire(int64_t field);

/// Gives bytes as messages carry them.
[[nodiscard]] std::string to_wire(byte_view data);

/// Copies a list of bytes fields, such as a certificate chain.
/// @returns `too_large` for more than `max_count` fields or one of more than
///          `max_size` bytes, `malformed` for an empty one; `what` names them.
template <class Fields>
[[nodiscard]] expected<std::vector<bytes>>
list_from_wire(const Fields& fields, size_t max_count, size_t max_size,
               std::string_view what) {
  if (static_cast<size_t>(fields.size()) > max_count)
    return fail(errc::too_large,
                "more than " + std::to_string(max_count) + " "
                  + std::string{what});
  std::vector<bytes> result;
  for (const auto& field : fields) {
    if (field.empty())
      return fail(errc::malformed, "empty entry in " + std::string{what});
    if (field.size() > max_size)
      return fail(errc::too_large, "entry in " + std::string{what});
    result.push_back(to_bytes(field));
  }
  return result;
}

/// Copies a bytes field of fixed size.
/// @returns `malformed` for any other size; `what` names the field.
template <size_t Size>
[[nodiscard]] expected<std::array<uint8_t, Size>>
array_from_wire(const std::string& field, std::string_view what) {
  if (field.size() != Size)
    return fail(errc::malformed,
                std::string{what} + " has not " + std::to_string(Size)
                  + " bytes");
  std::array<uint8_t, Size> result;
  const auto data = as_bytes(field);
  std::copy(data.begin(), data.end(), result.begin());
  return result;
}

} // namespace carillon::identity
