#include "actors/record_writer.hpp"

#include "actors/quiet.hpp"
#include "storage/defaults.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

namespace {

using record_writer_ptr =
  record_writer_actor::stateful_pointer<record_writer_state>;

/// The key of a record in the store: the peer's id, then the text.
bytes storage_key(const chord::ring_id& peer, const std::string& key) {
  bytes result{peer.data().begin(), peer.data().end()};
  result.insert(result.end(), key.begin(), key.end());
  return result;
}

/// Asks for a commit after whatever is in the mailbox already.
void request_flush(record_writer_ptr self) {
  if (!std::exchange(self->state.flush_sent, true))
    self->send(self, tick_atom_v);
}

void flush(record_writer_ptr self) {
  auto& state = self->state;
  state.flush_sent = false;
  const auto batch = std::exchange(state.batch, {});
  auto waiting = std::exchange(state.waiting, {});
  const auto wanted =
    std::exchange(state.durability, storage::durability::buffered);
  const auto outcome = state.store->apply(batch, wanted);
  for (auto& promise : waiting)
    promise.deliver(outcome);
}

/// Reads all entries whose keys begin with `prefix`, page by page.
template <class Visit>
expected<void> visit_all(const storage::record_store& store,
                         storage::table where, byte_view prefix, Visit visit) {
  auto range = storage::key_range::with_prefix(prefix);
  for (;;) {
    auto page = store.scan(where, range, storage::defaults::max_scan_entries);
    if (!page)
      return tl::unexpected{page.error()};
    for (auto& item : page->entries)
      visit(item);
    if (!page->next)
      return {};
    range.first = std::move(*page->next);
  }
}

loaded_records load_records(const storage::record_store& store,
                            const chord::ring_id& peer) {
  std::vector<p2psip::shared_bytes> result;
  return visit_all(store, storage::table::records, peer.data(),
                   [&](storage::entry& item) {
                     result.push_back(
                       std::make_shared<const bytes>(std::move(item.value)));
                   })
    .map([&] { return std::move(result); });
}

loaded_notes load_notes(const storage::record_store& store,
                        const std::string& prefix) {
  std::vector<note> result;
  return visit_all(store, storage::table::node, as_bytes(prefix),
                   [&](storage::entry& item) {
                     result.push_back(
                       {std::string{as_text(item.key)}, std::move(item.value)});
                   })
    .map([&] { return std::move(result); });
}

/// Promises an answer when the next commit is done.
caf::typed_response_promise<write_outcome>
promise_commit(record_writer_ptr self, storage::durability wanted) {
  self->state.durability = std::max(self->state.durability, wanted);
  auto promise = self->make_response_promise<write_outcome>();
  self->state.waiting.push_back(promise);
  request_flush(self);
  return promise;
}

} // namespace

record_writer_actor::behavior_type
record_writer(record_writer_ptr self,
              std::shared_ptr<storage::record_store> store) {
  be_quiet(self);
  self->state.store = std::move(store);
  return {
    [self](tick_atom) { flush(self); },
    [self](put_atom, const chord::ring_id& peer, const std::string& key,
           const p2psip::shared_bytes& record) {
      self->state.batch.put(storage::table::records, storage_key(peer, key),
                            *record);
      return promise_commit(self, storage::durability::synced);
    },
    [self](erase_atom, const chord::ring_id& peer, const std::string& key) {
      self->state.batch.erase(storage::table::records, storage_key(peer, key));
      request_flush(self);
    },
    [self](load_atom, const chord::ring_id& peer) {
      return load_records(*self->state.store, peer);
    },
    [self](put_atom, const std::string& key, const bytes& value,
           storage::durability wanted) {
      self->state.batch.put(storage::table::node, to_bytes(key), value);
      return promise_commit(self, wanted);
    },
    [self](erase_atom, const std::string& key) {
      self->state.batch.erase(storage::table::node, to_bytes(key));
      request_flush(self);
    },
    [self](load_atom, const std::string& prefix) {
      return load_notes(*self->state.store, prefix);
    },
  };
}

} // namespace carillon
