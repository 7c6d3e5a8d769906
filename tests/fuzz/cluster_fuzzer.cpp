// What members of a cluster say to each other and remember.

#include "protocols/cluster/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace carillon;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const byte_view input{data, size};
  // There is one encoding for what was understood.
  if (const auto said = cluster::decode_message(input);
      said && cluster::encode(*said) != to_bytes(input))
    std::abort();
  if (const auto state = cluster::decode_council_state(input);
      state && cluster::encode(*state) != to_bytes(input))
    std::abort();
  return 0;
}
