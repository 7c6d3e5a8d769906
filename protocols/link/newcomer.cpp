#include "protocols/link/newcomer.hpp"

#include "protocols/link/defaults.hpp"
#include "protocols/link/handshake.hpp"

#include <utility>

namespace carillon::link {

newcomer::newcomer(join_request ask, identity::public_key own,
                   std::optional<identity::fingerprint> pinned,
                   identity::verifier& check)
  : ask_(std::move(ask))
  , own_(std::move(own))
  , pinned_(pinned)
  , check_(&check) {}

bytes newcomer::start(timestamp now) {
  deadline_ = now + defaults::join_timeout;
  return encode(ask_);
}

newcomer::step newcomer::receive(byte_view data, timestamp now) {
  const auto got = decode_frame(data);
  if (!got)
    return tl::unexpected{got.error()};
  return std::visit([&](const auto& what) { return take(what, now); }, *got);
}

/// The hello proves nothing yet, but saves a newcomer with a wrong clock from
/// guessing why its ticket is not good.
newcomer::step newcomer::take(const hello& said, timestamp now) {
  if (auto good = check_versions(said); !good)
    return tl::unexpected{good.error()};
  if (auto good = check_clock(said, now); !good)
    return tl::unexpected{good.error()};
  return std::optional<invitation>{};
}

newcomer::step newcomer::take(const join_answer& said, timestamp now) {
  auto ring = read_ring(said);
  if (!ring)
    return tl::unexpected{ring.error()};
  auto admitted = read_ticket(said, *ring, now);
  return std::optional{invitation{std::move(*ring), std::move(admitted)}};
}

newcomer::step newcomer::take(const problem& told, timestamp) {
  return fail(told.why.code, "the other node says: " + told.why.detail);
}

expected<identity::ring_descriptor>
newcomer::read_ring(const join_answer& said) {
  if (said.descriptors.empty())
    return fail(errc::malformed, "an answer without a ring descriptor");
  auto ring =
    identity::ring_descriptor::open(said.descriptors.front(), *check_);
  if (ring && pinned_ && ring->ring() != *pinned_)
    return fail(errc::wrong_ring,
                "the other node is of ring " + ring->ring().to_hex()
                  + ", not of " + pinned_->to_hex());
  for (size_t i = 1; ring && i < said.descriptors.size(); ++i)
    ring = ring->open_next(said.descriptors[i], *check_);
  return ring;
}

expected<invitation::admission>
newcomer::read_ticket(const join_answer& said,
                      const identity::ring_descriptor& ring, timestamp now) {
  if (said.ticket.empty())
    return tl::unexpected{said.refusal.value_or(
      error{errc::malformed, "neither a ticket nor a reason"})};
  auto ticket = identity::open_ticket(said.ticket, ring, *check_, now);
  if (!ticket)
    return tl::unexpected{ticket.error()};
  if (ticket->node_key != own_)
    return fail(errc::name_mismatch, "the ticket is of another node");
  return invitation::admission{said.ticket, std::move(*ticket)};
}

} // namespace carillon::link
