#include "actors/ring_reader.hpp"

#include "actors/key_read.hpp"
#include "actors/location_reader.hpp"
#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

peer_actor asker(const ring_reader_config& config) {
  return config.node->directory->asker(config.place);
}

/// Gives who searches for locations; another one after it has failed.
const location_reader_actor&
locations(ring_reader_actor::stateful_pointer<ring_reader_state> self) {
  auto& state = self->state;
  if (!state.locations)
    state.locations = self->spawn<caf::monitored>(
      location_reader,
      location_reader_config{state.config.node, [config = state.config] {
                               return asker(config);
                             }});
  return state.locations;
}

} // namespace

ring_reader_actor::behavior_type
ring_reader(ring_reader_actor::stateful_pointer<ring_reader_state> self,
            ring_reader_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.config = std::move(config);
  self->set_down_handler(
    [&state](caf::down_msg&) { state.locations = nullptr; });
  return {
    [self](lookup_atom lookup, const identity::address_of_record& aor) {
      return self->delegate(locations(self), lookup, aor);
    },
    [self, &state](get_atom get, const identity::address_of_record& aor) {
      const auto read = self->spawn(key_read, state.config.node,
                                    asker(state.config), ++state.reads);
      return self->delegate(read, get, aor);
    },
  };
}

} // namespace carillon
