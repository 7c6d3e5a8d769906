#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What adapters write into their Via branches, and Record-Route and Contact
/// URIs, so that the switch finds the adapter that an answer or a later request
/// concerns.
namespace carillon {

/// Makes a token: the user's name, which no other token begins with, and
/// something unique.
[[nodiscard]] std::string make_sip_token(std::string_view user,
                                         std::string_view unique);

/// Gives the user whose adapter made a token, or nothing when none did.
[[nodiscard]] std::optional<std::string> token_user(std::string_view token);

/// Gives the unique part of a token.
[[nodiscard]] std::string token_secret(std::string_view token);

/// Gives the user whose adapter made a Via branch, or nothing when none did.
[[nodiscard]] std::optional<std::string> branch_user(std::string_view branch);

} // namespace carillon
