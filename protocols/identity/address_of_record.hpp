#pragma once

#include "protocols/chord/ring_id.hpp"
#include "protocols/error.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace carillon::identity {

/// A user's public name, `user@domain`. Names are compared exactly.
struct address_of_record {
  /// 1 to 64 of a-z, 0-9 and `. _ - +`.
  std::string user;

  /// The domain of the ring.
  std::string domain;

  auto operator<=>(const address_of_record&) const = default;
};

/// Checks a user name: 1 to 64 lower-case ASCII letters, digits and `._-+`, so
/// that no two names look alike.
/// @returns `invalid_name` for anything else.
[[nodiscard]] expected<void> validate_user(std::string_view user);

/// Checks a domain: at most 253 characters, labels of 1 to 63 lower-case ASCII
/// letters, digits and inner hyphens, separated by dots (RFC 1123 section 2.1).
/// @returns `invalid_name` for anything else.
[[nodiscard]] expected<void> validate_domain(std::string_view domain);

/// Makes a name from its two halves. `ring_domain` is the domain of the ring,
/// validated already.
/// @returns `invalid_name` when the user is not permitted, `foreign_domain`
///          when `domain` is not exactly the ring's.
[[nodiscard]] expected<address_of_record>
make_address_of_record(std::string_view user, std::string_view domain,
                       std::string_view ring_domain);

/// Reads `user@domain`, without a scheme.
/// @returns `invalid_name` when there is not exactly one `@` or the user is
///          not permitted, `foreign_domain` when the domain is not the ring's.
[[nodiscard]] expected<address_of_record>
parse_address_of_record(std::string_view text, std::string_view ring_domain);

/// Gives `user@domain`.
[[nodiscard]] std::string to_string(const address_of_record& aor);

/// Gives the text under which the location of a user is stored: `user@domain`.
[[nodiscard]] std::string location_key_text(const address_of_record& aor);

/// Gives the text under which share `index` (1 to n) of a user's key is
/// stored: `user@domain.index`. The text of a share is never that of a
/// location, because the domain of a ring is one.
/// Source: SecP2PSIP section III.
[[nodiscard]] std::string share_key_text(const address_of_record& aor,
                                         uint8_t index);

/// Gives the ring id under which the location of a user is stored.
[[nodiscard]] chord::ring_id location_key(const address_of_record& aor);

/// Gives the ring id under which share `index` (1 to n) is stored.
[[nodiscard]] chord::ring_id share_key(const address_of_record& aor,
                                       uint8_t index);

} // namespace carillon::identity

template <>
struct std::hash<carillon::identity::address_of_record> {
  size_t
  operator()(const carillon::identity::address_of_record& aor) const noexcept {
    // All names of a ring share their domain.
    return std::hash<std::string>{}(aor.user);
  }
};
