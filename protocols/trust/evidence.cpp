#include "protocols/trust/evidence.hpp"

#include <algorithm>

namespace carillon::trust {

void evidence::add(const chord::ring_id& peer, outcome what) {
  if (peers_.size() >= max_peers_ && !peers_.contains(peer))
    make_room();
  auto& seen = peers_[peer];
  switch (what) {
  case outcome::good_answer:
    seen.good += defaults::good_weight;
    break;
  case outcome::bad_share:
  case outcome::bad_record:
  case outcome::bad_message:
    seen.bad += defaults::lie_weight;
    break;
  case outcome::no_answer:
    seen.bad += defaults::silence_weight;
    break;
  }
  if (seen.good + seen.bad > defaults::max_evidence) {
    seen.good /= 2;
    seen.bad /= 2;
  }
}

opinion evidence::about(const chord::ring_id& peer) const {
  const auto it = peers_.find(peer);
  if (it == peers_.end())
    return {};
  return from_evidence(it->second.good, it->second.bad);
}

void evidence::make_room() {
  const auto known = [](const auto& entry) {
    return entry.second.good + entry.second.bad;
  };
  peers_.erase(std::min_element(
    peers_.begin(), peers_.end(),
    [&](const auto& lhs, const auto& rhs) { return known(lhs) < known(rhs); }));
}

} // namespace carillon::trust
