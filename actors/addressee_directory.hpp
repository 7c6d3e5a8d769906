#pragma once

#include "actors/interfaces.hpp"

#include <mutex>
#include <string>
#include <unordered_map>

namespace carillon {

/// Who takes the deliveries that reach the peers of a node: its users'
/// adapters, by the users' names, and its services. Thread-safe.
class addressee_directory {
public:
  /// Gives who takes deliveries under a name; an invalid handle for nobody.
  [[nodiscard]] delivery_actor find(const std::string& name) const;

  /// Enters an adapter or service, in place of a former one.
  void enter(std::string name, delivery_actor handle);

  /// Removes an adapter or service.
  void remove(const std::string& name);

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, delivery_actor> handles_;
};

} // namespace carillon
