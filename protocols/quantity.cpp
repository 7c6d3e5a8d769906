#include "protocols/quantity.hpp"

namespace carillon {

std::string quantity(size_t number, std::string_view one,
                     std::string_view many) {
  auto result = std::to_string(number) + ' ';
  result += number == 1 ? one : many;
  return result;
}

} // namespace carillon
