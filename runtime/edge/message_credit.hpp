#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace carillon {

class credit_pool;

/// The permission to work on one message that came in. Whoever finishes or
/// drops the message destroys it, on any thread; that lets the next one in.
class message_credit final {
public:
  message_credit(message_credit&&) noexcept = default;
  message_credit& operator=(message_credit&& other) noexcept;
  message_credit(const message_credit&) = delete;
  message_credit& operator=(const message_credit&) = delete;
  ~message_credit();

private:
  friend class credit_pool;

  explicit message_credit(std::shared_ptr<credit_pool> pool) noexcept;

  /// Empty after a move.
  std::shared_ptr<credit_pool> pool_;
};

/// Something that waits until a credit comes back.
class credit_waiter {
public:
  /// Gets the credit it waited for, on the thread that returned it.
  virtual void on_credit(message_credit credit) = 0;

protected:
  ~credit_waiter() = default;
};

/// A fixed number of credits. Thread-safe; owned by a `shared_ptr`, since its
/// credits may outlive whoever made it.
class credit_pool final : public std::enable_shared_from_this<credit_pool> {
public:
  explicit credit_pool(size_t credits) noexcept;

  /// Takes a credit.
  /// @returns nothing when none is left.
  [[nodiscard]] std::optional<message_credit> take();

  /// Takes a credit, or queues the waiter for the next one that comes back.
  /// First come, first served; a waiter that is gone by then is skipped.
  /// @returns nothing when the waiter was queued.
  [[nodiscard]] std::optional<message_credit>
  take_or_wait(std::weak_ptr<credit_waiter> waiter);

private:
  friend class message_credit;

  void give_back();

  std::mutex mutex_;
  size_t available_;
  std::deque<std::weak_ptr<credit_waiter>> waiters_;
};

} // namespace carillon
