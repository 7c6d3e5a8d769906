#pragma once

#include "bench/durations.hpp"
#include "bench/simulation/virtual_phone.hpp"

#include <memory>
#include <vector>

namespace carillon {

/// What came of calls.
struct call_tally {
  size_t called = 0;
  /// Those that ended in a 302 to the callee's phone.
  size_t redirected = 0;
  /// Those that ended in a 302 to somewhere else.
  size_t impersonated = 0;
  /// Of those that were redirected rightly, from INVITE to 302.
  durations setup = {};

  /// Those that were refused, or had no answer.
  [[nodiscard]] size_t failed() const noexcept {
    return called - redirected - impersonated;
  }
};

/// Users with phones in a ring in virtual time, each at a node of its own, and
/// the bootstrap server that admits them.
class virtual_phones {
public:
  virtual_phones() = default;
  virtual_phones(const virtual_phones&) = delete;
  virtual_phones& operator=(const virtual_phones&) = delete;
  ~virtual_phones();

  /// Gives who takes what is delivered to a peer of the ring; for
  /// `virtual_ring_settings::find_addressee`.
  [[nodiscard]] delivery_actor find(const chord::peer_ref& at,
                                    const std::string& name) const;

  /// Starts the bootstrap server at the first peer and phones at as many of
  /// the next ones, and registers them. Runs the ring until all are.
  /// @param ring must outlive this object; has more peers than there are users.
  /// @returns `timeout` when somebody cannot register.
  [[nodiscard]] expected<void> start(virtual_ring& ring, size_t users);

  /// Ends the adapters of all nodes, or starts them again.
  void stop();
  void restart();

  /// Has a random user call another one.
  /// @param into must outlive the ring.
  void call_somebody(call_tally& into);

  /// Tells whether the bootstrap server or a phone is at a peer.
  [[nodiscard]] bool are_at(const chord::peer_ref& peer) const {
    return peer == bootstrap_place_ || by_peer_.contains(peer.id);
  }

private:
  virtual_ring* ring_ = nullptr;
  chord::peer_ref bootstrap_place_;
  delivery_actor bootstrap_;
  std::vector<std::unique_ptr<virtual_phone>> phones_;
  std::unordered_map<chord::ring_id, virtual_phone*> by_peer_;
};

} // namespace carillon
