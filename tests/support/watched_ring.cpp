#include "tests/support/watched_ring.hpp"

#include "tests/support/slow_reader.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace carillon::test {

namespace {

virtual_ring_settings watched(watched_ring::settings how,
                              std::shared_ptr<log_sink> log,
                              std::shared_ptr<storage::record_store> store) {
  how.sink = std::move(log);
  how.store = std::move(store);
  if (how.read_time > duration::zero())
    how.wrap_writer = [delay = how.read_time](caf::actor_system& system,
                                              record_writer_actor real) {
      return system.spawn(slow_reader, std::move(real), delay);
    };
  return how;
}

} // namespace

void log_recorder::write(log_level, subsystem, std::string_view trace_id,
                         std::string_view message) noexcept {
  lines_.push_back(std::string{trace_id} + " " + std::string{message});
}

bool log_recorder::holds(std::string_view text) const {
  return std::ranges::any_of(lines_, [&](const std::string& line) {
    return line.find(text) != std::string::npos;
  });
}

watched_ring::watched_ring(uint64_t seed)
  : watched_ring(seed, settings{}) {}

watched_ring::watched_ring(uint64_t seed, settings how)
  : watched_ring(seed, std::move(how), std::make_shared<log_recorder>(),
                 std::make_shared<faulty_store>()) {}

watched_ring::watched_ring(uint64_t seed, settings how,
                           std::shared_ptr<log_recorder> recorder,
                           std::shared_ptr<faulty_store> records)
  : carillon::virtual_ring(seed, watched(std::move(how), recorder, records))
  , log(std::move(recorder))
  , store(std::move(records)) {}

watched_ring::~watched_ring() {
  if (network) {
    EXPECT_EQ(network->refused(), 0u);
  }
}

} // namespace carillon::test
