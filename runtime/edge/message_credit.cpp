#include "runtime/edge/message_credit.hpp"

#include <utility>

namespace carillon {

message_credit::message_credit(std::shared_ptr<credit_pool> pool,
                               address_group holder) noexcept
  : pool_(std::move(pool))
  , holder_(std::move(holder)) {}

message_credit& message_credit::operator=(message_credit&& other) noexcept {
  // The credit that was held until now goes back when `other` is destroyed.
  std::swap(pool_, other.pool_);
  std::swap(holder_, other.holder_);
  return *this;
}

message_credit::~message_credit() {
  if (pool_) {
    pool_->give_back(holder_);
  }
}

credit_pool::credit_pool(size_t credits, size_t share) noexcept
  : available_(credits)
  , share_(share) {}

std::optional<message_credit> credit_pool::take(const address_group& holder) {
  const std::lock_guard lock{mutex_};
  const auto position = accounts_.try_emplace(holder).first;
  if (may_take(position)) {
    return grant(position);
  }
  forget_unused(position);
  return std::nullopt;
}

std::optional<message_credit>
credit_pool::take_or_wait(const address_group& holder,
                          std::weak_ptr<credit_waiter> waiter) {
  const std::lock_guard lock{mutex_};
  const auto position = accounts_.try_emplace(holder).first;
  if (may_take(position)) {
    return grant(position);
  }
  position->second.waiters.push_back(std::move(waiter));
  line_up(position);
  return std::nullopt;
}

void credit_pool::give_back(const address_group& holder) {
  std::shared_ptr<credit_waiter> waiter;
  std::optional<message_credit> credit;
  {
    const std::lock_guard lock{mutex_};
    ++available_;
    const auto position = accounts_.find(holder);
    --position->second.held;
    line_up(position);
    while (!waiter && !turns_.empty()) {
      const auto next = turns_.front();
      turns_.pop_front();
      next->second.in_line = false;
      waiter = take_waiter(next->second);
      if (waiter) {
        credit = grant(next);
      }
      line_up(next);
      if (next != position) {
        forget_unused(next);
      }
    }
    forget_unused(position);
  }
  if (waiter) {
    waiter->on_credit(std::move(*credit));
  }
}

bool credit_pool::may_take(accounts::iterator position) const noexcept {
  return available_ > 0 && has_room(*position);
}

bool credit_pool::has_room(const accounts::value_type& item) const noexcept {
  return !item.first || item.second.held < share_;
}

message_credit credit_pool::grant(accounts::iterator position) {
  --available_;
  ++position->second.held;
  return {shared_from_this(), position->first};
}

std::shared_ptr<credit_waiter> credit_pool::take_waiter(account& from) {
  std::shared_ptr<credit_waiter> result;
  while (!result && !from.waiters.empty()) {
    result = from.waiters.front().lock();
    from.waiters.pop_front();
  }
  return result;
}

void credit_pool::line_up(accounts::iterator position) {
  auto& its = position->second;
  if (its.in_line || its.waiters.empty() || !has_room(*position)) {
    return;
  }
  its.in_line = true;
  turns_.push_back(position);
}

void credit_pool::forget_unused(accounts::iterator position) {
  const auto& its = position->second;
  if (its.held == 0 && its.waiters.empty()) {
    accounts_.erase(position);
  }
}

} // namespace carillon
