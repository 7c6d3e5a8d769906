#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/message.hpp"

#include <string>
#include <string_view>

namespace carillon {

/// Why a phone's request is refused.
struct sip_failure {
  unsigned status = 0;
  /// For a Warning header, so that a person learns what was wrong; empty for
  /// none.
  std::string why;
};

/// Gives how a phone is told of an error: 403 when somebody's right or
/// identity is in question, 503 when the ring gave no answer in time, 500 when
/// this node failed.
[[nodiscard]] sip_failure to_sip_failure(const error& why);

/// Builds the answer to a refused request: with a Warning 399 and, for a 503,
/// with Retry-After.
/// @param agent who warns: the domain.
[[nodiscard]] sip::message make_failure(const sip::message& request,
                                        const sip_failure& failure,
                                        std::string_view to_tag,
                                        std::string_view agent);

} // namespace carillon
