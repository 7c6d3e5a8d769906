#pragma once

#include "protocols/identity/fingerprint.hpp"
#include "protocols/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace carillon {

/// What is told about a link.
struct link_view {
  /// The node at the other end.
  identity::fingerprint node;
  /// The other end, as `host:port`.
  std::string address;
  /// This node has opened it.
  bool dialled = false;
  /// The node that carries it through a tunnel; then `address` is the address
  /// of that one.
  std::optional<identity::fingerprint> via;
  timestamp since;
  /// Virtual peers of the other node.
  uint32_t peers = 0;
  uint64_t frames_in = 0;
  uint64_t frames_out = 0;
  /// Bytes that wait to be written.
  size_t queued_bytes = 0;
};

} // namespace carillon
