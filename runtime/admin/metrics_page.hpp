#pragma once

#include "actors/messages.hpp"
#include "actors/node_metrics.hpp"
#include "protocols/time.hpp"
#include "runtime/call_journal.hpp"
#include "runtime/cluster/cluster_report.hpp"
#include "runtime/link/link_counts.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// What the figures of a node are made of.
struct metrics_sources {
  const std::vector<inspected_peer>& peers;
  const node_metrics& counts;
  const call_journal& journal;
  /// Nothing when the node has no links.
  std::optional<link_report> links;
  bool is_ready = false;
  timestamp started;
  timestamp ticket_ends;
  /// Null when the node is no cluster.
  std::shared_ptr<const cluster_report> cluster = nullptr;
};

/// Writes the figures of a node in the text format of Prometheus.
[[nodiscard]] std::string metrics_page(const metrics_sources& from);

} // namespace carillon
