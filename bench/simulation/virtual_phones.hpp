#pragma once

#include "bench/durations.hpp"
#include "bench/simulation/phone_directory.hpp"
#include "bench/simulation/virtual_phone.hpp"

#include <memory>
#include <utility>
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
  /// @param directory is filled by `start`; the ring's peers look into it.
  explicit virtual_phones(phone_directory_ptr directory)
    : directory_(std::move(directory)) {}

  virtual_phones(const virtual_phones&) = delete;
  virtual_phones& operator=(const virtual_phones&) = delete;
  ~virtual_phones();

  /// Starts the bootstrap server at the first peer and phones at as many of
  /// the next ones, and registers them. Runs the ring until all are.
  /// @param ring must outlive this object; has more peers than there are users.
  /// @param have_moved whether they have registered with the same keys at the
  ///        node of another user before, and left it without a word.
  /// @returns `timeout` when somebody cannot register.
  [[nodiscard]] expected<void> start(virtual_ring& ring, size_t users,
                                     bool have_moved = false);

  /// Ends the adapters of all nodes, or starts them again.
  void stop();
  void restart();

  /// Has a random user call another one.
  /// @param into must outlive the ring.
  void call_somebody(call_tally& into);

  /// Tells whether the bootstrap server or a phone is at a peer.
  [[nodiscard]] bool are_at(const chord::peer_ref& peer) const {
    return peer == directory_->bootstrap_place
      || directory_->users.contains(peer.id);
  }

private:
  using phone_list = std::vector<std::unique_ptr<virtual_phone>>;

  expected<void> register_all(const phone_list& phones);

  phone_directory_ptr directory_;
  virtual_ring* ring_ = nullptr;
  phone_list phones_;
};

} // namespace carillon
