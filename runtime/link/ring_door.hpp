#pragma once

#include "actors/clock.hpp"
#include "actors/revocations.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/link/doorkeeper.hpp"
#include "runtime/link/frame_channel.hpp"

#include <botan/auto_rng.h>

#include <memory>
#include <mutex>
#include <optional>

namespace carillon {

/// Answers nodes that ask to be let into the ring: every node tells what ring
/// it is, a bootstrap server also admits. Thread-safe.
class ring_door {
public:
  /// @param rules nothing for a node that is no bootstrap server.
  ring_door(std::shared_ptr<const clock> time,
            std::shared_ptr<const identity::ring_descriptor> ring,
            std::shared_ptr<const revocations> revoked,
            std::optional<link::admission_rules> rules);

  [[nodiscard]] link::join_answer answer(const link::join_request& asked,
                                         const channel_end& who);

private:
  [[nodiscard]] expected<bytes> admit(const link::join_request& asked,
                                      const channel_end& who);

  std::shared_ptr<const clock> time_;
  std::shared_ptr<const identity::ring_descriptor> ring_;
  std::shared_ptr<const revocations> revoked_;
  std::optional<link::admission_rules> rules_;
  /// Guards what follows.
  std::mutex mutex_;
  identity::verifier check_;
  Botan::AutoSeeded_RNG rng_;
};

} // namespace carillon
