#include "actors/key_keeper.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

key_keeper_actor::behavior_type
key_keeper(key_keeper_actor::stateful_pointer<key_keeper_state> self,
           std::shared_ptr<key_vault> vault) {
  be_quiet(self);
  self->state.vault = std::move(vault);
  return {
    [self](load_atom, const std::string& user) {
      return self->state.vault->load(user);
    },
    [self](get_atom, const std::string& user) {
      return self->state.vault->load_or_make(user);
    },
    [self](erase_atom, const std::string& user,
           const identity::fingerprint& current) {
      return self->state.vault->forget_predecessor(user, current);
    },
  };
}

} // namespace carillon
