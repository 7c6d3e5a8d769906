// Frames of strangers over a link.

#include "protocols/link/frames.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace carillon;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto got = link::decode_frame({data, size});
  if (!got)
    return 0;
  // What was understood can be said again, and then means the same.
  const auto said = link::encode(*got);
  const auto again = link::decode_frame(said);
  if (!again || link::encode(*again) != said)
    std::abort();
  return 0;
}
