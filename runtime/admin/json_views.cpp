#include "runtime/admin/json_views.hpp"

#include "runtime/admin/health.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace carillon {

using nlohmann::json;

namespace {

double milliseconds_of(duration value) {
  return std::chrono::duration<double, std::milli>{value}.count();
}

int64_t seconds_of(duration value) {
  return std::chrono::duration_cast<std::chrono::seconds>(value).count();
}

std::string node_text(const chord::peer_ref& peer) {
  return peer.node ? to_hex(peer.node->fingerprint) : std::string{};
}

json ids_json(const chord::peer_list& peers) {
  auto result = json::array();
  for (const auto& peer : peers)
    result.push_back(peer.id.to_hex());
  return result;
}

json peer_view_json(const inspected_peer& peer) {
  json result{{"id", peer.self.id.to_hex()},
              {"index", peer.self.index},
              {"state", peer_state_name(peer)}};
  if (!peer.view)
    return result;
  const auto& near = peer.view->neighbours;
  result["predecessor"] =
    near.predecessor ? json(near.predecessor->id.to_hex()) : json();
  result["successors"] = ids_json(near.successors);
  result["fingers"] = peer.view->fingers;
  return result;
}

json location_json(const location_reading& where) {
  if (!where.found)
    return {{"error", to_string(where.found.error())}};
  const auto& found = where.found->location;
  return {{"registered", !found.tombstone},      {"peer", found.peer.to_hex()},
          {"index", found.peer_index},           {"node", found.node.to_hex()},
          {"endpoint", found.endpoint},          {"epoch", found.epoch},
          {"expires", time_text(found.expires)}, {"hops", where.hops}};
}

json key_json(const key_reading& key) {
  if (!key.bundle)
    return {{"error", to_string(key.bundle.error())}};
  const auto& [bundle, encoded, admission] = *key.bundle;
  return {{"fingerprint", bundle.id().to_groups()},
          {"epoch", bundle.epoch},
          {"created", time_text(bundle.created)},
          {"admitted", time_text(admission.not_before)},
          {"expires", time_text(admission.expires)},
          {"k", admission.k},
          {"n", admission.n},
          {"certified", admission.certified},
          {"answers", key.outcomes.size()}};
}

std::string_view outcome_name(call_outcome outcome) noexcept {
  switch (outcome) {
  case call_outcome::registered:
    return "registered";
  case call_outcome::register_refused:
  case call_outcome::refused:
    return "refused";
  case call_outcome::redirected:
    return "redirected";
  case call_outcome::forwarded:
    return "forwarded";
  }
  return "unknown";
}

} // namespace

std::string time_text(timestamp when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{
    std::chrono::floor<std::chrono::milliseconds>(when - day)};
  std::array<char, 40> text{};
  std::snprintf(
    text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
    static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
    static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
    static_cast<int>(time.minutes().count()),
    static_cast<int>(time.seconds().count()),
    static_cast<int>(time.subseconds().count()));
  return text.data();
}

json peer_json(const chord::peer_ref& peer) {
  return {{"id", peer.id.to_hex()},
          {"index", peer.index},
          {"node", node_text(peer)},
          {"endpoint", peer.node ? peer.node->endpoint : std::string{}}};
}

json peers_json(const std::vector<inspected_peer>& peers, size_t offset,
                size_t limit) {
  std::map<std::string_view, size_t> states;
  for (const auto state : peer_states)
    states.emplace(state, 0);
  for (const auto& peer : peers)
    ++states[peer_state_name(peer)];
  auto listed = json::array();
  const auto begin = std::min(offset, peers.size());
  const auto end = begin + std::min(limit, peers.size() - begin);
  for (auto i = begin; i < end; ++i)
    listed.push_back(peer_view_json(peers[i]));
  json counts = json::object();
  for (const auto& [state, count] : states)
    counts[std::string{state}] = count;
  return {{"total", peers.size()},
          {"offset", offset},
          {"limit", limit},
          {"states", std::move(counts)},
          {"peers", std::move(listed)}};
}

json cluster_json(const cluster_report& cluster) {
  auto members = json::array();
  for (const auto& each : cluster.members)
    members.push_back({{"name", each.name},
                       {"endpoint", each.endpoint},
                       {"peers", each.peers},
                       {"self", each.is_self},
                       {"leads", each.leads},
                       {"connected", each.is_connected}});
  return {{"majority", cluster.has_majority}, {"members", std::move(members)}};
}

void add_holders(json& listed, const cluster_report& cluster) {
  for (auto& peer : listed["peers"]) {
    const auto index = peer["index"].get<size_t>();
    const auto holder =
      index < cluster.holders.size() ? cluster.holders[index] : std::nullopt;
    peer["member"] = holder ? json(cluster.members[*holder].endpoint) : json();
  }
}

json ring_json(const identity::ring_descriptor& ring) {
  const auto& settings = ring.settings();
  auto keys = json::array();
  for (const auto& encoded : settings.bootstrap_keys)
    if (const auto key =
          identity::public_key::parse(encoded, identity::key_use::signature))
      keys.push_back(key->id().to_hex());
  auto suites = json::array();
  for (const auto suite : settings.suites)
    suites.push_back(to_string(suite));
  auto modes = json::array();
  for (const auto mode : settings.modes)
    modes.push_back(to_string(mode));
  return {{"fingerprint", ring.ring().to_hex()},
          {"version", ring.version()},
          {"domain", settings.domain},
          {"mode",
           settings.identity == identity::identity_mode::ad_hoc ? "ad-hoc"
                                                                : "enrolled"},
          {"k", settings.k},
          {"n", settings.n},
          {"replicas", settings.replicas},
          {"suites", std::move(suites)},
          {"security", std::move(modes)},
          {"admission_lifetime_s", seconds_of(settings.admission_lifetime)},
          {"location_lifetime_s", seconds_of(settings.location_lifetime)},
          {"ticket_lifetime_s", seconds_of(settings.ticket_lifetime)},
          {"bootstrap_keys", std::move(keys)}};
}

json links_json(const std::vector<link_view>& links) {
  auto result = json::array();
  for (const auto& link : links)
    result.push_back({{"node", link.node.to_hex()},
                      {"address", link.address},
                      {"dialled", link.dialled},
                      {"via", link.via ? json(link.via->to_hex()) : json{}},
                      {"since", time_text(link.since)},
                      {"peers", link.peers},
                      {"frames_in", link.frames_in},
                      {"frames_out", link.frames_out},
                      {"queued_bytes", link.queued_bytes}});
  return {{"links", std::move(result)}};
}

json lookup_json(std::string_view key, const chord::lookup_result& found,
                 duration took) {
  auto successors = json::array();
  for (const auto& peer : found.successors)
    successors.push_back(peer_json(peer));
  return {{"key", key},
          {"id", found.key.to_hex()},
          {"owner", peer_json(found.owner)},
          {"successors", std::move(successors)},
          {"hops", found.hops},
          {"attempts", found.attempts},
          {"duration_ms", milliseconds_of(took)}};
}

json user_json(const identity::address_of_record& who, const user_report& found,
               const std::vector<key_alarm>& alarms) {
  auto told = json::array();
  for (const auto& alarm : alarms)
    told.push_back({{"when", time_text(alarm.when)},
                    {"raised_by", alarm.raised_by},
                    {"trace", alarm.trace},
                    {"why", alarm.why}});
  return {{"user", to_string(who)},
          {"location", location_json(found.where)},
          {"key", key_json(found.key)},
          {"alarms", std::move(told)}};
}

json call_json(std::string_view trace, const call_story& story) {
  auto steps = json::array();
  for (const auto& step : story.steps)
    steps.push_back(
      {{"when", time_text(step.when)},
       {"ms", milliseconds_of(step.when - story.steps.front().when)},
       {"user", step.user},
       {"step", step.step},
       {"detail", step.detail}});
  return {
    {"trace", trace},
    {"what", story.what},
    {"outcome", story.outcome ? json(outcome_name(*story.outcome)) : json()},
    {"ending", story.ending},
    {"steps", std::move(steps)}};
}

} // namespace carillon
