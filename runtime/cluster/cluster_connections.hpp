#pragma once

#include "actors/log.hpp"
#include "protocols/cluster/view.hpp"
#include "protocols/time.hpp"
#include "runtime/cluster/cluster_interfaces.hpp"
#include "runtime/endpoint.hpp"

#include <caf/io/middleman_actor.hpp>

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace carillon {

/// Who a member is to those that it connects to.
struct cluster_greeting {
  cluster::member_id self = 0;
  /// Names the node whose peers the cluster runs, how many they are, and the
  /// cluster's key (`cluster::describe_secret`).
  std::string node;
};

/// The connections of a member to the others: opens those that are missing,
/// and knows the actor behind each id. Belongs to one actor.
class cluster_connections {
public:
  /// Is told about members that have connected, and whether another process of
  /// the same member was connected until now.
  using observer = std::function<void(cluster::member_id, bool is_another)>;

  cluster_connections(cluster_member_actor::pointer self,
                      cluster_greeting greeting, caf::io::middleman_actor io,
                      logger log, observer on_connected)
    : self_(self)
    , greeting_(std::move(greeting))
    , io_(std::move(io))
    , log_(std::move(log))
    , on_connected_(std::move(on_connected)) {}

  /// Opens a connection to an address, as "host:port", unless there is one to
  /// the member behind it, or it was tried just now. CAF loses both of two
  /// connections that two members open to each other at once.
  /// @param id who is there; nobody when that is not known yet.
  void connect(const std::string& address, cluster::member_id id,
               timestamp now);

  /// Takes the greeting of another member.
  /// @returns whether it is one of this cluster.
  bool greet(cluster::member_id id, const std::string& node,
             const caf::strong_actor_ptr& who);

  /// Gives the actor of a member; for nobody, any member.
  [[nodiscard]] cluster_member_actor find(cluster::member_id id,
                                          std::minstd_rand& random) const;

  /// Gives the members that are connected.
  [[nodiscard]] const std::map<cluster::member_id, cluster_member_actor>&
  all() const noexcept {
    return members_;
  }

  /// Forgets a member that is gone.
  /// @returns its id, if it was known.
  std::optional<cluster::member_id> remove(const caf::actor_addr& who);

private:
  struct attempt {
    timestamp retry;
    bool pending = false;
    cluster::member_id leads_to = 0;
    /// The member there has not taken this one for one of its cluster.
    bool was_refused = false;
  };

  void open(const std::string& address, const endpoint& where);
  void introduce(const std::string& address, const caf::strong_actor_ptr& who);
  void note_refusal(const std::string& address, bool was_refused,
                    cluster::member_id id) const;
  void close(const std::string& address, const caf::error& why);
  void enter(cluster::member_id id, const caf::strong_actor_ptr& who);

  cluster_member_actor::pointer self_;
  cluster_greeting greeting_;
  caf::io::middleman_actor io_;
  logger log_;
  observer on_connected_;
  std::map<cluster::member_id, cluster_member_actor> members_;
  std::map<std::string, attempt> attempts_;
  /// What the last member was of that this one has refused.
  std::string refused_;
};

} // namespace carillon
