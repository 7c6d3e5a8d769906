#pragma once

#include "protocols/error.hpp"

#include <stdexcept>
#include <utility>

namespace carillon::test {

/// Takes the value out of an expected; a failure ends the test with its error.
template <class T>
T must(expected<T> result) {
  if (!result)
    throw std::runtime_error{to_string(result.error())};
  return std::move(*result);
}

/// As above, where there is no value.
inline void must(const expected<void>& result) {
  if (!result)
    throw std::runtime_error{to_string(result.error())};
}

} // namespace carillon::test
