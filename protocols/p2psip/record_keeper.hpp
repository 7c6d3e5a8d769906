#pragma once

#include "protocols/identity/record.hpp"
#include "protocols/p2psip/defaults.hpp"
#include "protocols/p2psip/messages.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace carillon::p2psip {

/// The records that one peer holds, own ones and copies, and the rules by
/// which they replace each other. A record counts from the moment it is taken,
/// so that of two competing ones the first wins; it is served once it is
/// confirmed to be on disk.
///
/// Not thread-safe.
class record_keeper {
public:
  struct entry {
    identity::record_info info;
    shared_bytes content;
  };

  explicit record_keeper(size_t capacity = defaults::records_per_peer)
    : capacity_(capacity) {}

  /// Takes a verified record, or refuses it.
  /// @param rule whether a location that is over may be taken for the name it
  ///             is bound to, as a copy is
  /// @returns whether it has to be written, false when the very same bytes are
  ///          on disk already; `quota_exceeded` when the peer is full; or what
  ///          `identity::may_replace` gives.
  expected<bool> take(entry offered, timestamp now,
                      identity::expiry_rule rule = identity::expiry_rule::live);

  /// Tells that a taken record is on disk. Records of one key are confirmed
  /// in the order in which they were taken.
  void confirm(const entry& written);

  /// Takes back a taken record that could not be written; the record that it
  /// would have replaced stays.
  void revert(const std::string& key, const identity::fingerprint& content);

  /// Takes a record that was read from disk at start.
  void restore(entry stored);

  /// Gives the record on disk under a key, expired ones and tombstones too;
  /// null when there is none.
  [[nodiscard]] const entry* find(const std::string& key) const;

  /// Gives the record on disk at a position of the ring, as `find`.
  [[nodiscard]] const entry* find_at(const chord::ring_id& position) const;

  /// Gives the record that a fetch is answered with: none for expired ones. A
  /// tombstone is an answer: the user is known and not registered.
  [[nodiscard]] const entry* answer_for(const std::string& key,
                                        timestamp now) const;

  /// Calls `visit` for each record on disk whose name is bound and whose key
  /// lies in a range, clockwise, until it gives false.
  void visit(const key_range& range, timestamp now,
             const std::function<bool(const entry&)>& visit) const;

  /// Removes records whose names are not bound any more.
  /// @returns the keys that have to be removed from disk
  std::vector<std::string> expire(timestamp now);

  [[nodiscard]] size_t size() const noexcept {
    return slots_.size();
  }

private:
  struct slot {
    std::optional<entry> on_disk;
    // Taken and not yet confirmed.
    std::optional<entry> pending;
  };

  using slot_map = std::map<chord::ring_id, slot>;

  [[nodiscard]] slot_map::iterator find_slot(const std::string& key);

  size_t capacity_;
  // By the hashes of their keys, so that ranges can be gone through.
  slot_map slots_;
};

} // namespace carillon::p2psip
