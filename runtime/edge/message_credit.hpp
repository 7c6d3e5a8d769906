#pragma once

#include "runtime/edge/address_group.hpp"

#include <cstddef>
#include <deque>
#include <map>
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

  message_credit(std::shared_ptr<credit_pool> pool,
                 address_group holder) noexcept;

  /// Empty after a move.
  std::shared_ptr<credit_pool> pool_;
  address_group holder_;
};

/// Something that waits until a credit comes back.
class credit_waiter {
public:
  /// Gets the credit it waited for, on the thread that returned it.
  virtual void on_credit(message_credit credit) = 0;

protected:
  ~credit_waiter() = default;
};

/// A fixed number of credits, of which each group of addresses may hold a
/// share. Thread-safe; owned by a `shared_ptr`, since its credits may outlive
/// whoever made it.
class credit_pool final : public std::enable_shared_from_this<credit_pool> {
public:
  /// @param share how many of the credits one group may hold.
  credit_pool(size_t credits, size_t share) noexcept;

  /// Takes a credit for a message of this group.
  /// @returns nothing when none is left, or the group has its share.
  [[nodiscard]] std::optional<message_credit> take(const address_group& holder);

  /// Takes a credit, or queues the waiter until one comes back that its group
  /// may have. The groups that wait get their credits in turn, and within a
  /// group it is first come, first served; a waiter that is gone by then is
  /// skipped.
  /// @returns nothing when the waiter was queued.
  [[nodiscard]] std::optional<message_credit>
  take_or_wait(const address_group& holder,
               std::weak_ptr<credit_waiter> waiter);

private:
  friend class message_credit;

  struct account {
    size_t held = 0;
    std::deque<std::weak_ptr<credit_waiter>> waiters;
    /// It stands in `turns_`.
    bool in_line = false;
  };

  using accounts = std::map<address_group, account>;

  void give_back(const address_group& holder);

  // The rest is to be called with the lock held.
  [[nodiscard]] bool may_take(accounts::iterator position) const noexcept;
  [[nodiscard]] bool has_room(const accounts::value_type& item) const noexcept;
  [[nodiscard]] message_credit grant(accounts::iterator position);
  [[nodiscard]] static std::shared_ptr<credit_waiter>
  take_waiter(account& from);

  /// Puts a group in line when it waits and does not have its share.
  void line_up(accounts::iterator position);

  /// Drops an account that says nothing.
  void forget_unused(accounts::iterator position);

  std::mutex mutex_;
  size_t available_;
  size_t share_;
  /// Of those that hold credits or wait.
  accounts accounts_;
  /// The groups that wait and do not have their share, in their turn.
  std::deque<accounts::iterator> turns_;
};

} // namespace carillon
