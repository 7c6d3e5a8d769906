#pragma once

#include "protocols/bytes.hpp"
#include "protocols/identity/address_of_record.hpp"

#include <functional>
#include <string>

namespace carillon::secp2psip {

/// Who calls whom according to a SIP message. Only the user parts: the hosts
/// are the caller's business, who may have dialled the address of its own
/// adapter (SecP2PSIP table 3).
struct sip_names {
  /// The user part of the From URI.
  std::string from;
  /// The user part of the To URI.
  std::string to;
};

/// Parses the bytes of a SIP message for its names. A session calls it only
/// with bytes whose signature it has verified.
using sip_name_reader = std::function<expected<sip_names>(byte_view)>;

/// Tells whether the bytes begin like an INVITE request (RFC 3261 section 7.1).
[[nodiscard]] bool is_sip_invite(byte_view sip_message) noexcept;

/// Tells whether the bytes begin like a 302 response (RFC 3261 section 7.2).
[[nodiscard]] bool is_sip_redirect(byte_view sip_message) noexcept;

/// Checks that a SIP message is about a call from `caller` to `callee`.
/// @returns what `reader` refuses, or `name_mismatch`.
[[nodiscard]] expected<void>
check_sip_names(byte_view sip_message, const sip_name_reader& reader,
                const identity::address_of_record& caller,
                const identity::address_of_record& callee);

} // namespace carillon::secp2psip
