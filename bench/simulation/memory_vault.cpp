#include "bench/simulation/memory_vault.hpp"

#include <utility>

namespace carillon {

expected<credentials_ptr> memory_vault::load(const std::string& user) {
  const auto found = users_.find(user);
  if (found == users_.end())
    return fail(errc::missing_keys, user);
  return found->second;
}

expected<credentials_ptr> memory_vault::load_or_make(const std::string& user) {
  auto& found = users_[user];
  if (found)
    return found;
  auto keys =
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng_);
  if (!keys)
    return tl::unexpected{keys.error()};
  user_credentials made;
  made.keys = std::make_shared<const identity::key_pair>(std::move(*keys));
  found = std::make_shared<const user_credentials>(std::move(made));
  return found;
}

} // namespace carillon
