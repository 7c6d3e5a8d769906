#include "bench/simulation/population.hpp"

#include <utility>

namespace carillon {

population::population(virtual_ring& ring, agenda& events, lifetimes lasting,
                       timestamp end, observer watching)
  : ring_(ring)
  , events_(events)
  , lifetimes_(lasting)
  , end_(end)
  , observer_(std::move(watching)) {
  for (const auto& peer : ring.peers())
    if (!observer_.may_go || observer_.may_go(peer))
      plan_end(peer, lifetimes_.draw_rest(ring.random));
}

void population::plan_end(const chord::peer_ref& peer, duration left) {
  const auto when = ring_.now() + left;
  if (when < end_)
    events_.at(when, [this, peer] { replace(peer); });
}

void population::replace(const chord::peer_ref& peer) {
  if (ring_.random() % 2 == 0)
    ring_.start_leaving(peer);
  else
    ring_.crash(peer);
  observer_.on_gone(peer);
  const auto fresh = ring_.join();
  observer_.on_joined(fresh);
  plan_end(fresh, lifetimes_.draw(ring_.random));
}

} // namespace carillon
