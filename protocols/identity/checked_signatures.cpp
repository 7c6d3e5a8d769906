#include "protocols/identity/checked_signatures.hpp"

namespace carillon::identity {

checked_signatures::checked_signatures(size_t capacity)
  : known_(capacity) {}

bool checked_signatures::contains(const fingerprint& id) {
  return known_.find(id) != nullptr;
}

void checked_signatures::add(const fingerprint& id) {
  known_.insert(id, {});
}

} // namespace carillon::identity
