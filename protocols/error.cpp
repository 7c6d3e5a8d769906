#include "protocols/error.hpp"

#include <array>

namespace carillon {

namespace {

constexpr auto texts = std::to_array<std::string_view>({
  "invalid name",
  "foreign domain",
  "malformed input",
  "too large",
  "unsupported version",
  "unsupported suite",
  "weak key",
  "invalid key",
  "invalid signature",
  "wrong ring",
  "wrong recipient",
  "wrong mode",
  "hash mismatch",
  "stale",
  "replayed",
  "expired",
  "not yet valid",
  "untrusted certificate",
  "name mismatch",
  "invalid threshold",
  "share mismatch",
  "not enough shares",
  "decryption failed",
  "missing keys",
  "bad passphrase",
  "revoked",
  "identity in use",
  "name taken",
  "unauthorized key change",
  "disputed key",
  "older epoch",
  "quota exceeded",
  "not responsible",
  "no such record",
  "hop limit reached",
  "timeout",
  "unreachable",
  "overloaded",
  "storage failed",
  "invalid configuration",
  "cannot listen",
  "interrupted",
});

static_assert(texts.size() == static_cast<size_t>(errc::count_),
              "every error code needs a text");

} // namespace

std::string_view to_string(errc code) noexcept {
  const auto index = static_cast<size_t>(code);
  return index < texts.size() ? texts[index] : "unknown error";
}

std::string to_string(const error& err) {
  std::string result{to_string(err.code)};
  if (!err.detail.empty()) {
    result += ": ";
    result += err.detail;
  }
  return result;
}

} // namespace carillon
