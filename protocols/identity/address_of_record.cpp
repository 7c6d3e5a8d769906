#include "protocols/identity/address_of_record.hpp"

#include "protocols/identity/defaults.hpp"

#include <algorithm>

namespace carillon::identity {

namespace {

bool is_lower_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_user_character(char c) noexcept {
  return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-' || c == '+';
}

bool is_label(std::string_view label) noexcept {
  return !label.empty() && label.size() <= defaults::max_domain_label
    && label.front() != '-' && label.back() != '-'
    && std::all_of(label.begin(), label.end(),
                   [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

} // namespace

expected<void> validate_user(std::string_view user) {
  if (user.empty() || user.size() > defaults::max_user)
    return fail(errc::invalid_name,
                "a user name has 1 to " + std::to_string(defaults::max_user)
                  + " characters");
  if (!std::all_of(user.begin(), user.end(), is_user_character))
    return fail(errc::invalid_name,
                "a user name has only a-z, 0-9, '.', '_', '-' and '+'");
  return {};
}

expected<void> validate_domain(std::string_view domain) {
  if (domain.size() > defaults::max_domain)
    return fail(errc::invalid_name, "the domain is too long");
  for (auto rest = domain;;) {
    const auto dot = rest.find('.');
    if (!is_label(rest.substr(0, dot)))
      return fail(errc::invalid_name,
                  "a domain has labels of 1 to 63 of a-z, 0-9 and inner '-'");
    if (dot == std::string_view::npos)
      return {};
    rest.remove_prefix(dot + 1);
  }
}

expected<address_of_record>
make_address_of_record(std::string_view user, std::string_view domain,
                       std::string_view ring_domain) {
  if (auto ok = validate_user(user); !ok)
    return tl::unexpected{ok.error()};
  if (domain != ring_domain)
    return fail(errc::foreign_domain,
                "the domain is not " + std::string{ring_domain});
  return address_of_record{std::string{user}, std::string{domain}};
}

expected<address_of_record>
parse_address_of_record(std::string_view text, std::string_view ring_domain) {
  const auto at = text.find('@');
  if (at == std::string_view::npos)
    return fail(errc::invalid_name, "expected user@domain");
  return make_address_of_record(text.substr(0, at), text.substr(at + 1),
                                ring_domain);
}

std::string to_string(const address_of_record& aor) {
  return aor.user + '@' + aor.domain;
}

std::string location_key_text(const address_of_record& aor) {
  return to_string(aor);
}

std::string share_key_text(const address_of_record& aor, uint8_t index) {
  return to_string(aor) + '.' + std::to_string(index);
}

chord::ring_id location_key(const address_of_record& aor) {
  return chord::ring_id::hash(as_bytes(location_key_text(aor)));
}

chord::ring_id share_key(const address_of_record& aor, uint8_t index) {
  return chord::ring_id::hash(as_bytes(share_key_text(aor, index)));
}

} // namespace carillon::identity
