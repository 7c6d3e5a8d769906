#include "runtime/cluster/other_links.hpp"

#include "protocols/identity/node_fingerprint.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

void other_links::send(const chord::peer_ref& to, const overlay_message& msg) {
  if (!to.node || searches_ >= defaults::max_waiting_messages) {
    tell_failed(to, msg);
    return;
  }
  ++searches_;
  const auto about = std::make_shared<search>(search{to, msg, {}});
  for (const auto& [id, member] : connections_->all())
    about->members.push_back(member);
  if (const auto* last = known_.find(identity::fingerprint_of(*to.node)))
    std::stable_partition(about->members.begin(), about->members.end(),
                          [&](const auto& member) { return member == *last; });
  ask_next(about);
}

void other_links::ask_next(const std::shared_ptr<search>& about) {
  if (about->members.empty()) {
    --searches_;
    tell_failed(about->to, about->msg);
    return;
  }
  const auto member = about->members.front();
  about->members.pop_front();
  self_
    ->request(member, defaults::cluster_question_timeout, deliver_atom_v,
              about->to, about->msg)
    .then(
      [this, about, member](bool was_sent) {
        if (!was_sent) {
          ask_next(about);
          return;
        }
        --searches_;
        known_.insert(identity::fingerprint_of(*about->to.node), member);
      },
      [this, about](const caf::error&) { ask_next(about); });
}

void other_links::tell_failed(const chord::peer_ref& to,
                              const overlay_message& msg) {
  if (const auto sender = peers_->resolve(msg.from))
    self_->send(sender, failed_atom_v, to.id);
}

} // namespace carillon
