#pragma once

#include <atomic>
#include <cstddef>

namespace carillon::sip {

/// The bytes that the transactions of several layers may keep together.
/// Thread-safe.
class memory_budget {
public:
  /// @param limit in bytes.
  explicit memory_budget(size_t limit) noexcept
    : limit_{limit} {
    // nop
  }

  memory_budget(const memory_budget&) = delete;
  memory_budget& operator=(const memory_budget&) = delete;

  /// Takes so many bytes for something new.
  /// @returns whether they were left.
  [[nodiscard]] bool try_take(size_t count) noexcept {
    auto used = used_.load(std::memory_order_relaxed);
    do {
      if (used > limit_ || count > limit_ - used)
        return false;
    } while (!used_.compare_exchange_weak(used, used + count,
                                          std::memory_order_relaxed));
    return true;
  }

  /// Takes bytes for what was let in before and grows, above the limit if need
  /// be.
  void take(size_t count) noexcept {
    used_.fetch_add(count, std::memory_order_relaxed);
  }

  /// Gives bytes back.
  void give_back(size_t count) noexcept {
    used_.fetch_sub(count, std::memory_order_relaxed);
  }

  /// The bytes that are taken.
  [[nodiscard]] size_t used() const noexcept {
    return used_.load(std::memory_order_relaxed);
  }

private:
  size_t limit_;
  std::atomic<size_t> used_ = 0;
};

} // namespace carillon::sip
