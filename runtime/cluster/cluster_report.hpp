#pragma once

#include "actors/log.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carillon {

/// What a member knows of its cluster, for those who watch over it.
struct cluster_report {
  struct member {
    std::string name;
    /// Where other members connect, as "host:port".
    std::string endpoint;
    /// How many peers it runs.
    size_t peers = 0;
    bool is_self = false;
    bool leads = false;
    /// It is this one, or there is a connection to it.
    bool is_connected = false;
  };

  std::vector<member> members;
  /// The place in `members` of the one that runs the peer with that index;
  /// nothing while it is handed over.
  std::vector<std::optional<size_t>> holders;
  /// A majority follows one leader, so that peers run.
  bool has_majority = false;
};

/// Tells people what has changed, a line each.
[[nodiscard]] std::vector<std::pair<log_level, std::string>>
changes_between(const cluster_report& before, const cluster_report& after);

/// Keeps what a member knows of its cluster. Thread-safe.
class cluster_status {
public:
  using report_ptr = std::shared_ptr<const cluster_report>;

  void replace(cluster_report known) {
    auto next = std::make_shared<const cluster_report>(std::move(known));
    const std::lock_guard lock{mutex_};
    known_ = std::move(next);
  }

  /// Gives what was known last; never null.
  [[nodiscard]] report_ptr get() const {
    const std::lock_guard lock{mutex_};
    return known_;
  }

private:
  mutable std::mutex mutex_;
  report_ptr known_ = std::make_shared<const cluster_report>();
};

} // namespace carillon
