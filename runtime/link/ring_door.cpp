#include "runtime/link/ring_door.hpp"

#include "protocols/link/handshake.hpp"

#include <utility>

namespace carillon {

ring_door::ring_door(std::shared_ptr<const clock> time,
                     std::shared_ptr<const identity::ring_descriptor> ring,
                     std::shared_ptr<const revocations> revoked,
                     std::optional<link::admission_rules> rules)
  : time_(std::move(time))
  , ring_(std::move(ring))
  , revoked_(std::move(revoked))
  , rules_(std::move(rules)) {}

link::join_answer ring_door::answer(const link::join_request& asked,
                                    const channel_end& who) {
  link::join_answer result;
  result.descriptors.push_back(ring_->encoded());
  if (auto ticket = admit(asked, who))
    result.ticket = std::move(*ticket);
  else
    result.refusal = std::move(ticket).error();
  return result;
}

expected<bytes> ring_door::admit(const link::join_request& asked,
                                 const channel_end& who) {
  if (!rules_)
    return fail(errc::unsupported_version,
                "this node is no bootstrap server: ask one of them");
  const std::lock_guard lock{mutex_};
  const auto now = time_->now();
  if (auto good =
        link::check_chain(who.chain, who.key, *ring_, *revoked_->get(), now);
      !good)
    return tl::unexpected{good.error()};
  return link::admit(asked, who.key, *rules_, check_, now, rng_);
}

} // namespace carillon
