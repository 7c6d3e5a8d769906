#pragma once

#include "protocols/error.hpp"
#include "protocols/link/tunnel_frame.hpp"

#include <cstdint>
#include <unordered_map>

namespace carillon::link {

/// The tunnels of one link, as one side of it sees them. The side that has
/// opened the link gives odd numbers, the other one even ones, each number once
/// and each above those before it. Of one tunnel either side may send
/// `defaults::tunnel_window` bytes, and after them as many as the other one
/// says that it has dealt with.
class tunnels {
public:
  /// @param dialled whether this side has opened the link.
  explicit tunnels(bool dialled) noexcept
    : dialled_(dialled) {}

  /// Notes what this side sends.
  /// @returns `overloaded` for a new tunnel when there are
  ///          `defaults::max_tunnels` already; `unreachable` when the tunnel
  ///          is closed; `quota_exceeded` for more bytes than the other side
  ///          permits, or more credit than bytes have come.
  [[nodiscard]] expected<void> send(const tunnel_frame& frame);

  /// Notes what the other side sends.
  /// @returns as `send`, and `malformed` for a number that the other side
  ///          cannot have given or that was never given. Only `overloaded` and
  ///          `unreachable` happen between honest nodes: what is on its way to
  ///          a tunnel that was closed is passed over.
  [[nodiscard]] expected<void> receive(const tunnel_frame& frame);

  /// Gives how many tunnels there are.
  [[nodiscard]] size_t size() const noexcept {
    return open_.size();
  }

private:
  /// Bytes that may still be sent each way.
  struct window {
    uint32_t out;
    uint32_t in;
  };

  expected<void> open(uint32_t number, uint32_t& last);
  [[nodiscard]] bool was_given(uint32_t number) const noexcept;
  [[nodiscard]] bool is_own(uint32_t number) const noexcept;

  bool dialled_;
  /// The last number that this side gave, and the other one.
  uint32_t last_own_ = 0;
  uint32_t last_other_ = 0;
  std::unordered_map<uint32_t, window> open_;
};

} // namespace carillon::link
