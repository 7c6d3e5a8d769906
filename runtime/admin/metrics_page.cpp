#include "runtime/admin/metrics_page.hpp"

#include "runtime/admin/health.hpp"
#include "runtime/admin/metrics_text.hpp"
#include "runtime/version.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace carillon {

namespace {

using label = metrics_text::label;

int64_t value_of(const std::atomic<uint64_t>& counter) noexcept {
  return static_cast<int64_t>(counter.load(std::memory_order_relaxed));
}

int64_t unix_seconds(timestamp when) noexcept {
  return std::chrono::floor<std::chrono::seconds>(when)
    .time_since_epoch()
    .count();
}

void add_node(metrics_text& out, const metrics_sources& from) {
  out.family("carillon_build_info", "gauge", "The version that runs.");
  out.sample(1, label{"version", program_version()});
  out.figure("carillon_start_time_seconds", "gauge",
             "When the node started, in Unix time.",
             unix_seconds(from.started));
  out.figure("carillon_ready", "gauge",
             "1 when the node is a ready member of the ring.",
             from.is_ready ? 1 : 0);
  out.figure("carillon_ticket_expires_seconds", "gauge",
             "When the admission ticket of the node ends, in Unix time.",
             unix_seconds(from.ticket_ends));
}

void add_peers(metrics_text& out, const metrics_sources& from) {
  std::map<std::string_view, int64_t> states;
  for (const auto state : peer_states)
    states.emplace(state, 0);
  int64_t fingers = 0;
  for (const auto& peer : from.peers) {
    ++states[peer_state_name(peer)];
    if (peer.view)
      fingers += static_cast<int64_t>(peer.view->fingers);
  }
  out.family("carillon_peers", "gauge", "Virtual peers of the node, by state.");
  for (const auto& [state, count] : states)
    out.sample(count, label{"state", state});
  out.figure("carillon_fingers", "gauge",
             "Entries of the finger tables of all peers.", fingers);
  out.figure("carillon_records", "gauge",
             "Records that the peers hold, copies included.",
             from.counts.records.load(std::memory_order_relaxed));
  out.figure("carillon_overlay_messages_total", "counter",
             "Messages of peers that the peers of the node took.",
             static_cast<int64_t>(from.counts.overlay_messages.load()));
}

void add_lookups(metrics_text& out, const node_metrics& counts) {
  int64_t found = 0;
  for (const auto& some : counts.lookups_by_hops)
    found += value_of(some);
  out.family("carillon_lookups_total", "counter",
             "Lookups of the node's peers that have ended, by outcome.");
  out.sample(found, label{"outcome", "found"});
  out.sample(value_of(counts.failed_lookups), label{"outcome", "failed"});
  out.family("carillon_lookup_hops", "histogram",
             "Hops of the lookups that found an owner.");
  int64_t sum = 0;
  for (size_t hops = 0; hops < node_metrics::counted_hops; ++hops) {
    sum += value_of(counts.lookups_by_hops[hops]);
    const auto bound = std::to_string(hops);
    const std::array bucket{label{"le", bound}};
    out.sample("_bucket", sum, bucket);
  }
  out.sample("_bucket", found, std::array{label{"le", "+Inf"}});
  out.sample("_sum", value_of(counts.lookup_hops));
  out.sample("_count", found);
}

void add_calls(metrics_text& out, const metrics_sources& from) {
  const auto count = [&](call_outcome outcome) {
    return static_cast<int64_t>(from.journal.count(outcome));
  };
  using enum call_outcome;
  out.figure("carillon_adapters", "gauge", "Users who have an adapter.",
             from.counts.adapters.load(std::memory_order_relaxed));
  out.family("carillon_registrations_total", "counter",
             "REGISTER requests that were obeyed or refused.");
  out.sample(count(registered), label{"outcome", "registered"});
  out.sample(count(register_refused), label{"outcome", "refused"});
  out.family("carillon_calls_total", "counter",
             "Calls of the node's users, by outcome.");
  out.sample(count(redirected), label{"outcome", "redirected"});
  out.sample(count(forwarded), label{"outcome", "forwarded"});
  out.sample(count(refused), label{"outcome", "refused"});
  out.figure("carillon_key_alarms_total", "counter",
             "Times that a user's key was not the pinned one.",
             static_cast<int64_t>(from.journal.alarm_count()));
}

void add_links(metrics_text& out, const link_report& links) {
  int64_t queued = 0;
  for (const auto& link : links.open)
    queued += static_cast<int64_t>(link.queued_bytes);
  const auto& all = *links.counts;
  out.figure("carillon_links", "gauge", "Links to other nodes.",
             static_cast<int64_t>(links.open.size()));
  out.figure("carillon_link_tunnels", "gauge",
             "Tunnels between other nodes that this one carries.",
             static_cast<int64_t>(links.tunnels));
  out.figure("carillon_link_queued_bytes", "gauge",
             "Bytes that wait to be written to links.", queued);
  out.family("carillon_link_frames_total", "counter",
             "Frames of links, by where they went.");
  out.sample(value_of(all.frames_in), label{"way", "in"});
  out.sample(value_of(all.frames_out), label{"way", "out"});
  out.sample(value_of(all.frames_dropped), label{"way", "dropped"});
  out.family("carillon_link_connections_total", "counter",
             "Connections between nodes, by what became of them.");
  out.sample(value_of(all.opened), label{"outcome", "opened"});
  out.sample(value_of(all.failed), label{"outcome", "failed"});
  out.sample(value_of(all.refused), label{"outcome", "refused"});
  out.figure("carillon_link_misbehaviours_total", "counter",
             "Frames of other nodes that no honest node sends.",
             value_of(all.misbehaviours));
}

void add_cluster(metrics_text& out, const cluster_report& cluster) {
  out.figure("carillon_cluster_majority", "gauge",
             "Whether a majority of the members follows one leader.",
             cluster.has_majority ? 1 : 0);
  out.figure("carillon_cluster_members", "gauge", "Members of the cluster.",
             static_cast<int64_t>(cluster.members.size()));
  out.figure("carillon_cluster_connected", "gauge",
             "Members of the cluster that this one reaches, itself among them.",
             std::ranges::count_if(cluster.members,
                                   &cluster_report::member::is_connected));
}

} // namespace

std::string metrics_page(const metrics_sources& from) {
  metrics_text out;
  add_node(out, from);
  add_peers(out, from);
  add_lookups(out, from.counts);
  add_calls(out, from);
  if (from.links)
    add_links(out, *from.links);
  if (from.cluster)
    add_cluster(out, *from.cluster);
  return out.take();
}

} // namespace carillon
