#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/peer_ref.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/answer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace carillon::p2psip {

/// Unchanging bytes that many messages and holders share.
using shared_bytes = std::shared_ptr<const bytes>;

/// Asks the owner of a record's key to store it and its copies.
struct store_request {
  uint64_t request = 0;
  shared_bytes record;
};

/// Answers `store_request` when the copies are on disk, or says why not.
struct store_answer {
  uint64_t request = 0;
  std::optional<error> refusal;
  /// Peers that have it on disk.
  size_t copies = 0;
};

/// Asks a peer to keep a copy of a record.
struct copy_request {
  uint64_t request = 0;
  shared_bytes record;
};

/// Answers `copy_request` when the copy is on disk, or says why not.
struct copy_answer {
  uint64_t request = 0;
  std::optional<error> refusal;
};

/// Asks a holder for a record.
struct fetch_request {
  uint64_t request = 0;
  identity::answer::nonce_type nonce{};
  std::string key;
};

/// Answers `fetch_request`.
struct fetch_answer {
  uint64_t request = 0;
  /// A sealed `identity::answer`.
  bytes answer;
};

/// A message for a user's adapter or for a service of the node.
struct delivery {
  /// A user's name without the domain, or a service's.
  std::string addressee;
  /// Names what this message belongs to, so that the logs of both sides can be
  /// laid side by side.
  std::string trace;
  bytes content;
};

/// What peers say to each other about records, and what adapters say to each
/// other through them.
using message =
  std::variant<store_request, store_answer, copy_request, copy_answer,
               fetch_request, fetch_answer, delivery>;

/// A message and whom to send it to.
struct outgoing {
  chord::peer_ref to;
  message body;
};

/// What a protocol wants sent, in order.
using outbox = std::vector<outgoing>;

} // namespace carillon::p2psip
