#pragma once

#include "protocols/sip/message.hpp"
#include "protocols/sip/uri.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The checks a user agent server makes before it looks at what a request
/// wants (RFC 3261 section 8.2).
namespace carillon::sip {

/// What a served domain is called.
struct served_domain {
  /// In lower case.
  std::string name;
  /// The addresses this node listens on; each means the domain.
  std::vector<flow> listen;
  /// Where others reach those listeners: the local part of each flow.
  std::vector<flow> advertised = {};
  /// What stands for this node where links lead.
  std::string node_host = {};
};

/// Tells whether a URI's host means the served domain: it is the domain itself
/// or stands for the node (with whatever port), or an address of it with its
/// port (none is 5060, or 5061 for sips).
[[nodiscard]] bool means_domain(const uri& value, const served_domain& domain);

/// What this server does.
struct server_abilities {
  /// Methods it serves, for Allow.
  std::vector<std::string> allowed;
  /// Option tags it supports.
  std::vector<std::string> supported;
};

/// Tells whether a method is defined by the IETF, so that refusing it is a
/// 405, not a 501.
[[nodiscard]] bool is_known_method(std::string_view method) noexcept;

/// Checks a request in the order of RFC 3261 section 8.2: the method (501 for
/// an unknown one, 405 with Allow for a known one that is not served), the
/// Request-URI (416 for a scheme other than sip and sips, 400 for a malformed
/// one), then Require (420 with Unsupported; not for ACK and CANCEL).
///
/// The 404 of a foreign host and of an unknown user is left to the caller, who
/// knows the names.
/// @returns the complete refusal, or nothing when all is well.
[[nodiscard]] std::optional<message>
check_request(const message& request, const server_abilities& abilities,
              std::string_view to_tag);

} // namespace carillon::sip
