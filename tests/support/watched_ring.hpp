#pragma once

#include "bench/simulation/virtual_ring.hpp"
#include "tests/support/faulty_store.hpp"
#include "tests/support/keys.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carillon::test {

/// Collects what is logged.
class log_recorder final : public log_sink {
public:
  [[nodiscard]] bool enabled(log_level, subsystem) const noexcept override {
    return true;
  }

  void write(log_level level, subsystem from, std::string_view trace_id,
             std::string_view message) noexcept override;

  /// Tells whether a line holds this text.
  [[nodiscard]] bool holds(std::string_view text) const;

private:
  std::vector<std::string> lines_;
};

/// A ring in virtual time whose log and store tests can look into. A message
/// that a link would refuse is a failure.
class watched_ring : public carillon::virtual_ring {
public:
  struct settings : virtual_ring_settings {
    /// How long it takes to read the records of a peer.
    duration read_time{};
  };

  explicit watched_ring(uint64_t seed);
  watched_ring(uint64_t seed, settings how);
  ~watched_ring();

  /// The steps in which `advance` goes on.
  static constexpr duration step = defaults::tick_interval;

  std::shared_ptr<log_recorder> log;
  std::shared_ptr<faulty_store> store;

private:
  watched_ring(uint64_t seed, settings how,
               std::shared_ptr<log_recorder> recorder,
               std::shared_ptr<faulty_store> records);
};

} // namespace carillon::test
