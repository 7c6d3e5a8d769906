#include "protocols/cluster/follower_table.hpp"

#include "protocols/cluster/defaults.hpp"

#include <algorithm>

namespace carillon::cluster {

void follower_table::begin(timestamp now) {
  followers_.clear();
  rounds_.clear();
  confirmed_clocks_.clear();
  confirmed_at_ = now;
}

void follower_table::adopt(const view& base, const view& next, timestamp now) {
  std::erase_if(followers_, [&](const auto& entry) {
    return find_member(base, entry.first) == nullptr
      && find_member(next, entry.first) == nullptr;
  });
  for (const auto* where : {&base, &next}) {
    for (const auto& each : where->members)
      followers_.try_emplace(each.id, follower{now, std::nullopt, {}, 0});
  }
}

uint64_t follower_table::open_round(timestamp now) {
  if (rounds_.size() == defaults::max_rounds)
    rounds_.pop_front();
  round next{++last_round_, now, {}, {}};
  for (const auto& [id, known] : followers_) {
    if (known.clock)
      next.clocks.emplace(id, *known.clock);
  }
  rounds_.push_back(std::move(next));
  return last_round_;
}

void follower_table::note(member_id from, const beat_answer& answer,
                          timestamp now) {
  const auto known = followers_.find(from);
  if (known == followers_.end())
    return;
  auto& [heard, clock, accepted, applied] = known->second;
  heard = now;
  clock = answer.clock;
  accepted = std::max(accepted, answer.accepted);
  // A member that was started again runs nothing yet.
  applied = answer.applied;
  const auto which = std::ranges::find(rounds_, answer.round, &round::number);
  if (which != rounds_.end())
    which->answered.insert(from);
}

void follower_table::confirm(const view& base, const view& next) {
  const auto newest =
    std::find_if(rounds_.rbegin(), rounds_.rend(), [&](const round& each) {
      const auto has_answered = [&](member_id id) {
        return each.answered.contains(id);
      };
      return is_majority(base, has_answered) && is_majority(next, has_answered);
    });
  if (newest == rounds_.rend())
    return;
  confirmed_at_ = newest->begun;
  confirmed_clocks_ = std::move(newest->clocks);
  rounds_.erase(rounds_.begin(), newest.base());
}

std::optional<uint64_t> follower_table::granted(member_id id) const {
  const auto known = confirmed_clocks_.find(id);
  return known == confirmed_clocks_.end() ? std::nullopt
                                          : std::optional{known->second};
}

bool follower_table::has_accepted(member_id id,
                                  const view_version& version) const {
  const auto known = followers_.find(id);
  return known != followers_.end() && known->second.accepted >= version;
}

bool follower_table::has_applied(member_id id, uint64_t number) const {
  const auto known = followers_.find(id);
  return known != followers_.end() && known->second.applied >= number;
}

bool follower_table::is_silent(member_id id, timestamp now) const {
  const auto known = followers_.find(id);
  return known != followers_.end()
    && now >= known->second.heard + defaults::failover;
}

} // namespace carillon::cluster
