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
#include <vector>

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

/// The keys in (from, to], clockwise; all keys when both are the same.
struct key_range {
  chord::ring_id from;
  chord::ring_id to;

  bool operator==(const key_range&) const = default;
};

/// What a holder has of a range, in short.
struct range_summary {
  /// Records of the range.
  uint32_t count = 0;
  /// The SHA-256 of their positions and the fingerprints of their contents, in
  /// clockwise order.
  identity::fingerprint digest;

  bool operator==(const range_summary&) const = default;
};

/// A record that a holder has, in short.
struct record_tag {
  chord::ring_id position;
  identity::fingerprint content;
  /// Tells which of two of one name and key is the newer one.
  uint64_t epoch = 0;

  bool operator==(const record_tag&) const = default;
};

/// Asks a holder what it has of a range.
struct digest_request {
  uint64_t request = 0;
  key_range range;
};

/// Answers `digest_request`: with the records where they are few, else with
/// the summaries of the parts that `split` makes of the range.
struct digest_answer {
  uint64_t request = 0;
  std::vector<range_summary> parts;
  std::vector<record_tag> records;
};

/// Asks a holder to send copies of the records at these positions, as far as
/// it has any. They come as `copy_request`s.
struct copies_wanted {
  std::vector<chord::ring_id> positions;
};

/// Tells a holder that another one has a record that it lacks, or a newer one.
struct outdated_notice {
  std::string key;
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
               fetch_request, fetch_answer, delivery, digest_request,
               digest_answer, copies_wanted, outdated_notice>;

/// A message and whom to send it to.
struct outgoing {
  chord::peer_ref to;
  message body;
};

/// What a protocol wants sent, in order.
using outbox = std::vector<outgoing>;

} // namespace carillon::p2psip
