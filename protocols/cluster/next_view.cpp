#include "protocols/cluster/next_view.hpp"

#include "protocols/cluster/defaults.hpp"

#include <algorithm>

namespace carillon::cluster {

namespace {

view without(view present, member_id id) {
  std::erase_if(present.members,
                [id](const member& each) { return each.id == id; });
  for (auto& each : present.seats) {
    if (each.holder == id)
      each = {0, id, each.incarnation};
  }
  return present;
}

view with(view present, const member& who) {
  const auto place =
    std::ranges::lower_bound(present.members, who.id, {}, &member::id);
  if (place != present.members.end() && place->id == who.id)
    *place = who;
  else
    present.members.insert(place, who);
  return present;
}

/// Tells whether a member can be let in. Another one with its endpoint is one
/// that was there before, with another data directory: the cluster has to find
/// out first that it is gone.
bool may_join(const view& present, const member& who) {
  const auto clashes = [&](const member& other) {
    return other.id != who.id && other.endpoint == who.endpoint;
  };
  const auto* known = find_member(present, who.id);
  return (known != nullptr ? *known != who
                           : present.members.size() < defaults::max_members)
    && std::ranges::none_of(present.members, clashes);
}

bool runs_something(const view& present, member_id id) {
  return std::ranges::any_of(present.seats, [id](const seat& each) {
    return each.holder == id || (each.holder == 0 && each.former == id);
  });
}

/// Hands peers over so that they run where they should.
std::optional<view> rearrange(const view& present,
                              const follower_table& followers,
                              const std::set<member_id>& leaving,
                              const ring_layout& layout) {
  std::vector<member_id> members;
  for (const auto& each : present.members) {
    if (!leaving.contains(each.id))
      members.push_back(each.id);
  }
  if (members.empty())
    return std::nullopt;
  std::vector<member_id> holders;
  for (const auto& each : present.seats)
    holders.push_back(each.holder);
  const auto wanted = place_peers(std::move(holders), members, layout);
  auto result = present;
  for (size_t i = 0; i < wanted.size(); ++i) {
    auto& where = result.seats[i];
    if (where.holder == wanted[i])
      continue;
    if (where.holder != 0)
      where = {0, where.holder, where.incarnation};
    else if (find_member(present, where.former) == nullptr
             || followers.has_applied(where.former, present.version.number))
      where = {wanted[i], where.former, where.incarnation + 1};
  }
  return result == present ? std::nullopt : std::optional{std::move(result)};
}

} // namespace

std::optional<view> next_view(const view& present,
                              const follower_table& followers,
                              const membership_wishes& wishes,
                              const ring_layout& layout, timestamp now) {
  for (const auto& each : present.members) {
    if (followers.is_silent(each.id, now)
        || (wishes.leaving.contains(each.id) && present.members.size() > 1
            && !runs_something(present, each.id)))
      return without(present, each.id);
  }
  const auto joining = std::ranges::find_if(
    wishes.joining, [&](const member& who) { return may_join(present, who); });
  if (joining != wishes.joining.end())
    return with(present, *joining);
  return rearrange(present, followers, wishes.leaving, layout);
}

} // namespace carillon::cluster
