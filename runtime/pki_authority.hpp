#pragma once

#include "protocols/error.hpp"
#include "protocols/identity/certificate.hpp"
#include "protocols/identity/revocation_list.hpp"
#include "protocols/identity/suite.hpp"

#include <filesystem>
#include <string>

/// A certificate authority in files, for enrolled mode. Its key is `ca.key` and
/// its certificate `ca.pem` in one directory, and next to them is `ca.crl` once
/// it has revoked a certificate. No function replaces a key, nor a certificate
/// unless it says so.
namespace carillon {

/// Makes an authority.
/// @param directory takes `ca.key` and `ca.pem`.
/// @returns `storage_failed` also when there is one already, or what the
///          identity layer gives.
[[nodiscard]] expected<void>
make_authority(const std::filesystem::path& directory, const std::string& name,
               identity::suite kind, const identity::validity& when,
               Botan::RandomNumberGenerator& rng);

/// Makes the keys and the certificate of a node, `node.key` and `node.pem`.
/// @param authority the directory of the authority.
/// @param directory takes the files.
/// @returns `storage_failed` also when there are files already, or what the
///          identity layer gives.
[[nodiscard]] expected<void> make_node(const std::filesystem::path& authority,
                                       const std::filesystem::path& directory,
                                       const std::string& host,
                                       identity::suite kind,
                                       const identity::validity& when,
                                       Botan::RandomNumberGenerator& rng);

/// Makes a user's certificate in the data directory, and keys where there are
/// none. An older certificate is replaced: it may be about to expire.
/// @returns `name_mismatch` when there is a certificate of a user of this name
///          in another domain, what the identity layer gives, or
///          `storage_failed`.
[[nodiscard]] expected<void> make_user(const std::filesystem::path& authority,
                                       const std::filesystem::path& data_dir,
                                       const identity::address_of_record& aor,
                                       identity::suite kind,
                                       const identity::validity& when,
                                       Botan::RandomNumberGenerator& rng);

/// Has an authority take back a certificate: adds it to `ca.crl` in its
/// directory, which is made, or replaced whole. A certificate that is in there
/// already stays, and the list is made anew with a later next update.
/// @param authority the directory of the authority.
/// @param file holds the certificate in PEM; of several the first is revoked.
/// @returns the path of the list, `storage_failed`, or what the identity layer
///          gives.
[[nodiscard]] expected<std::filesystem::path>
revoke_in(const std::filesystem::path& authority,
          const std::filesystem::path& file, const identity::update_times& when,
          Botan::RandomNumberGenerator& rng);

} // namespace carillon
