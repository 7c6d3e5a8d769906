#include "runtime/cluster/cluster_connections.hpp"

#include "runtime/defaults.hpp"

#include <caf/all.hpp>

#include <iterator>
#include <utility>

namespace carillon {

namespace {

/// What another member may have said of its node: 64 digits, a number, and 8
/// digits.
constexpr size_t max_node_text = 96;

} // namespace

void cluster_connections::connect(const std::string& address,
                                  cluster::member_id id, timestamp now) {
  auto& known = attempts_[address];
  if (id == 0)
    id = known.leads_to;
  const auto where = parse_endpoint(address);
  if (known.pending || now < known.retry || !where || id == greeting_.self
      || members_.contains(id))
    return;
  known = {now + defaults::cluster_retry, true, id, known.was_refused};
  open(address, *where);
}

void cluster_connections::open(const std::string& address,
                               const endpoint& where) {
  self_
    ->request(io_, defaults::cluster_connect_timeout, caf::connect_atom_v,
              where.host, where.port)
    .then([this,
           address](const caf::node_id&, const caf::strong_actor_ptr& who,
                    const std::set<std::string>&) { introduce(address, who); },
          [this, address](const caf::error& why) { close(address, why); });
}

void cluster_connections::introduce(const std::string& address,
                                    const caf::strong_actor_ptr& who) {
  if (!who) {
    close(address, caf::sec::cannot_connect_to_node);
    return;
  }
  self_
    ->request(caf::actor_cast<cluster_member_actor>(who),
              defaults::cluster_connect_timeout, view_atom_v, greeting_.self,
              greeting_.node, caf::actor_cast<caf::strong_actor_ptr>(self_))
    .then(
      [this, address, who](uint64_t id) {
        auto& known = attempts_[address];
        known.pending = false;
        known.leads_to = id;
        note_refusal(address, std::exchange(known.was_refused, id == 0), id);
        if (id != 0 && id != greeting_.self)
          enter(id, who);
      },
      [this, address](const caf::error& why) { close(address, why); });
}

/// Tells the operator, but not each time again.
void cluster_connections::note_refusal(const std::string& address,
                                       bool was_refused,
                                       cluster::member_id id) const {
  if (id == 0 && !was_refused)
    log_.write(log_level::error, {}, [&] {
      return "cluster: the member at " + address
        + " refuses this one, which is of node/peers/secret " + greeting_.node
        + ": use its node.peers and cluster.secret, and a data directory of "
          "this cluster or a new one";
    });
}

void cluster_connections::close(const std::string& address,
                                const caf::error& why) {
  attempts_[address].pending = false;
  log_.write(log_level::debug, {}, [&] {
    return "cluster: no connection to " + address + ": " + to_string(why);
  });
}

bool cluster_connections::greet(cluster::member_id id, const std::string& node,
                                const caf::strong_actor_ptr& who) {
  if (id == 0 || !who || node != greeting_.node) {
    if (std::exchange(refused_, node) != node)
      log_.write(log_level::error, {}, [&] {
        return "cluster: refused a member of node/peers/secret "
          + node.substr(0, max_node_text) + ", as this one is of "
          + greeting_.node;
      });
    return false;
  }
  if (id != greeting_.self)
    enter(id, who);
  return true;
}

void cluster_connections::enter(cluster::member_id id,
                                const caf::strong_actor_ptr& who) {
  auto handle = caf::actor_cast<cluster_member_actor>(who);
  auto& known = members_[id];
  if (known == handle)
    return;
  // What it tells about its peers may have come before it answered.
  const auto is_another = static_cast<bool>(known);
  known = std::move(handle);
  self_->monitor(known);
  on_connected_(id, is_another);
}

cluster_member_actor cluster_connections::find(cluster::member_id id,
                                               std::minstd_rand& random) const {
  if (id == 0 && !members_.empty())
    return std::next(members_.begin(),
                     static_cast<ptrdiff_t>(random() % members_.size()))
      ->second;
  const auto known = members_.find(id);
  return known == members_.end() ? cluster_member_actor{} : known->second;
}

std::optional<cluster::member_id>
cluster_connections::remove(const caf::actor_addr& who) {
  for (const auto& [id, handle] : members_) {
    if (handle.address() == who) {
      const auto result = id;
      members_.erase(id);
      return result;
    }
  }
  return std::nullopt;
}

} // namespace carillon
