#include "protocols/chord/suitors.hpp"

#include "protocols/chord/defaults.hpp"

namespace carillon::chord {

void suitors::remember(const peer_ref& notifier, timestamp now) {
  std::erase_if(all_, [&](const suitor& known) {
    return known.peer == notifier
      || known.heard + defaults::suitor_memory <= now;
  });
  if (all_.size() == defaults::suitors)
    all_.erase(all_.begin());
  all_.push_back({notifier, now});
}

void suitors::forget(const ring_id& id) {
  std::erase_if(all_, [&](const suitor& known) { return known.peer.id == id; });
}

std::optional<peer_ref>
suitors::best_successor_of(const peer_ref& asker, const ring_id& self,
                           const std::optional<peer_ref>& predecessor,
                           timestamp now) const {
  auto result = predecessor;
  for (const auto& [peer, heard] : all_) {
    if (heard + defaults::suitor_memory <= now
        || !between(asker.id, peer.id, self))
      continue;
    if (!result || !between(asker.id, result->id, peer.id))
      result = peer;
  }
  return result;
}

} // namespace carillon::chord
