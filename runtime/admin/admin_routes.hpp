#pragma once

#include "actors/node_context.hpp"
#include "runtime/admin/admin_answer.hpp"
#include "runtime/admin/node_status.hpp"
#include "runtime/admin/request_target.hpp"
#include "runtime/call_journal.hpp"
#include "runtime/cluster/cluster_report.hpp"
#include "runtime/link/link_counts.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// What the admin interface can tell and do.
struct admin_sources {
  /// The node's name.
  std::string name;
  /// Outlives the routes.
  caf::actor_system* system = nullptr;
  node_context_ptr node;
  node_identity_ptr identity;
  node_inspector_actor inspector;
  std::shared_ptr<const call_journal> journal;
  std::shared_ptr<const node_status> status;
  /// Gives the links to other nodes; empty when the node has none.
  std::function<link_report()> links;
  /// What the member knows of its cluster; null when the node is none.
  std::shared_ptr<const cluster_status> cluster;
  /// Has the node leave the ring and end.
  std::function<void()> leave;
  timestamp started;
};

/// What can be asked of the admin interface. Thread-safe.
class admin_routes {
public:
  explicit admin_routes(admin_sources sources);

  /// Answers a request: 404 for a path that is not there, 405 for a method that
  /// is not for it.
  /// @param done takes the answer before this returns, or later on a thread of
  ///        the actors. How long to wait is up to the caller.
  void answer(std::string_view method, const request_target& target,
              const take_admin_answer& done) const;

private:
  struct route;

  [[nodiscard]] static const std::vector<route>& table();

  void tell_health(const request_target& target,
                   const take_admin_answer& done) const;
  void tell_metrics(const request_target& target,
                    const take_admin_answer& done) const;
  void tell_node(const request_target& target,
                 const take_admin_answer& done) const;
  void tell_peers(const request_target& target,
                  const take_admin_answer& done) const;
  void tell_ring(const request_target& target,
                 const take_admin_answer& done) const;
  void tell_links(const request_target& target,
                  const take_admin_answer& done) const;
  void look_up(const request_target& target,
               const take_admin_answer& done) const;
  void tell_user(const request_target& target,
                 const take_admin_answer& done) const;
  void tell_call(const request_target& target,
                 const take_admin_answer& done) const;
  void leave(const request_target& target, const take_admin_answer& done) const;

  /// Asks for all peers, and hands on what `describe` makes of them.
  void
  with_peers(const take_admin_answer& done,
             std::function<admin_answer(const std::vector<inspected_peer>&)>
               describe) const;

  /// Shared with the questions that are under way.
  std::shared_ptr<const admin_sources> sources_;
};

} // namespace carillon
