#include "actors/addressee_directory.hpp"

namespace carillon {

delivery_actor addressee_directory::find(const std::string& name) const {
  const std::lock_guard guard{mutex_};
  const auto position = handles_.find(name);
  return position == handles_.end() ? delivery_actor{} : position->second;
}

void addressee_directory::enter(std::string name, delivery_actor handle) {
  const std::lock_guard guard{mutex_};
  handles_.insert_or_assign(std::move(name), std::move(handle));
}

void addressee_directory::remove(const std::string& name) {
  const std::lock_guard guard{mutex_};
  handles_.erase(name);
}

} // namespace carillon
