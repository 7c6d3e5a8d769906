#include "actors/shared_signatures.hpp"

namespace carillon {

bool shared_signatures::contains(const identity::fingerprint& id) {
  const std::lock_guard guard{mutex_};
  return checked_signatures::contains(id);
}

void shared_signatures::add(const identity::fingerprint& id) {
  const std::lock_guard guard{mutex_};
  checked_signatures::add(id);
}

} // namespace carillon
