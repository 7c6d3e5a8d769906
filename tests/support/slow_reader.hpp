#pragma once

#include "actors/interfaces.hpp"

#include <caf/stateful_actor.hpp>

#include <utility>
#include <vector>

namespace carillon::test {

/// The reads that wait.
struct slow_reader_state {
  static constexpr const char* name = "slow_reader";

  std::vector<
    std::pair<chord::ring_id, caf::typed_response_promise<loaded_records>>>
    waiting;
};

/// A record writer that takes a while to read the records of a peer, as one
/// with many records does, and leaves everything else to another.
record_writer_actor::behavior_type
slow_reader(record_writer_actor::stateful_pointer<slow_reader_state> self,
            record_writer_actor real, duration delay);

} // namespace carillon::test
