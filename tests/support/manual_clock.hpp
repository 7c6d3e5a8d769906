#pragma once

#include "actors/clock.hpp"

#include <chrono>

namespace carillon::test {

/// A clock that moves only when a test sets it.
class manual_clock final : public clock {
public:
  [[nodiscard]] timestamp now() const noexcept override {
    return time;
  }

  timestamp time{std::chrono::hours{1}};
};

} // namespace carillon::test
