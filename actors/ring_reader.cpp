#include "actors/ring_reader.hpp"

#include "actors/key_read.hpp"
#include "actors/location_read.hpp"
#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

peer_actor asker(const ring_reader_config& config) {
  return config.node->directory->asker(config.place);
}

} // namespace

ring_reader_actor::behavior_type
ring_reader(ring_reader_actor::stateful_pointer<ring_reader_state> self,
            ring_reader_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.config = std::move(config);
  return {
    [self, &state](lookup_atom lookup, const identity::address_of_record& aor) {
      const auto read =
        self->spawn(location_read, state.config.node, asker(state.config));
      return self->delegate(read, lookup, aor);
    },
    [self, &state](get_atom get, const identity::address_of_record& aor) {
      const auto read = self->spawn(key_read, state.config.node,
                                    asker(state.config), ++state.reads);
      return self->delegate(read, get, aor);
    },
  };
}

} // namespace carillon
