#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"

#include <boost/asio/ssl/context.hpp>

#include <span>
#include <vector>

namespace carillon {

/// Makes TLS as links use it: version 1.3 only, certificates on both sides, no
/// session is resumed. TLS itself accepts any certificate: who the other side
/// is, is decided by its key, after the handshake.
/// @param chain the certificates of `keys` in DER, the node's own first.
/// @returns `invalid_key` when OpenSSL cannot use key or certificate.
[[nodiscard]] expected<boost::asio::ssl::context>
make_link_tls(const identity::key_pair& keys, std::span<const bytes> chain);

/// Gives the certificates that the other side has shown, its own first; at most
/// one more than `identity::defaults::max_chain`.
[[nodiscard]] std::vector<bytes> chain_of(SSL* session);

} // namespace carillon
