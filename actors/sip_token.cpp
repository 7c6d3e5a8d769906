#include "actors/sip_token.hpp"

#include "protocols/identity/address_of_record.hpp"
#include "protocols/sip/via.hpp"

namespace carillon {

namespace {

/// May stand in a branch and in the user part of a URI, and in no user name.
constexpr char separator = '!';

} // namespace

std::string make_sip_token(std::string_view user, std::string_view unique) {
  return std::string{user} + separator + std::string{unique};
}

std::optional<std::string> token_user(std::string_view token) {
  const auto end = token.find(separator);
  if (end == std::string_view::npos)
    return std::nullopt;
  const auto user = token.substr(0, end);
  if (!identity::validate_user(user))
    return std::nullopt;
  return std::string{user};
}

std::string token_secret(std::string_view token) {
  return std::string{token.substr(token.find(separator) + 1)};
}

std::optional<std::string> branch_user(std::string_view branch) {
  if (!branch.starts_with(sip::magic_cookie))
    return std::nullopt;
  return token_user(branch.substr(sip::magic_cookie.size()));
}

} // namespace carillon
