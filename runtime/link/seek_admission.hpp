#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/link/join_conversation.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace carillon {

/// How a node gets into a ring.
struct admission_plan {
  std::shared_ptr<const clock> time;
  logger log;
  const identity::key_pair* keys = nullptr;
  /// The node's certificates in DER, its own first.
  std::vector<bytes> chain;
  /// Bootstrap servers, in the order of the configuration.
  std::vector<bootstrap_endpoint> bootstrap;
  link::join_request request;
  /// The ring, when the node knows it from an earlier run.
  std::optional<identity::fingerprint> ring;
  /// Whether nodes of that ring are looked for on the local network, too.
  bool discovers = false;
  /// Where this node will listen, if anywhere.
  std::optional<endpoint> listen;
  /// How long to go on before giving up; nothing for ever.
  std::optional<duration> patience;
  /// Tells whether somebody asked the process to end.
  std::function<bool()> is_stopped;
};

/// Asks one bootstrap server after the other until one of them lets the node
/// in. Blocks.
/// @returns the ring and the node's ticket; `interrupted`; after the patience
///          what the last server that was asked has given as its reason;
///          `wrong_ring` at once when a server shows another ring than the one
///          that was pinned; what `make_link_tls` gives.
[[nodiscard]] expected<link::invitation>
seek_admission(const admission_plan& plan);

} // namespace carillon
