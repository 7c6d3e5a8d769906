#pragma once

#include "protocols/sip/message.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace carillon {

/// Knows what the operations of a load are.
class load_source {
public:
  virtual ~load_source() = default;

  /// Makes the request of an operation. Its Call-ID begins with a number that
  /// is one higher than that of the request before.
  /// @param operation 0 first; called once for each, in their order.
  [[nodiscard]] virtual sip::message make(size_t operation) = 0;

  /// Judges the final answer to an operation.
  /// @returns the kind of failure if it is not the one that is wanted.
  [[nodiscard]] virtual std::optional<std::string>
  judge(size_t operation, const sip::message& answer) const = 0;
};

} // namespace carillon
