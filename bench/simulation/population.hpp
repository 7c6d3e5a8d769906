#pragma once

#include "bench/simulation/agenda.hpp"
#include "bench/simulation/lifetimes.hpp"

#include <functional>

namespace carillon {

/// The peers of a ring in virtual time that come and go. Each that goes is
/// followed by a newcomer at the same moment, so that the ring keeps its size;
/// every second one leaves in order.
class population {
public:
  /// Who is told, and asked.
  struct observer {
    /// Tells whether a peer may go at all; all may if empty.
    std::function<bool(const chord::peer_ref&)> may_go;
    std::function<void(const chord::peer_ref&)> on_gone;
    std::function<void(const chord::peer_ref&)> on_joined;
  };

  /// Plans the ends of all peers of the ring.
  /// @param ring, events must outlive this object, which must outlive what is
  ///        planned.
  /// @param end when peers stop coming and going.
  population(virtual_ring& ring, agenda& events, lifetimes lasting,
             timestamp end, observer watching);
  population(const population&) = delete;
  population& operator=(const population&) = delete;

private:
  void plan_end(const chord::peer_ref& peer, duration left);
  void replace(const chord::peer_ref& peer);

  virtual_ring& ring_;
  agenda& events_;
  lifetimes lifetimes_;
  timestamp end_;
  observer observer_;
};

} // namespace carillon
