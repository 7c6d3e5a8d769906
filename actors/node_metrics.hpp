#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace carillon {

/// A count that many threads add to all the time: each has a part of its own,
/// as they would wait for each other's cache lines.
class busy_counter {
public:
  void add() noexcept {
    parts_[part_of_thread()].value.fetch_add(1, std::memory_order_relaxed);
  }

  [[nodiscard]] uint64_t load() const noexcept {
    uint64_t result = 0;
    for (const auto& each : parts_)
      result += each.value.load(std::memory_order_relaxed);
    return result;
  }

private:
  static constexpr size_t part_count = 16;
  static constexpr size_t cache_line = 64;

  struct alignas(cache_line) part {
    std::atomic<uint64_t> value = 0;
  };

  static size_t part_of_thread() noexcept {
    static std::atomic<size_t> threads = 0;
    thread_local const auto result =
      threads.fetch_add(1, std::memory_order_relaxed) % part_count;
    return result;
  }

  std::array<part, part_count> parts_;
};

/// What the actors of a process have counted since it started. Thread-safe; the
/// counts are exact, but not of one moment.
struct node_metrics {
  using counter = std::atomic<uint64_t>;
  using gauge = std::atomic<int64_t>;

  /// Lookups whose hops are counted one by one; those with more share the last
  /// place.
  static constexpr size_t counted_hops = 16;

  /// Counts a lookup that found the owner of its key.
  void count_lookup(size_t hops) noexcept {
    lookups_by_hops[hops < counted_hops ? hops : counted_hops].fetch_add(
      1, std::memory_order_relaxed);
    lookup_hops.fetch_add(hops, std::memory_order_relaxed);
  }

  /// Messages of peers to peers that were taken.
  busy_counter overlay_messages;

  /// Lookups that ended without an owner.
  counter failed_lookups = 0;

  /// Lookups that found an owner, by the hops they took.
  std::array<counter, counted_hops + 1> lookups_by_hops{};

  /// The hops of all lookups that found an owner.
  counter lookup_hops = 0;

  /// Records that the peers hold, copies of others' included.
  gauge records = 0;

  /// Users who have an adapter.
  gauge adapters = 0;
};

/// What one actor adds to a figure that others add to as well; it is taken away
/// when the actor ends.
class gauge_part {
public:
  gauge_part() = default;

  /// @param metrics has the figure.
  gauge_part(std::shared_ptr<node_metrics> metrics,
             node_metrics::gauge node_metrics::*figure) noexcept
    : metrics_(std::move(metrics))
    , figure_(figure) {}

  gauge_part(gauge_part&& other) noexcept
    : metrics_(std::move(other.metrics_))
    , figure_(other.figure_)
    , value_(other.value_) {}

  gauge_part& operator=(gauge_part&& other) noexcept {
    set(0);
    metrics_ = std::move(other.metrics_);
    figure_ = other.figure_;
    value_ = other.value_;
    return *this;
  }

  ~gauge_part() {
    set(0);
  }

  /// Sets what this part adds; does nothing without metrics.
  void set(size_t value) noexcept {
    if (!metrics_)
      return;
    const auto wanted = static_cast<int64_t>(value);
    ((*metrics_).*figure_)
      .fetch_add(wanted - value_, std::memory_order_relaxed);
    value_ = wanted;
  }

private:
  std::shared_ptr<node_metrics> metrics_;
  node_metrics::gauge node_metrics::*figure_ = nullptr;
  int64_t value_ = 0;
};

} // namespace carillon
