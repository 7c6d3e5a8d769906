#include "protocols/link/rivalry.hpp"

#include <string>

namespace carillon::link {

expected<bool> are_rivals(const partner& one, const partner& other) {
  if (one.is_member != other.is_member)
    return fail(errc::identity_in_use,
                "a node on one machine and a cluster have the same keys: give "
                "the node a data directory of its own");
  return !one.is_member || one.node->endpoint == other.node->endpoint;
}

expected<bool> prefers_fresh(const identity::fingerprint& own, const rival& old,
                             const rival& fresh) {
  const auto& was = *old.with;
  const auto& is = *fresh.with;
  if (is.incarnation > was.incarnation)
    return true;
  if (is.incarnation < was.incarnation)
    return fail(errc::identity_in_use,
                "a later run of this node, number "
                  + std::to_string(was.incarnation)
                  + ", is in the ring: if that is another machine, give one of "
                    "them a data directory of its own");
  if (is.run != was.run)
    return fail(errc::identity_in_use,
                "another node with the same keys is in the ring: give one of "
                "them a data directory of its own");
  if (old.dialled == fresh.dialled)
    return true;
  const bool own_is_lower = own.data() < was.node->fingerprint;
  return fresh.dialled == own_is_lower;
}

} // namespace carillon::link
