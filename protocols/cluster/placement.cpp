#include "protocols/cluster/placement.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace carillon::cluster {

namespace {

/// Peers and who is to run them, while that is worked out.
class seating {
public:
  seating(std::vector<member_id> holders, const ring_layout& layout)
    : holders_(std::move(holders))
    , layout_(layout)
    , ranks_(holders_.size()) {
    for (size_t rank = 0; rank < layout.order.size(); ++rank)
      ranks_[layout.order[rank]] = rank;
  }

  /// Sets how many peers each member is to have, so that the fewest move:
  /// whoever has most may keep one more than the others.
  void set_quotas(std::vector<member_id> members) {
    for (const auto id : members)
      counts_[id] = 0;
    for (auto& holder : holders_) {
      if (counts_.contains(holder))
        ++counts_[holder];
      else
        holder = 0;
    }
    std::ranges::sort(members, [this](member_id lhs, member_id rhs) {
      return std::pair{counts_[rhs], lhs} < std::pair{counts_[lhs], rhs};
    });
    const auto share = holders_.size() / members.size();
    const auto rest = holders_.size() % members.size();
    for (size_t i = 0; i < members.size(); ++i)
      quotas_[members[i]] = share + (i < rest ? 1 : 0);
  }

  /// Takes peers from members that have too many, first those with most
  /// neighbours on the same member.
  void release() {
    for (const auto& [id, quota] : quotas_) {
      for (; counts_[id] > quota; --counts_[id]) {
        size_t best = holders_.size();
        for (size_t i = 0; i < holders_.size(); ++i) {
          if (holders_[i] == id
              && (best == holders_.size()
                  || neighbours(i, id) > neighbours(best, id)))
            best = i;
        }
        holders_[best] = 0;
      }
    }
  }

  /// Gives each peer that nobody has to a member with room, best one that has
  /// none of its neighbours, then lets two of them change places as long as
  /// that parts neighbours.
  void fill() {
    std::vector<size_t> given;
    for (const auto i : layout_.order) {
      if (holders_[i] != 0)
        continue;
      given.push_back(i);
      member_id best = 0;
      for (const auto& [id, quota] : quotas_) {
        if (counts_[id] < quota && (best == 0 || suits_better(i, id, best)))
          best = id;
      }
      holders_[i] = best;
      ++counts_[best];
    }
    while (improve(given)) {
    }
  }

  [[nodiscard]] std::vector<member_id> take() && {
    return std::move(holders_);
  }

private:
  /// Lets two peers change places if that parts neighbours.
  bool improve(const std::vector<size_t>& given) {
    for (const auto i : given) {
      for (const auto j : given) {
        if (holders_[i] == holders_[j])
          continue;
        const auto before =
          neighbours(i, holders_[i]) + neighbours(j, holders_[j]);
        std::swap(holders_[i], holders_[j]);
        if (neighbours(i, holders_[i]) + neighbours(j, holders_[j]) < before)
          return true;
        std::swap(holders_[i], holders_[j]);
      }
    }
    return false;
  }

  /// Compares members that have room for a peer: by its neighbours that they
  /// have, then by the room.
  [[nodiscard]] bool suits_better(size_t peer, member_id lhs,
                                  member_id rhs) const {
    const auto left = neighbours(peer, lhs);
    const auto right = neighbours(peer, rhs);
    if (left != right)
      return left < right;
    return room(lhs) > room(rhs);
  }

  [[nodiscard]] size_t room(member_id id) const {
    return quotas_.at(id) - counts_.at(id);
  }

  /// Counts the neighbours of a peer that a member has.
  [[nodiscard]] size_t neighbours(size_t peer, member_id id) const {
    const auto size = holders_.size();
    size_t count = 0;
    for (size_t step = 1; step <= layout_.reach && 2 * step <= size; ++step) {
      const auto after = layout_.order[(ranks_[peer] + step) % size];
      const auto before = layout_.order[(ranks_[peer] + size - step) % size];
      count += holders_[after] == id ? 1 : 0;
      count += before != after && holders_[before] == id ? 1 : 0;
    }
    return count;
  }

  std::vector<member_id> holders_;
  const ring_layout& layout_;
  /// Where each peer stands in the order of the ring.
  std::vector<size_t> ranks_;
  std::map<member_id, size_t> counts_;
  std::map<member_id, size_t> quotas_;
};

} // namespace

std::vector<member_id> place_peers(std::vector<member_id> holders,
                                   std::vector<member_id> members,
                                   const ring_layout& layout) {
  seating result{std::move(holders), layout};
  result.set_quotas(std::move(members));
  result.release();
  result.fill();
  return std::move(result).take();
}

} // namespace carillon::cluster
