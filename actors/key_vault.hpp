#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/key_pair.hpp"

#include <memory>
#include <string>
#include <vector>

namespace carillon {

/// The private keys of a user and what proves the right to them.
struct user_credentials {
  std::shared_ptr<const identity::key_pair> keys;
  /// 1 for a user's first keys; one more with each change.
  uint64_t epoch = 1;
  /// In enrolled mode the chain in DER, the user's own certificate first.
  std::vector<bytes> certificates;
  /// The keys before these, which sign for them; null when there are none.
  std::shared_ptr<const identity::key_pair> predecessor;
};

/// Credentials that actors share.
using credentials_ptr = std::shared_ptr<const user_credentials>;

/// Keeps users' private keys. May block; used by one thread at a time.
class key_vault {
public:
  key_vault() = default;
  key_vault(const key_vault&) = delete;
  key_vault& operator=(const key_vault&) = delete;
  virtual ~key_vault() = default;

  /// Gives the keys of a user who has some.
  /// @param user a valid name, without the domain.
  /// @returns `missing_keys`, `storage_failed`, or why stored keys are no good.
  [[nodiscard]] virtual expected<credentials_ptr>
  load(const std::string& user) = 0;

  /// Gives a user's keys, and makes and stores them when there are none.
  /// @returns as `load`; `missing_keys` only when this vault makes none.
  [[nodiscard]] virtual expected<credentials_ptr>
  load_or_make(const std::string& user) = 0;

  /// Forgets the keys before these for good, because the ring has taken these.
  /// @param current the fingerprint of the bundle of these; when the user's
  ///        keys are others by now, nothing is forgotten.
  /// @returns `storage_failed`, or why stored keys are no good.
  [[nodiscard]] virtual expected<void>
  forget_predecessor(const std::string& user,
                     const identity::fingerprint& current) = 0;
};

} // namespace carillon
