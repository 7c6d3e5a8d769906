#pragma once

#include "actors/interfaces.hpp"
#include "storage/record_store.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <memory>
#include <vector>

namespace carillon {

/// Writes that wait for the next commit.
struct record_writer_state {
  static constexpr const char* name = "record_writer";

  std::shared_ptr<storage::record_store> store;
  storage::write_batch batch;
  storage::durability durability = storage::durability::buffered;
  std::vector<caf::typed_response_promise<write_outcome>> waiting;
  bool flush_sent = false;
};

/// Commits the writes of all peers of a process in groups: what has arrived by
/// the time a commit starts is written together, and synced if any of it wants
/// to be; then each request is answered. Spawn it detached when the store may
/// block.
record_writer_actor::behavior_type
record_writer(record_writer_actor::stateful_pointer<record_writer_state> self,
              std::shared_ptr<storage::record_store> store);

} // namespace carillon
