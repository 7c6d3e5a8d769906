#pragma once

#include "protocols/time.hpp"

#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace carillon {

/// The users of a node who are admitted and have no adapter, and when each is
/// to get one, so that the admission is renewed in time.
class sleeping_users {
public:
  /// Adds a user, or changes the time.
  void add(const std::string& user, timestamp due) {
    remove(user);
    due_.emplace(user, due);
    order_.emplace(due, user);
  }

  /// Removes a user if it is there.
  void remove(const std::string& user) {
    const auto position = due_.find(user);
    if (position == due_.end())
      return;
    order_.erase({position->second, user});
    due_.erase(position);
  }

  [[nodiscard]] bool contains(const std::string& user) const {
    return due_.contains(user);
  }

  [[nodiscard]] size_t size() const noexcept {
    return due_.size();
  }

  /// The user who is due first, and when; null when there is none. Good until
  /// the next change.
  [[nodiscard]] const std::pair<timestamp, std::string>* first() const {
    return order_.empty() ? nullptr : &*order_.begin();
  }

private:
  std::unordered_map<std::string, timestamp> due_;
  std::set<std::pair<timestamp, std::string>> order_;
};

} // namespace carillon
