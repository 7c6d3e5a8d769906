#include "protocols/link/doorkeeper.hpp"

#include "protocols/identity/tagged_bytes.hpp"
#include "protocols/identity/ticket.hpp"

#include <algorithm>
#include <string>

namespace carillon::link {

namespace {

using salt_type = identity::ticket::salt_type;

/// Nobody can try out salts by asking again.
salt_type make_salt(const admission_rules& rules,
                    const identity::public_key& node) {
  const auto digest =
    identity::fingerprint::of(identity::tagged_bytes{"carillon node salt"}
                                .add(rules.secret)
                                .add(node.id().data())
                                .data());
  salt_type result{};
  std::copy_n(digest.data().begin(), result.size(), result.begin());
  return result;
}

expected<salt_type> find_salt(const join_request& asked,
                              const identity::public_key& node,
                              const admission_rules& rules,
                              identity::verifier& check) {
  if (asked.ticket.empty())
    return make_salt(rules, node);
  const auto earlier =
    identity::reopen_ticket(asked.ticket, *rules.ring, check);
  if (!earlier)
    return tl::unexpected{earlier.error()};
  if (earlier->node_key != node)
    return fail(errc::name_mismatch, "the earlier ticket is another node's");
  return earlier->salt;
}

} // namespace

expected<bytes> admit(const join_request& asked,
                      const identity::public_key& node,
                      const admission_rules& rules, identity::verifier& check,
                      timestamp now, Botan::RandomNumberGenerator& rng) {
  if (asked.peers < 1 || asked.peers > rules.max_peers)
    return fail(errc::quota_exceeded,
                "a node of this ring may run 1 to "
                  + std::to_string(rules.max_peers) + " peers, not "
                  + std::to_string(asked.peers));
  const auto salt = find_salt(asked, node, rules, check);
  if (!salt)
    return tl::unexpected{salt.error()};
  const identity::ticket grant{node, *salt, asked.peers, now,
                               now + rules.ring->settings().ticket_lifetime};
  return identity::seal_ticket(grant, *rules.ring, *rules.bootstrap, rng);
}

} // namespace carillon::link
