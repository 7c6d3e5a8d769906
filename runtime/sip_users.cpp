#include "runtime/sip_users.hpp"

#include "runtime/passphrase.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

using algorithms = std::vector<sip::digest_algorithm>;

/// Adds what a password gives for each algorithm that is offered.
expected<void> add_password(const sip_user_config& given,
                            const algorithms& offered, const std::string& realm,
                            configured_user& user) {
  const auto password = read_passphrase(given.password_file, {});
  if (!password)
    return tl::unexpected{password.error()};
  for (const auto algorithm : offered)
    user.ha1[algorithm] =
      sip::make_ha1(algorithm, given.name, realm, *password);
  user.algorithms = offered;
  return {};
}

/// Adds a password in the form that one algorithm needs; it is of no use for
/// the others, so they are not offered.
void add_ha1(const sip_user_config& given, const algorithms& offered,
             configured_user& user) {
  const auto fits = [&](sip::digest_algorithm algorithm) {
    return sip::make_ha1(algorithm, {}, {}, {}).size() == given.ha1.size();
  };
  const auto found = std::ranges::find_if(offered, fits);
  if (found == offered.end())
    return;
  user.ha1[*found] = given.ha1;
  user.algorithms = {*found};
}

} // namespace

expected<std::map<std::string, configured_user>>
load_sip_users(const sip_config& settings, const std::string& realm) {
  std::map<std::string, configured_user> result;
  for (size_t i = 0; i < settings.users.size(); ++i) {
    const auto& given = settings.users[i];
    const auto& offered = given.digest.empty() ? settings.digest : given.digest;
    configured_user user;
    user.security = given.security;
    if (!given.ha1.empty()) {
      add_ha1(given, offered, user);
    } else if (auto added = add_password(given, offered, realm, user); !added) {
      return fail(errc::invalid_configuration,
                  user_key(i, "password_file") + " = "
                    + given.password_file.string() + ": "
                    + added.error().detail);
    }
    result.emplace(given.name, std::move(user));
  }
  return result;
}

} // namespace carillon
