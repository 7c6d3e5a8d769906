#pragma once

#include "protocols/chord/finger_table.hpp"
#include "protocols/chord/ring_member.hpp"

#include <span>

namespace carillon::chord {

/// Where a lookup goes next.
struct route {
  enum class kind : uint8_t {
    /// This peer owns the key.
    here,
    /// `next` owns the key, as far as this peer knows.
    owner,
    /// `next` is nearer to the key.
    forward,
    /// Nobody is known who could help.
    none,
  };

  kind what = kind::none;
  const peer_ref* next = nullptr;
};

/// What a peer routes by: its neighbours and its fingers.
struct routing_view {
  const ring_member& member;
  const finger_table& fingers;
};

/// Chooses the next hop towards a key.
/// Source: Stoica et al., "Chord", section 4.2.
/// @param final whether the previous hop takes this peer for the owner
/// @param exclude peers that must not be chosen
/// @returns a route that points into the view
[[nodiscard]] route find_route(const routing_view& view, const ring_id& key,
                               bool final, std::span<const ring_id> exclude);

} // namespace carillon::chord
