#include "protocols/link/tunnels.hpp"

#include "protocols/link/defaults.hpp"

#include <string>

namespace carillon::link {

namespace {

/// Takes bytes out of what may still be sent.
expected<void> spend(uint32_t& left, size_t size) {
  if (size > left)
    return fail(errc::quota_exceeded, "more bytes than a tunnel may carry");
  left -= static_cast<uint32_t>(size);
  return {};
}

/// Gives back bytes that were dealt with.
expected<void> refill(uint32_t& left, uint32_t size) {
  if (size > defaults::tunnel_window - left)
    return fail(errc::quota_exceeded, "credit for bytes that were never sent");
  left += size;
  return {};
}

bool is_opening(const tunnel_frame& frame) {
  return std::holds_alternative<tunnel_open>(frame.what)
    || std::holds_alternative<tunnel_offer>(frame.what);
}

/// Notes a frame of a tunnel that is open.
/// @param data what data is taken from.
/// @param credit what credit is added to.
expected<void> account(const tunnel_frame& frame, uint32_t& data,
                       uint32_t& credit) {
  if (const auto* sent = std::get_if<tunnel_data>(&frame.what))
    return spend(data, sent->data.size());
  if (const auto* given = std::get_if<tunnel_credit>(&frame.what))
    return refill(credit, given->size);
  return {};
}

} // namespace

expected<void> tunnels::send(const tunnel_frame& frame) {
  if (is_opening(frame))
    return open(frame.number, last_own_);
  const auto known = open_.find(frame.number);
  if (known == open_.end())
    return fail(errc::unreachable, "the tunnel is closed");
  auto result = account(frame, known->second.out, known->second.in);
  if (std::holds_alternative<tunnel_close>(frame.what))
    open_.erase(known);
  return result;
}

expected<void> tunnels::receive(const tunnel_frame& frame) {
  if (is_opening(frame)) {
    if (is_own(frame.number) || frame.number <= last_other_)
      return fail(errc::malformed,
                  "tunnel number " + std::to_string(frame.number));
    return open(frame.number, last_other_);
  }
  if (!was_given(frame.number))
    return fail(errc::malformed,
                "no tunnel has number " + std::to_string(frame.number));
  const auto known = open_.find(frame.number);
  if (known == open_.end())
    return fail(errc::unreachable, "the tunnel is closed");
  auto result = account(frame, known->second.in, known->second.out);
  if (std::holds_alternative<tunnel_close>(frame.what))
    open_.erase(known);
  return result;
}

expected<void> tunnels::open(uint32_t number, uint32_t& last) {
  last = number;
  if (open_.size() >= defaults::max_tunnels)
    return fail(errc::overloaded, "too many tunnels over one link");
  open_.emplace(number,
                window{defaults::tunnel_window, defaults::tunnel_window});
  return {};
}

bool tunnels::was_given(uint32_t number) const noexcept {
  return number != 0 && number <= (is_own(number) ? last_own_ : last_other_);
}

bool tunnels::is_own(uint32_t number) const noexcept {
  return (number % 2 == 1) == dialled_;
}

} // namespace carillon::link
