#pragma once

#include "actors/key_vault.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "runtime/user_keys.hpp"

#include <botan/auto_rng.h>

#include <filesystem>

namespace carillon {

/// Keeps the keys of a node's users in files of mode 0600, see `user_keys.hpp`.
class file_key_vault final : public key_vault {
public:
  /// @param mode in enrolled mode users need a certificate and keys made with
  ///             it; in ad-hoc mode keys are made at first use.
  file_key_vault(std::filesystem::path data_dir, identity::identity_mode mode);

  /// @returns `missing_keys`; in enrolled mode `untrusted_certificate` for a
  ///          user without certificate and `name_mismatch` for one whose
  ///          certificate is for other keys; what `read_user_keys` and
  ///          `identity::certificates_from_pem` give. The detail names the file
  ///          and says what to do.
  [[nodiscard]] expected<credentials_ptr>
  load(const std::string& user) override;

  /// Makes keys in ad-hoc mode only.
  /// @returns as `load`, and what `write_keys` gives.
  [[nodiscard]] expected<credentials_ptr>
  load_or_make(const std::string& user) override;

  /// Removes the file of the keys before a rotation.
  /// @returns what `read_keys` gives, or `storage_failed` with the path and
  ///          the system's reason.
  [[nodiscard]] expected<void>
  forget_predecessor(const std::string& user,
                     const identity::fingerprint& current) override;

private:
  [[nodiscard]] expected<credentials_ptr> load(const user_key_paths& files);

  std::filesystem::path data_dir_;
  identity::identity_mode mode_;
  Botan::AutoSeeded_RNG rng_;
};

} // namespace carillon
