#include "protocols/identity/sodium.hpp"

#include <sodium.h>

namespace carillon::identity {

void prepare_sodium() noexcept {
  [[maybe_unused]] static const auto done = sodium_init();
}

} // namespace carillon::identity
