#include "actors/linked_transport.hpp"

#include "actors/atoms.hpp"
#include "actors/defaults.hpp"
#include "actors/node_host.hpp"
#include "actors/services.hpp"
#include "protocols/p2psip/defaults.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

linked_transport::linked_transport(std::shared_ptr<sip_transport> edge,
                                   node_context_ptr node, chord::peer_ref place)
  : edge_(std::move(edge))
  , node_(std::move(node))
  , place_(std::move(place))
  , own_host_(node_host(*place_.node)) {}

sip::flow linked_transport::path_to(const chord::peer_ref& peer) {
  sip::flow result;
  result.kind = sip::transport::link;
  result.remote_address = node_host(*peer.node);
  result.local_address = own_host_;
  const std::lock_guard lock{mutex_};
  const auto [position, is_new] =
    peers_.insert_or_assign(result.remote_address, peer);
  if (is_new)
    order_.push_back(position->first);
  if (order_.size() > defaults::linked_nodes) {
    peers_.erase(order_.front());
    order_.pop_front();
  }
  return result;
}

void linked_transport::send(const sip::flow& path, bytes data,
                            failure_handler on_failure) {
  if (path.kind != sip::transport::link)
    edge_->send(path, std::move(data), std::move(on_failure));
  else if (!deliver(path, std::move(data)) && on_failure)
    on_failure();
}

bool linked_transport::deliver(const sip::flow& path, bytes data) {
  const auto to = find(path.remote_address);
  const auto through = node_->directory->asker(place_);
  if (!to.node || !through || data.size() > p2psip::defaults::max_message_size)
    return false;
  caf::anon_send(
    through, deliver_atom_v, to,
    p2psip::delivery{std::string{services::linked_sip}, {}, std::move(data)});
  return true;
}

/// Gives the peer of a node; without a node for one that is not known.
chord::peer_ref linked_transport::find(const std::string& host) const {
  const std::lock_guard lock{mutex_};
  const auto position = peers_.find(host);
  return position == peers_.end() ? chord::peer_ref{} : position->second;
}

} // namespace carillon
