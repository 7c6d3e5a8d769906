#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/key_pair.hpp"
#include "runtime/config.hpp"

#include <boost/asio/ssl/context.hpp>

#include <optional>
#include <span>

namespace carillon {

/// Makes TLS as phones speak it (RFC 3261 section 26.3.1): version 1.2 or
/// later. It asks phones for no certificate, and does not check those of phones
/// that it connects to, whose contacts are addresses: passwords and the
/// signatures between adapters tell who is who.
/// @param keys and chain the node's, in use unless the configuration names
///        files.
/// @returns nothing when no listener is one for TLS; what `use_credentials` or
///          `use_credential_files` gives.
[[nodiscard]] expected<std::optional<boost::asio::ssl::context>>
make_sip_tls(const sip_config& settings, const identity::key_pair& keys,
             std::span<const bytes> chain);

} // namespace carillon
