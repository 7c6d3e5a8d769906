#include "runtime/link/ring_seeker.hpp"

#include "runtime/defaults.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

ring_seeker::ring_seeker(std::vector<bootstrap_endpoint> configured,
                         const std::vector<endpoint>& remembered, uint32_t seed)
  : entries_(std::move(configured))
  , random_(seed) {
  if (entries_.size() > 2)
    std::shuffle(entries_.begin() + 1, entries_.end(), random_);
  const auto count = static_cast<ptrdiff_t>(entries_.size());
  for (const auto& address : remembered)
    entries_.push_back({address, std::nullopt});
  std::shuffle(entries_.begin() + count, entries_.end(), random_);
}

std::optional<bootstrap_endpoint> ring_seeker::next(timestamp now) {
  if (!offered_.empty() && now >= next_offered_) {
    next_offered_ = now + defaults::discovered_interval;
    bootstrap_endpoint result{std::move(offered_.front()), std::nullopt};
    offered_.pop_front();
    return result;
  }
  if (now < not_before_ || entries_.empty())
    return std::nullopt;
  const auto result = entries_[position_++];
  if (position_ == entries_.size())
    wait(now);
  return result;
}

void ring_seeker::offer(const endpoint& where) {
  if (offered_.size() < defaults::max_discovered_nodes
      && std::ranges::find(offered_, where) == offered_.end())
    offered_.push_back(where);
}

void ring_seeker::found() noexcept {
  delay_ = {};
  not_before_ = {};
}

void ring_seeker::wait(timestamp now) {
  std::ranges::shuffle(entries_, random_);
  position_ = 0;
  delay_ =
    std::clamp(2 * delay_, defaults::link_retry, defaults::max_link_retry);
  // Nodes that lost the ring together must not all come back at once.
  std::uniform_int_distribution<duration::rep> some{delay_.count() / 2,
                                                    delay_.count()};
  not_before_ = now + duration{some(random_)};
}

} // namespace carillon
