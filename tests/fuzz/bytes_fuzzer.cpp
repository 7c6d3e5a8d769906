#include "protocols/bytes.hpp"

#include <cstdlib>

// Each value has exactly one Base64 encoding, and both decoders give back what
// the encoders made.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carillon;
  const byte_view input{data, size};
  const auto text = as_text(input);
  if (const auto decoded = from_base64(text);
      decoded && to_base64(*decoded) != text) {
    std::abort();
  }
  if (const auto decoded = from_hex(text);
      decoded && from_hex(to_hex(*decoded)) != *decoded) {
    std::abort();
  }
  if (from_base64(to_base64(input)) != to_bytes(input)
      || from_hex(to_hex(input)) != to_bytes(input)) {
    std::abort();
  }
  return 0;
}
