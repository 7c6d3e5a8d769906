// Datagrams of strangers on the local network.

#include "protocols/link/announcement.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace carillon;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const byte_view input{data, size};
  const auto got = link::decode_announcement(input);
  // There is one way to say each thing.
  if (got && link::encode(*got) != to_bytes(input))
    std::abort();
  return 0;
}
