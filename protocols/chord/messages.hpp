#pragma once

#include "protocols/chord/successor_list.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace carillon::chord {

/// How a lookup travels. Source: Stoica et al., "Chord", section 4; Rhea et
/// al., "Handling churn in a DHT", section 2.
enum class routing_strategy : uint8_t {
  /// Each hop forwards; the owner answers the origin directly.
  semi_recursive,
  /// Each hop forwards; the answer walks back along the same path.
  recursive,
  /// The origin asks each hop for the next one.
  iterative,
  /// The origin asks many peers for all that they know, without naming the key,
  /// and checks what it is told; for rings with hostile peers.
  guarded,
};

/// Gives "semi-recursive", "recursive", "iterative" or "guarded".
[[nodiscard]] std::string_view to_string(routing_strategy strategy) noexcept;

/// Asks a peer for its predecessor and its successor list.
struct get_neighbors {
  uint64_t request = 0;
};

/// Answers `get_neighbors`.
struct neighbors {
  uint64_t request = 0;
  std::optional<peer_ref> predecessor;
  successor_list successors;
};

/// Tells a peer that the sender takes it for its first successor.
struct notify {};

/// Tells a predecessor that what it knows of the sender's neighbours has
/// changed: that its next round of stabilize should not wait.
struct neighbors_changed {};

/// Asks whether a peer is alive.
struct ping {
  uint64_t request = 0;
};

/// Answers `ping`.
struct pong {
  uint64_t request = 0;
};

/// Tells a neighbour that the sender leaves the ring, and whom it leaves
/// behind.
struct leaving {
  std::optional<peer_ref> predecessor;
  successor_list successors;
};

/// Tells of a peer that may belong to another ring, so that the two become one.
/// It travels to the peer whose successor that one should be. Source: Shafaat,
/// Ghodsi, Haridi, "Dealing with network partitions in structured overlay
/// networks" (2009), section 4, whose `mlookup` and `trymerge` it unites. In a
/// ring with hostile peers newcomers introduce themselves to those before them.
struct introduce {
  peer_ref peer;
  /// Hops so far.
  uint16_t hops = 0;
};

/// Looks for the owner of a key, semi-recursively or recursively.
struct lookup {
  uint64_t request = 0;
  ring_id key;
  peer_ref origin;
  routing_strategy strategy = routing_strategy::semi_recursive;
  /// Hops so far.
  uint16_t hops = 0;
  /// Whether the sender takes the receiver for the owner.
  bool final = false;
  /// The way so far, which a recursive answer walks back; empty otherwise.
  peer_list path;
};

/// Answers `lookup`.
struct lookup_answer {
  uint64_t request = 0;
  ring_id key;
  peer_ref owner;
  /// The owner's successor list: where the copies of its records are.
  successor_list successors;
  uint16_t hops = 0;
  /// What is left of the way back; empty otherwise.
  peer_list path;
};

/// Asks a peer which hop it would take next towards a key.
struct get_next_hop {
  uint64_t request = 0;
  ring_id key;
  /// Whether the last hop takes the receiver for the owner.
  bool final = false;
  /// Peers that the origin found dead.
  std::vector<ring_id> exclude;
};

/// Answers `get_next_hop`.
struct next_hop {
  uint64_t request = 0;
  /// The next hop, or the owner, or the answering peer itself as the owner.
  peer_ref next;
  /// Whether `next` is the owner in the eyes of the answering peer.
  bool final = false;
  /// The owner's successor list, when the answering peer is the owner.
  successor_list successors;
};

/// Asks a peer for all that it routes by. Who is asked does not learn what is
/// looked for, and so not what to lie about. Source: Panchenko, Richter, Rache,
/// "NISAN" (CCS 2009), section 3.
struct get_routes {
  uint64_t request = 0;
};

/// Answers `get_routes`.
struct routes {
  uint64_t request = 0;
  std::optional<peer_ref> predecessor;
  successor_list successors;
  /// The entries of the finger table, nearest first.
  peer_list fingers;
};

/// What peers say to each other to keep the ring and to find keys in it.
using message =
  std::variant<get_neighbors, neighbors, notify, ping, pong, leaving, lookup,
               lookup_answer, get_next_hop, next_hop, introduce,
               neighbors_changed, get_routes, routes>;

/// A message and whom to send it to.
struct outgoing {
  peer_ref to;
  message body;
};

/// What a protocol wants sent, in order.
using outbox = std::vector<outgoing>;

} // namespace carillon::chord
