#pragma once

#include <atomic>
#include <cstdint>

namespace carillon {

/// Counts the messages that are on their way to another member of the cluster,
/// which CAF would queue without an end while the member does not read. Now and
/// then a mark is sent after them: when it has been answered, all before it
/// have arrived. Thread-safe.
class send_window {
public:
  /// @param limit messages that may be on their way, roughly: as many more as
  ///        threads ask at the same moment.
  explicit send_window(uint64_t limit) noexcept
    : limit_(limit) {}

  struct verdict {
    /// The message may be sent; it counts as sent then.
    bool may_pass = false;
    /// A mark is to be sent, and `reached` or `lost` to be called for it.
    bool wants_mark = false;
  };

  /// Asks for a message to be sent.
  [[nodiscard]] verdict take() noexcept {
    // In this order: what has arrived never is more than what was sent later.
    const auto arrived = arrived_.load();
    const auto under_way = sent_.load() - arrived;
    const auto may_pass = under_way < limit_;
    if (may_pass)
      ++sent_;
    return {may_pass, under_way >= limit_ / 4 && !marking_.exchange(true)};
  }

  /// Gives the mark that stands for everything that has been sent so far.
  [[nodiscard]] uint64_t mark() const noexcept {
    return sent_.load();
  }

  /// Takes in that a mark was answered.
  void reached(uint64_t mark) noexcept {
    arrived_ = mark;
    marking_ = false;
  }

  /// Takes in that a mark was not answered in time; another one is asked for.
  void lost() noexcept {
    marking_ = false;
  }

private:
  uint64_t limit_;
  std::atomic<uint64_t> sent_{0};
  std::atomic<uint64_t> arrived_{0};
  std::atomic<bool> marking_{false};
};

} // namespace carillon
