#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"

#include <string>
#include <string_view>

namespace carillon::wire {

/// The format version that every message carries in its first field.
inline constexpr uint32_t format_version = 1;

/// Encodes a message, which must not contain maps: then the encoding is always
/// the same.
template <class Message>
[[nodiscard]] bytes encode(const Message& message) {
  bytes result(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(result.data());
  return result;
}

/// Decodes a message strictly. `Message` has a field `version` and no fields
/// that are messages. `what` names it in errors.
/// @returns `too_large` above `max_size` bytes, before anything is allocated;
///          `unsupported_version`; `malformed` for unknown fields and for any
///          encoding but the one that `encode` writes.
template <class Message>
[[nodiscard]] expected<Message> decode(byte_view data, size_t max_size,
                                       std::string_view what) {
  if (data.size() > max_size)
    return fail(errc::too_large,
                std::string{what} + " of " + std::to_string(data.size())
                  + " bytes, limit " + std::to_string(max_size));
  Message message;
  if (!message.ParseFromArray(data.data(), static_cast<int>(data.size())))
    return fail(errc::malformed, std::string{what});
  if (message.version() != format_version)
    return fail(errc::unsupported_version,
                std::string{what} + " of version "
                  + std::to_string(message.version()));
  // One value, one encoding: otherwise a record could be altered without
  // changing its meaning.
  if (!message.unknown_fields().empty()
      || as_text(encode(message)) != as_text(data))
    return fail(errc::malformed, std::string{what} + " is not canonical");
  return message;
}

} // namespace carillon::wire
