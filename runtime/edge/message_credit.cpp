#include "runtime/edge/message_credit.hpp"

#include <utility>

namespace carillon {

message_credit::message_credit(std::shared_ptr<credit_pool> pool) noexcept
  : pool_(std::move(pool)) {}

message_credit& message_credit::operator=(message_credit&& other) noexcept {
  // The credit that was held until now goes back when `other` is destroyed.
  std::swap(pool_, other.pool_);
  return *this;
}

message_credit::~message_credit() {
  if (pool_) {
    pool_->give_back();
  }
}

credit_pool::credit_pool(size_t credits) noexcept
  : available_(credits) {}

std::optional<message_credit> credit_pool::take() {
  const std::lock_guard lock{mutex_};
  if (available_ == 0) {
    return std::nullopt;
  }
  --available_;
  return message_credit{shared_from_this()};
}

std::optional<message_credit>
credit_pool::take_or_wait(std::weak_ptr<credit_waiter> waiter) {
  const std::lock_guard lock{mutex_};
  if (available_ == 0) {
    waiters_.push_back(std::move(waiter));
    return std::nullopt;
  }
  --available_;
  return message_credit{shared_from_this()};
}

void credit_pool::give_back() {
  std::shared_ptr<credit_waiter> next;
  {
    const std::lock_guard lock{mutex_};
    while (!next && !waiters_.empty()) {
      next = waiters_.front().lock();
      waiters_.pop_front();
    }
    if (!next) {
      ++available_;
      return;
    }
  }
  next->on_credit(message_credit{shared_from_this()});
}

} // namespace carillon
