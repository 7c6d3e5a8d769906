#include "tests/support/slow_reader.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon::test {

record_writer_actor::behavior_type
slow_reader(record_writer_actor::stateful_pointer<slow_reader_state> self,
            record_writer_actor real, duration delay) {
  be_quiet(self);
  return {
    [self, real](tick_atom) {
      for (auto& [peer, promise] : std::exchange(self->state.waiting, {}))
        self->request(real, caf::infinite, load_atom_v, peer)
          .then([promise = promise](const loaded_records& records) mutable {
            promise.deliver(records);
          });
    },
    [self, real](put_atom, const chord::ring_id& peer, const std::string& key,
                 const p2psip::shared_bytes& record) {
      return self->delegate(real, put_atom_v, peer, key, record);
    },
    [self, real](erase_atom, const chord::ring_id& peer,
                 const std::string& key) {
      self->send(real, erase_atom_v, peer, key);
    },
    [self, delay](load_atom, const chord::ring_id& peer) {
      auto promise = self->make_response_promise<loaded_records>();
      self->state.waiting.emplace_back(peer, promise);
      self->delayed_send(self, delay, tick_atom_v);
      return promise;
    },
    [self, real](put_atom, const std::string& key, const bytes& value,
                 storage::durability wanted) {
      return self->delegate(real, put_atom_v, key, value, wanted);
    },
    [self, real](erase_atom, const std::string& key) {
      self->send(real, erase_atom_v, key);
    },
    [self, real](load_atom, const std::string& prefix) {
      return self->delegate(real, load_atom_v, prefix);
    },
  };
}

} // namespace carillon::test
