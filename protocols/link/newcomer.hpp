#pragma once

#include "protocols/identity/public_key.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/ticket.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/link/frames.hpp"

#include <optional>
#include <variant>

namespace carillon::link {

/// What a node of a ring gave to a newcomer, all of it checked.
struct invitation {
  identity::ring_descriptor ring;

  struct admission {
    /// As the bootstrap server signed it.
    bytes sealed;
    identity::ticket ticket;
  };

  /// The admission, or why there is none: `unsupported_version` with the
  /// reason when the node that was asked is no bootstrap server.
  expected<admission> admitted;
};

/// The side of a conversation that asks to be let into a ring, from the moment
/// that TLS has shown the key of the other one. It believes a descriptor that
/// was pinned, or the first one it sees, and a ticket that a bootstrap server
/// of that ring signed for its own key.
class newcomer {
public:
  /// @param own the node's signature key.
  /// @param pinned the fingerprint of the ring; nothing at first contact.
  /// @param check must outlive this object.
  newcomer(join_request ask, identity::public_key own,
           std::optional<identity::fingerprint> pinned,
           identity::verifier& check);

  /// Gives the request to send first.
  [[nodiscard]] bytes start(timestamp now);

  /// Takes a frame.
  /// @returns nothing when more is to come; the invitation; `wrong_ring` when
  ///          the ring is not the pinned one; `stale` when the clocks are too
  ///          far apart; `name_mismatch` for a ticket of another node;
  ///          what the other side tells as its reason to refuse; what
  ///          `decode_frame`, `ring_descriptor::open`, `open_next` and
  ///          `open_ticket` give.
  [[nodiscard]] expected<std::optional<invitation>> receive(byte_view data,
                                                            timestamp now);

  /// When an answer has to be there.
  [[nodiscard]] timestamp deadline() const noexcept {
    return deadline_;
  }

private:
  using step = expected<std::optional<invitation>>;

  step take(const hello& said, timestamp now);
  step take(const join_answer& said, timestamp now);
  step take(const problem& told, timestamp now);

  template <class Other>
  step take(const Other&, timestamp) {
    return fail(errc::malformed, "a frame that answers no request");
  }

  [[nodiscard]] expected<identity::ring_descriptor>
  read_ring(const join_answer& said);
  [[nodiscard]] expected<invitation::admission>
  read_ticket(const join_answer& said, const identity::ring_descriptor& ring,
              timestamp now);

  join_request ask_;
  identity::public_key own_;
  std::optional<identity::fingerprint> pinned_;
  identity::verifier* check_;
  timestamp deadline_;
};

} // namespace carillon::link
