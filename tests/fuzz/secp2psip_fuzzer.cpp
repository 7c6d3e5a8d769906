#include "protocols/secp2psip/message.hpp"
#include "protocols/secp2psip/protected_message.hpp"
#include "protocols/secp2psip/replay_cache.hpp"

#include <cstdlib>

using namespace carillon;
using namespace carillon::secp2psip;

namespace {

/// Whatever can be read has one spelling only.
void require(bool holds) {
  if (!holds)
    std::abort();
}

void read_message(byte_view data) {
  const auto result = decode(data);
  if (!result)
    return;
  const auto& content = result->content;
  const auto signed_part = encode_signed_part(content);
  require(signed_part == result->signed_bytes);
  require(complete(content, *signed_part, result->signature) == to_bytes(data));
}

void read_protected(byte_view data) {
  const auto result = decode_protected(data);
  if (!result)
    return;
  require(encode_protected_context(result->ring, result->to)
          == result->context);
  require(complete_protected(result->context, result->sealed)
          == to_bytes(data));
}

void read_replay_entry(byte_view data) {
  const auto result = decode_replay_entry(data);
  if (result)
    require(encode(*result) == to_bytes(data));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const byte_view input{data, size};
  read_message(input);
  read_protected(input);
  read_replay_entry(input);
  return 0;
}
