// Feeds a stream framer whole and in pieces: both have to give the same.

#include "protocols/sip/stream_framer.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace carillon;

struct outcome {
  std::vector<bytes> messages;
  size_t pings = 0;
  bool failed = false;

  bool operator==(const outcome&) const = default;
};

outcome run(byte_view data, size_t step) {
  sip::stream_framer framer{4096, 1024};
  outcome result;
  while (!data.empty()) {
    const auto part = data.first(std::min(step, data.size()));
    data = data.subspan(part.size());
    auto out = framer.feed(part);
    result.pings += out.pings;
    result.failed = result.failed || out.failure.has_value();
    for (auto& item : out.messages) {
      if (item.size() > 4096)
        std::abort();
      (void)sip::parse_message(item);
      result.messages.push_back(std::move(item));
    }
  }
  return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The first octet chooses how the rest is cut.
  if (size == 0)
    return 0;
  const byte_view stream{data + 1, size - 1};
  if (run(stream, size) != run(stream, size_t{data[0]} + 1))
    std::abort();
  return 0;
}
