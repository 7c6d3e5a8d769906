#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>

namespace carillon::identity {

/// A map that never holds more than `capacity` entries and keeps the ones that
/// were used lately. It works in two generations: when the younger one is
/// full, the older one is dropped and the younger takes its place; a hit in
/// the older one moves the entry to the younger.
template <class Key, class Value>
class bounded_cache {
public:
  /// `capacity` is at least 2.
  explicit bounded_cache(size_t capacity)
    : half_(capacity / 2) {}

  /// Gives the entry, or null. Good until the next call of this object.
  [[nodiscard]] Value* find(const Key& key) {
    if (const auto hit = young_.find(key); hit != young_.end())
      return &hit->second;
    const auto hit = old_.find(key);
    if (hit == old_.end())
      return nullptr;
    auto value = std::move(hit->second);
    old_.erase(hit);
    return insert(key, std::move(value));
  }

  /// Adds or replaces an entry. The result is good until the next call.
  Value* insert(const Key& key, Value value) {
    if (young_.size() >= half_) {
      old_ = std::move(young_);
      young_.clear();
    }
    return &young_.insert_or_assign(key, std::move(value)).first->second;
  }

  [[nodiscard]] size_t size() const noexcept {
    return young_.size() + old_.size();
  }

private:
  size_t half_;
  std::unordered_map<Key, Value> young_;
  std::unordered_map<Key, Value> old_;
};

} // namespace carillon::identity
