#pragma once

#include "protocols/identity/fingerprint.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace carillon::identity {

/// Which of several keys the holders of a user's shares hold: how a reader
/// decides between keys that have nothing to do with each other. Holders keep
/// the key that a name is bound to, whatever a bootstrap server signs later, so
/// the key of the majority is the one that was there.
///
/// A node has one vote for each share, for the key of which it gave that share;
/// one that gave shares of two keys votes for neither. A key has a share when
/// more than half of the nodes that answered for the share vote for it.
class share_votes {
public:
  /// Takes a good share: `node` holds the one of this `index` of the bundle
  /// with the fingerprint `key`.
  void add(uint8_t index, const fingerprint& node, const fingerprint& key);

  /// Takes that `node` says, signed, that it does not hold this share.
  void add_absent(uint8_t index, const fingerprint& node);

  /// Gives how many shares each key has; keys that have none are left out.
  [[nodiscard]] std::map<fingerprint, size_t> count() const;

  /// Gives the key that has at least `k` shares and more than any other key;
  /// nothing when there is none.
  [[nodiscard]] std::optional<fingerprint> winner(size_t k) const;

private:
  // The keys that each node gave a share of; none for "absent".
  using ballots = std::map<fingerprint, std::set<fingerprint>>;

  std::map<uint8_t, ballots> by_share_;
};

} // namespace carillon::identity
