#include "runtime/cluster/cluster_report.hpp"

#include <algorithm>

namespace carillon {

namespace {

using members = std::vector<cluster_report::member>;

std::string describe(const cluster_report::member& which) {
  return which.name + " at " + which.endpoint;
}

bool contains(const members& where, const cluster_report::member& which) {
  return std::ranges::any_of(
    where, [&](const auto& each) { return each.endpoint == which.endpoint; });
}

/// Names the leader; empty when there is none.
std::string leader_of(const cluster_report& cluster) {
  const auto found =
    std::ranges::find_if(cluster.members, &cluster_report::member::leads);
  return found == cluster.members.end() ? std::string{} : describe(*found);
}

} // namespace

std::vector<std::pair<log_level, std::string>>
changes_between(const cluster_report& before, const cluster_report& after) {
  std::vector<std::pair<log_level, std::string>> result;
  for (const auto& each : after.members) {
    if (!contains(before.members, each))
      result.emplace_back(log_level::info,
                          describe(each) + " is a member of the cluster");
  }
  for (const auto& each : before.members) {
    if (!contains(after.members, each))
      result.emplace_back(log_level::info,
                          describe(each)
                            + " is not a member of the cluster any more");
  }
  if (const auto leader = leader_of(after);
      !leader.empty() && leader != leader_of(before))
    result.emplace_back(log_level::info, leader + " leads the cluster");
  if (before.has_majority && !after.has_majority)
    result.emplace_back(log_level::warning,
                        "no majority of the cluster is there: this member "
                        "stops its peers");
  if (!before.has_majority && after.has_majority)
    result.emplace_back(log_level::info, "a majority of the cluster is there");
  return result;
}

} // namespace carillon
