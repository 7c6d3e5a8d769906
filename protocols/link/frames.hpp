#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/link/overlay_codec.hpp"
#include "protocols/link/tunnel_frame.hpp"
#include "protocols/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace carillon::link {

/// The version of the link protocol that this program speaks best.
inline constexpr uint32_t newest_version = first_tunnel_version;

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

  /// Drawn at the start of the node: two nodes that use the same identity at
  /// the same time have different ones.
  uint64_t run = 0;

  /// The keys of the bootstrap servers that run on the node.
  std::vector<identity::fingerprint> bootstrap;

  /// The node carries tunnels between others.
  bool relays = false;

  /// The node runs on several machines, and this is one of them: a member of a
  /// cluster, which its endpoint tells from the others.
  bool is_member = false;

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

/// Asks to be let into the ring: the first frame of a node that cannot say
/// hello yet, or that needs a new ticket.
struct join_request {
  /// Virtual peers that the node wants to run.
  uint32_t peers = 1;

  /// An earlier ticket of the node, which may have expired; empty when there
  /// is none.
  bytes ticket;

  bool operator==(const join_request&) const = default;
};

/// Answers `join_request`.
struct join_answer {
  /// All versions of the ring descriptor as they were signed, the founding one
  /// first; at least that one.
  std::vector<bytes> descriptors;

  /// The admission ticket, sealed; empty when there is none.
  bytes ticket;

  /// Why there is no ticket.
  std::optional<error> refusal;

  bool operator==(const join_answer&) const = default;
};

/// Asks for a link to a node that nobody can open a link to, because it is
/// behind a firewall: the node that is asked passes it on to that node, which
/// opens the link itself.
struct call_back_request {
  /// Who is to open a link to the sender; when it is zero, the receiver is, and
  /// to whom the next fields name.
  identity::fingerprint node;
  identity::fingerprint asker;
  std::string endpoint;

  bool operator==(const call_back_request&) const = default;
};

/// What travels over a link.
using any_frame =
  std::variant<hello, overlay_frame, heartbeat, problem, join_request,
               join_answer, call_back_request, tunnel_frame>;

/// Encodes a frame as `protocols/wire/link.proto` says.
[[nodiscard]] bytes encode(const any_frame& what);

/// Decodes a frame of a stranger. Fields that are unknown are passed over.
/// @returns `too_large` above `defaults::max_message` or for a list or field
///          above its limit; `unsupported_version` for an unknown kind of frame
///          or overlay message; `malformed` for anything else.
[[nodiscard]] expected<any_frame> decode_frame(byte_view data);

} // namespace carillon::link
