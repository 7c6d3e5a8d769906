#pragma once

#include "protocols/time.hpp"

namespace carillon::sip {

/// The timers of RFC 3261 section 17 and its table 4 in appendix A, and timers
/// L and M of RFC 6026. All are derived from T1, T2 and T4; a test may shrink
/// those. "Reliable" says that the transport is.
struct timers {
  /// The estimated round-trip time.
  duration t1 = std::chrono::milliseconds{500};
  /// The longest retransmission interval of non-INVITE requests and INVITE
  /// responses.
  duration t2 = std::chrono::seconds{4};
  /// How long a message may stay in the network.
  duration t4 = std::chrono::seconds{5};
  /// How long a proxy waits for the final answer to a forwarded INVITE after
  /// the last provisional one (section 16.6 item 11: over three minutes).
  duration timer_c = std::chrono::seconds{185};
  /// How long a cancelled INVITE client waits for its final answer: 64*T1
  /// (section 9.1).
  [[nodiscard]] duration cancelled() const noexcept {
    return 64 * t1;
  }

  /// First INVITE request retransmission; doubles. Unreliable only.
  [[nodiscard]] duration a() const noexcept {
    return t1;
  }

  /// INVITE client gives up waiting for any answer.
  [[nodiscard]] duration b() const noexcept {
    return 64 * t1;
  }

  /// INVITE client absorbs repeated final responses.
  [[nodiscard]] duration d(bool reliable) const noexcept {
    return reliable ? duration{0} : duration{std::chrono::seconds{32}};
  }

  /// First non-INVITE request retransmission; doubles up to T2. Unreliable
  /// only.
  [[nodiscard]] duration e() const noexcept {
    return t1;
  }

  /// Non-INVITE client gives up waiting for a final answer.
  [[nodiscard]] duration f() const noexcept {
    return 64 * t1;
  }

  /// First INVITE response retransmission; doubles up to T2. Unreliable only.
  [[nodiscard]] duration g() const noexcept {
    return t1;
  }

  /// INVITE server gives up waiting for the ACK.
  [[nodiscard]] duration h() const noexcept {
    return 64 * t1;
  }

  /// INVITE server absorbs repeated ACKs.
  [[nodiscard]] duration i(bool reliable) const noexcept {
    return reliable ? duration{0} : t4;
  }

  /// Non-INVITE server absorbs repeated requests.
  [[nodiscard]] duration j(bool reliable) const noexcept {
    return reliable ? duration{0} : 64 * t1;
  }

  /// Non-INVITE client absorbs repeated final responses.
  [[nodiscard]] duration k(bool reliable) const noexcept {
    return reliable ? duration{0} : t4;
  }

  /// INVITE server absorbs repeated requests after a 2xx (RFC 6026).
  [[nodiscard]] duration l() const noexcept {
    return 64 * t1;
  }

  /// INVITE client takes further 2xx of other branches (RFC 6026).
  [[nodiscard]] duration m() const noexcept {
    return 64 * t1;
  }
};

} // namespace carillon::sip
