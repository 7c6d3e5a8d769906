#pragma once

#include "actors/key_vault.hpp"

#include <botan/chacha_rng.h>

#include <map>
#include <string>

namespace carillon {

/// Makes users' keys from a seed, and keeps them in memory.
class memory_vault final : public key_vault {
public:
  /// @param seed at least 32 bytes.
  explicit memory_vault(byte_view seed)
    : rng_(Botan::secure_vector<uint8_t>(seed.begin(), seed.end())) {}

  expected<credentials_ptr> load(const std::string& user) override;

  expected<credentials_ptr> load_or_make(const std::string& user) override;

  /// There are none before the first.
  expected<void> forget_predecessor(const std::string&,
                                    const identity::fingerprint&) override {
    return {};
  }

private:
  Botan::ChaCha_RNG rng_;
  std::map<std::string, credentials_ptr> users_;
};

} // namespace carillon
