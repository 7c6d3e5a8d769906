#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <span>

/// What TLS has in common wherever a node speaks it.
namespace carillon {

/// Makes TLS that resumes no sessions, does not renegotiate, and keeps little
/// of connections that are idle.
/// @param min_version of TLS, as OpenSSL has it: `TLS1_2_VERSION`.
[[nodiscard]] boost::asio::ssl::context make_tls(int min_version);

/// Has TLS show who this node is.
/// @param chain the certificates of `keys` in DER, the node's own first.
/// @returns `invalid_key` when OpenSSL cannot use key or certificate.
[[nodiscard]] expected<void> use_credentials(boost::asio::ssl::context& tls,
                                             const identity::key_pair& keys,
                                             std::span<const bytes> chain);

/// Has TLS show what is in PEM files.
/// @param certificate the server's own certificate first.
/// @param key not encrypted, and for its owner alone to read.
/// @returns `invalid_configuration`; the detail begins with "certificate" or
///          "key" and the file that cannot be used.
[[nodiscard]] expected<void>
use_credential_files(boost::asio::ssl::context& tls,
                     const std::filesystem::path& certificate,
                     const std::filesystem::path& key);

} // namespace carillon
