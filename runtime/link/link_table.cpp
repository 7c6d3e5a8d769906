#include "runtime/link/link_table.hpp"

#include "protocols/identity/node_fingerprint.hpp"
#include "protocols/link/rivalry.hpp"
#include "runtime/defaults.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

/// Links to one node, which are as many as it is machines.
constexpr size_t max_links_each = 16;

/// Addresses of one node that are kept for the next run.
constexpr size_t max_addresses_each = 4;

/// Gives the fingerprint of the node at the other end.
identity::fingerprint node_of(const link_connection& link) {
  return identity::fingerprint_of(*link.with().node);
}

} // namespace

link_table::link_table(identity::fingerprint own, bool listens, uint32_t seed)
  : own_(own)
  , listens_(listens)
  , random_(seed) {}

message_route link_table::route(const chord::peer_ref& to,
                                link::overlay_frame& frame, timestamp now) {
  const std::lock_guard lock{mutex_};
  message_route result;
  auto* node = find_or_add(identity::fingerprint_of(*to.node));
  if (node == nullptr) {
    result.failure = {errc::overloaded, "too many nodes are known"};
    return result;
  }
  const auto& endpoint = to.node->endpoint;
  result.link = link_to(*node, endpoint);
  if (result.link) {
    // Any member of a cluster passes messages on, but that takes longer.
    const auto& with = result.link->with();
    if (with.is_member && !endpoint.empty() && with.node->endpoint != endpoint
        && begin_dial(*node, endpoint, now))
      result.dial = node->tried = endpoint;
    return result;
  }
  if (!node->dialling) {
    const auto& address = address_of(*node, *to.node, now);
    // Nobody can open a link to the node; nor to this one, if it is hidden,
    // too.
    const bool is_hidden = address.empty();
    const auto introducer =
      is_hidden && listens_ ? introducer_of(*node) : link_ptr{};
    const auto relay = is_hidden && !listens_ ? relay_to(*node) : link_ptr{};
    if ((is_hidden && !introducer && !relay)
        || !begin_dial(*node, address, now)) {
      result.failure = {errc::unreachable, "there is no link to the node"};
      return result;
    }
    result.dial = node->tried = address;
    result.introducer = introducer;
    result.relay = relay;
    if (relay)
      node->asked.push_back(node_of(*relay));
    if (introducer)
      node->wait_until = now + defaults::call_back_timeout;
  }
  if (node->waiting.size() < defaults::max_waiting_messages)
    node->waiting.push_back({to, std::move(frame)});
  return result;
}

expected<link_table::admitted_link> link_table::add(const link_ptr& opened,
                                                    timestamp now) {
  const std::lock_guard lock{mutex_};
  auto* node = find_or_add(node_of(*opened));
  if (node == nullptr)
    return fail(errc::overloaded, "too many nodes are known");
  const auto& from = opened->origin();
  if ((from.dialled && from.expected_node)
      || node->wait_until != timestamp::max())
    end_dial(*node);
  admitted_link result;
  for (auto& link : node->links) {
    const auto are_rivals = link::are_rivals(link->with(), opened->with());
    if (!are_rivals)
      return tl::unexpected{are_rivals.error()};
    if (!*are_rivals)
      continue;
    const auto fresh =
      link::prefers_fresh(own_, {&link->with(), link->origin().dialled},
                          {&opened->with(), opened->origin().dialled});
    if (!fresh)
      return tl::unexpected{fresh.error()};
    result.is_in_use = link->with().run == opened->with().run;
    result.loser = *fresh ? link : opened;
    if (!*fresh)
      return result;
    link = opened;
    break;
  }
  if (!result.loser) {
    if (node->links.size() >= max_links_each)
      return fail(errc::overloaded, "there are too many links to the node");
    node->links.push_back(opened);
  }
  note_address(*node, *opened, now);
  result.waiting = std::exchange(node->waiting, {});
  return result;
}

std::deque<waiting_message> link_table::remove(const link_ptr& ended,
                                               timestamp now) {
  const std::lock_guard lock{mutex_};
  if (ended->was_opened()) {
    const auto known = nodes_.find(node_of(*ended));
    if (known != nodes_.end())
      std::erase(known->second.links, ended);
    return {};
  }
  const auto& from = ended->origin();
  return from.dialled && from.expected_node
    ? give_up_dial(*from.expected_node, now)
    : std::deque<waiting_message>{};
}

link_table::link_ptr link_table::next_relay(const identity::fingerprint& id) {
  const std::lock_guard lock{mutex_};
  const auto known = nodes_.find(id);
  if (known == nodes_.end() || !known->second.links.empty()
      || !known->second.dialling)
    return nullptr;
  auto result = relay_to(known->second);
  if (result)
    known->second.asked.push_back(node_of(*result));
  return result;
}

std::deque<waiting_message>
link_table::dial_failed(const identity::fingerprint& node, timestamp now) {
  const std::lock_guard lock{mutex_};
  return give_up_dial(node, now);
}

void link_table::note_introducer(const chord::node_info& node,
                                 const link_connection& by) {
  const std::lock_guard lock{mutex_};
  const auto id = identity::fingerprint_of(node);
  if (id == own_)
    return;
  if (auto* known = find_or_add(id))
    known->introducer = node_of(by);
}

std::deque<waiting_message> link_table::expire(timestamp now) {
  const std::lock_guard lock{mutex_};
  std::deque<waiting_message> result;
  for (auto& [id, node] : nodes_) {
    if (node.wait_until > now)
      continue;
    end_dial(node);
    back_off(node.again, now);
    for (auto& message : std::exchange(node.waiting, {}))
      result.push_back(std::move(message));
  }
  return result;
}

link_table::link_ptr link_table::find(const identity::fingerprint& node) const {
  const std::lock_guard lock{mutex_};
  const auto known = nodes_.find(node);
  return known == nodes_.end() ? nullptr : link_to(known->second, {});
}

link_table::link_ptr link_table::find(const chord::peer_ref& peer) const {
  const std::lock_guard lock{mutex_};
  const auto known = nodes_.find(identity::fingerprint_of(*peer.node));
  return known == nodes_.end() ? nullptr
                               : link_to(known->second, peer.node->endpoint);
}

bool link_table::has_link(const chord::node_info& node) const {
  const std::lock_guard lock{mutex_};
  const auto known = nodes_.find(identity::fingerprint_of(node));
  return known != nodes_.end() && !known->second.links.empty();
}

std::vector<link_table::link_ptr> link_table::links() const {
  const std::lock_guard lock{mutex_};
  std::vector<link_ptr> result;
  for (const auto& [id, node] : nodes_)
    result.insert(result.end(), node.links.begin(), node.links.end());
  return result;
}

std::vector<link_table::link_ptr> link_table::one_link_each() const {
  const std::lock_guard lock{mutex_};
  std::vector<link_ptr> result;
  for (const auto& [id, node] : nodes_) {
    if (!node.links.empty())
      result.push_back(node.links.front());
  }
  return result;
}

std::vector<std::string> link_table::addresses(size_t max_count) const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> result;
  const auto add = [&](const std::string& address) {
    if (result.size() < max_count && !address.empty())
      result.push_back(address);
  };
  for (size_t i = 0; i < max_addresses_each; ++i) {
    for (const auto& [id, node] : nodes_) {
      if (i < node.links.size())
        add(node.links[i]->with().node->endpoint);
    }
  }
  for (const auto& [id, node] : nodes_) {
    if (node.links.empty())
      add(node.address);
  }
  return result;
}

/// Gives the link to where a node listens; another one of the node when there
/// is none, as a cluster can have.
link_table::link_ptr link_table::link_to(const node_state& node,
                                         const std::string& endpoint) {
  const auto there = std::ranges::find_if(node.links, [&](const auto& link) {
    return link->with().node->endpoint == endpoint;
  });
  if (there != node.links.end())
    return *there;
  return node.links.empty() ? nullptr : node.links.front();
}

/// @returns whether a link to a node may be opened now.
bool link_table::begin_dial(node_state& node, const std::string& address,
                            timestamp now) {
  if (node.dialling || now < node.when(address).at
      || dials_ >= defaults::max_dials)
    return false;
  node.dialling = true;
  ++dials_;
  return true;
}

link_table::node_state*
link_table::find_or_add(const identity::fingerprint& id) {
  const auto known = nodes_.find(id);
  if (known != nodes_.end())
    return &known->second;
  if (nodes_.size() >= defaults::max_known_nodes)
    std::erase_if(nodes_, [](const auto& item) {
      return item.second.links.empty() && !item.second.dialling;
    });
  if (nodes_.size() >= defaults::max_known_nodes)
    return nullptr;
  return &nodes_[id];
}

/// Gives where to open a link to a node: where it has listened itself, and in
/// turn with that where others say that it does, since it may have moved.
const std::string& link_table::address_of(const node_state& node,
                                          const chord::node_info& named,
                                          timestamp now) {
  // Any member of a cluster will do, the one that is meant first.
  const auto meant = node.members.find(named.endpoint);
  if (meant != node.members.end() && meant->second.at <= now)
    return meant->first;
  for (const auto& [address, when] : node.members) {
    if (when.at <= now)
      return address;
  }
  const bool may_have_moved =
    node.address.empty() || node.tried == node.address;
  return may_have_moved && !named.endpoint.empty() ? named.endpoint
                                                   : node.address;
}

link_table::link_ptr link_table::introducer_of(const node_state& node) const {
  if (!node.introducer)
    return nullptr;
  const auto known = nodes_.find(*node.introducer);
  return known == nodes_.end() ? nullptr : link_to(known->second, {});
}

/// Gives who may carry a tunnel to a node and was not asked yet: whoever has
/// named the node, bootstrap servers, to which every hidden node keeps a link,
/// and after them any other.
link_table::link_ptr link_table::relay_to(const node_state& node) const {
  const auto may_carry = [&](const link_ptr& link) {
    return link && link->with().relays
      && std::ranges::find(node.asked, node_of(*link)) == node.asked.end();
  };
  if (node.asked.size() >= defaults::max_relays_asked)
    return nullptr;
  if (auto introducer = introducer_of(node); may_carry(introducer))
    return introducer;
  link_ptr result;
  for (const auto& [id, other] : nodes_) {
    const auto link = link_to(other, {});
    if (may_carry(link) && (!result || !link->with().bootstrap.empty()))
      result = link;
  }
  return result;
}

/// Takes in where a node listens by its own word.
void link_table::note_address(node_state& node, const link_connection& opened,
                              timestamp now) {
  const auto& with = opened.with();
  const auto& address = with.node->endpoint;
  if (!with.is_member)
    node.members.clear();
  else if (node.members.size() < max_links_each
           || node.members.contains(address))
    node.members[address] = {};
  if (!with.is_member || node.tried == address)
    node.again = {};
  else if (!node.tried.empty() && opened.origin().dialled)
    // Others may say that a member is where it is not, which has to stay rare.
    back_off(node.again, now);
  node.address = address;
  node.tried.clear();
}

void link_table::end_dial(node_state& node) {
  node.asked.clear();
  node.wait_until = timestamp::max();
  if (std::exchange(node.dialling, false))
    --dials_;
}

std::deque<waiting_message>
link_table::give_up_dial(const identity::fingerprint& id, timestamp now) {
  const auto known = nodes_.find(id);
  if (known == nodes_.end())
    return {};
  auto& node = known->second;
  end_dial(node);
  // Messages go over the link that the other node has opened meanwhile.
  if (!node.links.empty() && !node.links.front()->with().is_member)
    return {};
  back_off(node.when(node.tried), now);
  return std::exchange(node.waiting, {});
}

link_table::retry& link_table::node_state::when(const std::string& where) {
  const auto known = members.find(where);
  return known == members.end() ? again : known->second;
}

void link_table::back_off(retry& which, timestamp now) {
  which.delay =
    std::clamp(2 * which.delay, defaults::link_retry, defaults::max_link_retry);
  // Nodes that lost the same partner must not all come back at once.
  std::uniform_int_distribution<duration::rep> some{which.delay.count() / 2,
                                                    which.delay.count()};
  which.at = now + duration{some(random_)};
}

} // namespace carillon
