#pragma once

#include "protocols/chord/ring_id.hpp"
#include "protocols/trust/opinion.hpp"

#include <cstddef>
#include <cstdint>
#include <map>

namespace carillon::trust {

/// What came of asking a peer.
enum class outcome : uint8_t {
  /// An answer that verified.
  good_answer,
  /// A key share that does not verify or does not fit the others.
  bad_share,
  /// Another record that does not verify.
  bad_record,
  /// Something on a link that no honest node sends.
  bad_message,
  /// No answer before the deadline.
  no_answer,
};

/// What a peer has seen of others: good and bad outcomes, weighted by kind.
///
/// Recent outcomes count more: beyond `defaults::max_evidence` everything
/// earlier fades. At most `max_peers` are remembered; the one about whom least
/// is known makes room for a new one, so a flood of strangers does not wash
/// away the name that a liar has made for itself.
class evidence {
public:
  /// `max_peers` is at least 1.
  explicit evidence(size_t max_peers = defaults::max_peers)
    : max_peers_(max_peers) {}

  /// Adds one outcome.
  void add(const chord::ring_id& peer, outcome what);

  /// Gives the opinion about a peer; full uncertainty about a stranger.
  [[nodiscard]] opinion about(const chord::ring_id& peer) const;

  /// Gives how many peers are remembered.
  [[nodiscard]] size_t size() const noexcept {
    return peers_.size();
  }

private:
  struct counts {
    double good = 0;
    double bad = 0;
  };

  /// Forgets the peer about whom least is known.
  void make_room();

  size_t max_peers_;
  std::map<chord::ring_id, counts> peers_;
};

} // namespace carillon::trust
