#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/link/overlay_codec.hpp"
#include "protocols/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace carillon::link {

/// The version of the link protocol that this program speaks best.
inline constexpr uint32_t newest_version = 1;

/// The oldest version that it still speaks.
inline constexpr uint32_t oldest_version = 1;

/// Introduces a node: the first frame of either side. That the node has the key
/// it goes by is shown by TLS.
struct hello {
  uint32_t min_version = oldest_version;
  uint32_t max_version = newest_version;

  /// Nothing from a node that has yet to learn it.
  std::optional<identity::fingerprint> ring;

  uint32_t descriptor_version = 0;

  /// The clock of the sender.
  timestamp time;

  /// Tells two runs of the same node apart: a later one has a higher one.
  uint64_t incarnation = 0;

  /// The node's admission ticket, sealed; empty before its admission.
  bytes ticket;

  /// Virtual peers that run on the node: those with the indexes below.
  uint32_t peers = 0;

  /// Where the node listens for links; empty when nowhere.
  std::string endpoint;

  bool operator==(const hello&) const = default;
};

/// Asks whether the other side is still there, or says so.
struct heartbeat {
  uint64_t number = 0;
  bool is_answer = false;

  bool operator==(const heartbeat&) const = default;
};

/// Says what was wrong with a frame.
struct problem {
  error why;
  /// The sender closes the link.
  bool is_closing = false;

  bool operator==(const problem&) const = default;
};

/// What travels over a link.
using any_frame = std::variant<hello, overlay_frame, heartbeat, problem>;

/// Encodes a frame as `protocols/wire/link.proto` says.
[[nodiscard]] bytes encode(const any_frame& what);

/// Decodes a frame of a stranger. Fields that are unknown are passed over.
/// @returns `too_large` above `defaults::max_message` or for a list or field
///          above its limit; `unsupported_version` for an unknown kind of frame
///          or overlay message; `malformed` for anything else.
[[nodiscard]] expected<any_frame> decode_frame(byte_view data);

} // namespace carillon::link
