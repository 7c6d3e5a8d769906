#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/ticket.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace carillon {

/// An admission ticket and what it says.
struct granted_ticket {
  /// As the bootstrap server signed it.
  bytes sealed;
  identity::ticket content;
};

/// The ticket of a node, which is replaced by a newer one from time to time.
/// Thread-safe.
class node_ticket {
public:
  using ticket_ptr = std::shared_ptr<const granted_ticket>;

  explicit node_ticket(granted_ticket first)
    : present_(std::make_shared<const granted_ticket>(std::move(first))) {}

  /// Gives the ticket that is in use.
  [[nodiscard]] ticket_ptr get() const {
    const std::lock_guard lock{mutex_};
    return present_;
  }

  /// Puts a newer ticket in its place.
  void replace(granted_ticket newer) {
    auto next = std::make_shared<const granted_ticket>(std::move(newer));
    const std::lock_guard lock{mutex_};
    present_ = std::move(next);
  }

private:
  mutable std::mutex mutex_;
  ticket_ptr present_;
};

} // namespace carillon
