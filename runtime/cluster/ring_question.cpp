#include "runtime/cluster/ring_question.hpp"

#include "runtime/defaults.hpp"

#include <caf/all.hpp>

#include <memory>
#include <utility>

namespace carillon {

namespace {

/// What the peers of the cluster say about whether there is a ring.
struct ring_question {
  size_t missing = 0;
  /// Some peer is part of a ring, or has not said anything, and may be.
  bool may_be_there = false;
};

} // namespace

void ask_for_ring(cluster_member_actor::pointer self,
                  const std::vector<peer_actor>& peers,
                  std::function<void(bool)> then) {
  if (peers.empty()) {
    then(true);
    return;
  }
  const auto asked = std::make_shared<ring_question>();
  asked->missing = peers.size();
  const auto take = [asked, then = std::move(then)](bool may_be_there) {
    asked->may_be_there = asked->may_be_there || may_be_there;
    if (--asked->missing == 0)
      then(!asked->may_be_there);
  };
  for (const auto& each : peers)
    self->request(each, defaults::cluster_question_timeout, view_atom_v)
      .then(
        [take](const peer_view& view) {
          take(view.state == chord::ring_member::state::member);
        },
        [take](const caf::error&) { take(true); });
}

} // namespace carillon
