#pragma once

#include "bench/scenario.hpp"
#include "runtime/peer_host.hpp"

#include <memory>
#include <vector>

namespace carillon {

/// How a ring of many peers is made.
struct settled_host_config {
  size_t peers = 0;
  /// Seeds the choices of peers; keys are always fresh.
  uint64_t seed = 0;
};

/// A settled ring of many virtual peers of one node, in this process and in
/// real time, with all four actors of each peer. Their records stay in memory.
class settled_host {
public:
  /// Starts the peers and waits until each has its place.
  /// @returns what making keys, descriptor and ticket gives, `unreachable`, or
  ///          `interrupted`.
  [[nodiscard]] static expected<std::unique_ptr<settled_host>>
  make(const settled_host_config& config, const scenario_run& run);

  /// The peers, in the order of their ids.
  [[nodiscard]] const chord::peer_list& peers() const noexcept {
    return peers_;
  }

  /// Their handles, in the same order.
  [[nodiscard]] const std::vector<peer_actor>& handles() const noexcept {
    return handles_;
  }

  [[nodiscard]] caf::actor_system& system() noexcept {
    return host_->system();
  }

  [[nodiscard]] const node_context& context() const noexcept {
    return *host_->context();
  }

  /// Gives the share of peers whose predecessor and successor list are those of
  /// a settled ring.
  /// @returns `interrupted`.
  [[nodiscard]] expected<double> settled_share(const scenario_run& run);

private:
  settled_host() = default;

  expected<void> spawn_evaluators(const scenario_run& run);

  chord::peer_list peers_;
  std::vector<peer_actor> handles_;
  // Last, so that the actors end before what they use.
  std::unique_ptr<peer_host> host_;
};

} // namespace carillon
