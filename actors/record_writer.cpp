#include "actors/record_writer.hpp"

#include "actors/quiet.hpp"
#include "storage/defaults.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

using self_ptr = record_writer_actor::stateful_pointer<record_writer_state>;

/// The key of a record in the store: the peer's id, then the text.
bytes storage_key(const chord::ring_id& peer, const std::string& key) {
  bytes result{peer.data().begin(), peer.data().end()};
  result.insert(result.end(), key.begin(), key.end());
  return result;
}

/// Asks for a commit after whatever is in the mailbox already.
void request_flush(self_ptr self) {
  if (!std::exchange(self->state.flush_sent, true))
    self->send(self, tick_atom_v);
}

void flush(self_ptr self) {
  auto& state = self->state;
  state.flush_sent = false;
  const auto batch = std::exchange(state.batch, {});
  auto waiting = std::exchange(state.waiting, {});
  const auto outcome
    = state.store->apply(batch, storage::durability::synced);
  for (auto& promise : waiting)
    promise.deliver(outcome);
}

loaded_records load(const storage::record_store& store,
                    const chord::ring_id& peer) {
  std::vector<p2psip::shared_bytes> result;
  auto range = storage::key_range::with_prefix(peer.data());
  for (;;) {
    auto page = store.scan(storage::table::records, range,
                           storage::defaults::max_scan_entries);
    if (!page)
      return tl::unexpected{page.error()};
    for (auto& item : page->entries)
      result.push_back(std::make_shared<const bytes>(std::move(item.value)));
    if (!page->next)
      return result;
    range.first = std::move(*page->next);
  }
}

} // namespace

record_writer_actor::behavior_type
record_writer(self_ptr self, std::shared_ptr<storage::record_store> store) {
  be_quiet(self);
  self->state.store = std::move(store);
  return {
    [self](tick_atom) { flush(self); },
    [self](put_atom, const chord::ring_id& peer, const std::string& key,
           const p2psip::shared_bytes& record) {
      auto& state = self->state;
      state.batch.put(storage::table::records, storage_key(peer, key),
                      *record);
      auto promise = self->make_response_promise<write_outcome>();
      state.waiting.push_back(promise);
      request_flush(self);
      return promise;
    },
    [self](erase_atom, const chord::ring_id& peer, const std::string& key) {
      self->state.batch.erase(storage::table::records, storage_key(peer, key));
      request_flush(self);
    },
    [self](load_atom, const chord::ring_id& peer) {
      return load(*self->state.store, peer);
    },
  };
}

} // namespace carillon
