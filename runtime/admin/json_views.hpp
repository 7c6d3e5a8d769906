#pragma once

#include "actors/messages.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "runtime/call_journal.hpp"
#include "runtime/cluster/cluster_report.hpp"
#include "runtime/link/link_view.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What the admin interface tells, as JSON. `docs/admin.md` shows all of it.
/// Times are texts of RFC 3339 in UTC, durations numbers of milliseconds.
namespace carillon {

/// Gives a time as `2026-01-31T09:30:00.123Z`.
[[nodiscard]] std::string time_text(timestamp when);

/// Names a peer and its node.
[[nodiscard]] nlohmann::json peer_json(const chord::peer_ref& peer);

/// Lists a part of a node's peers, and how many there are in each state.
/// @param offset the first to list.
/// @param limit the most to list.
[[nodiscard]] nlohmann::json
peers_json(const std::vector<inspected_peer>& peers, size_t offset,
           size_t limit);

/// Lists the members of a cluster.
[[nodiscard]] nlohmann::json cluster_json(const cluster_report& cluster);

/// Adds to what `peers_json` gives at which member each peer runs.
void add_holders(nlohmann::json& listed, const cluster_report& cluster);

[[nodiscard]] nlohmann::json ring_json(const identity::ring_descriptor& ring);

[[nodiscard]] nlohmann::json links_json(const std::vector<link_view>& links);

/// @param key as it was asked for.
[[nodiscard]] nlohmann::json lookup_json(std::string_view key,
                                         const chord::lookup_result& found,
                                         duration took);

[[nodiscard]] nlohmann::json user_json(const identity::address_of_record& who,
                                       const user_report& found,
                                       const std::vector<key_alarm>& alarms);

[[nodiscard]] nlohmann::json call_json(std::string_view trace,
                                       const call_story& story);

} // namespace carillon
