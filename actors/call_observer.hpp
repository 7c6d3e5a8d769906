#pragma once

#include "protocols/time.hpp"

#include <string_view>

namespace carillon {

/// The steps of registrations and calls that a call observer is told.
namespace call_steps {

inline constexpr std::string_view register_received = "REGISTER received";
inline constexpr std::string_view bootstrap_asked = "bootstrap server asked";
inline constexpr std::string_view bootstrap_answered =
  "bootstrap server answered";
inline constexpr std::string_view location_stored = "location stored";
inline constexpr std::string_view registered = "phone registered";
inline constexpr std::string_view register_refused = "REGISTER refused";
inline constexpr std::string_view invite_received = "INVITE received";
inline constexpr std::string_view location_found = "location found";
inline constexpr std::string_view location_missing = "no location";
inline constexpr std::string_view key_verified = "shares verified";
inline constexpr std::string_view key_missing = "no shares";
inline constexpr std::string_view key_refused = "shares refused";
inline constexpr std::string_view bad_holder = "bad holder";
inline constexpr std::string_view key_alarm = "alarm";
inline constexpr std::string_view invite_signed = "INVITE signed";
inline constexpr std::string_view invite_verified = "INVITE verified";
inline constexpr std::string_view invite_refused = "INVITE refused";
inline constexpr std::string_view redirect_signed = "REDIRECT signed";
inline constexpr std::string_view redirect_verified = "REDIRECT verified";
inline constexpr std::string_view redirected = "302 sent";
inline constexpr std::string_view forwarded = "INVITE forwarded";
inline constexpr std::string_view permit_used = "one-time contact used";
inline constexpr std::string_view call_refused = "call refused";

} // namespace call_steps

/// Watches what adapters do, step by step. Thread-safe.
class call_observer {
public:
  call_observer() = default;
  call_observer(const call_observer&) = delete;
  call_observer& operator=(const call_observer&) = delete;
  virtual ~call_observer() = default;

  /// Is told a step.
  /// @param trace the registration's or call's id, the same in both adapters.
  /// @param user whose adapter takes the step.
  /// @param step one of `call_steps`.
  /// @param detail for a person; of `bad_holder` the ring id and what was
  ///        wrong, of `key_alarm` whose key it is about and what is wrong.
  virtual void on_step(std::string_view trace, std::string_view user,
                       std::string_view step, std::string_view detail,
                       timestamp when) = 0;
};

} // namespace carillon
