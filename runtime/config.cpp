#include "runtime/config.hpp"

#include "protocols/identity/address_of_record.hpp"
#include "protocols/sip/flow.hpp"
#include "runtime/defaults.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>

namespace carillon {

namespace {

using problem = std::optional<config_problem>;

// Hexadecimal digits of what the digest algorithms give (RFC 7616 section 3.3).
constexpr size_t md5_digits = 32;
constexpr size_t sha256_digits = 64;

// One share alone must never rebuild a key.
constexpr uint32_t min_threshold = 2;

size_t digits_of(sip::digest_algorithm algorithm) noexcept {
  return algorithm == sip::digest_algorithm::md5 ? md5_digits : sha256_digits;
}

problem check_node(const node_config& node) {
  if (const auto good = identity::validate_domain(node.name); !good)
    return config_problem{"node.name", node.name,
                          "expected lower-case letters, digits, '-' and '.'"};
  if (const auto good = identity::validate_domain(node.domain); !good)
    return config_problem{"node.domain", node.domain,
                          "expected a domain in lower case, like example.org"};
  if (node.data_dir.empty())
    return config_problem{"node.data_dir", "", "expected a directory"};
  if (node.peers < 1 || node.peers > identity::defaults::max_peers)
    return config_problem{"node.peers", std::to_string(node.peers),
                          "expected 1 to "
                            + std::to_string(identity::defaults::max_peers)};
  return {};
}

problem check_overlay(const overlay_config& overlay) {
  if (overlay.n > identity::ring_settings::max_n)
    return config_problem{"overlay.n", std::to_string(overlay.n),
                          "expected at most "
                            + std::to_string(identity::ring_settings::max_n)};
  if (overlay.k < min_threshold)
    return config_problem{"overlay.k", std::to_string(overlay.k),
                          "expected at least " + std::to_string(min_threshold)
                            + ": with fewer shares one peer alone could "
                              "impersonate anyone"};
  if (overlay.k > overlay.n)
    return config_problem{"overlay.k", std::to_string(overlay.k),
                          "expected at most overlay.n, which is "
                            + std::to_string(overlay.n)};
  if (overlay.replicas < 1
      || overlay.replicas > identity::defaults::max_replicas)
    return config_problem{"overlay.replicas", std::to_string(overlay.replicas),
                          "expected 1 to "
                            + std::to_string(identity::defaults::max_replicas)};
  return {};
}

problem check_identity(const identity_config& settings) {
  if (settings.mode == identity::identity_mode::ad_hoc)
    return {};
  if (settings.certificate.empty())
    return config_problem{"identity.certificate", "", "expected a file"};
  if (settings.key.empty())
    return config_problem{"identity.key", "", "expected a file"};
  if (settings.ca.empty())
    return config_problem{"identity.ca", "", "expected a file"};
  return {};
}

std::string how_to_make_ha1(const sip_user_config& user,
                            const std::string& domain) {
  return "'printf %s " + user.name + ':' + domain
    + ":PASSWORD | md5sum' prints one for MD5, with sha256sum for SHA-256";
}

problem check_ha1(const sip_user_config& user, const std::string& domain,
                  const std::vector<sip::digest_algorithm>& offered,
                  size_t index) {
  const auto decoded = from_hex(user.ha1);
  const auto fits = [&](auto algorithm) {
    return digits_of(algorithm) == user.ha1.size();
  };
  if (decoded && std::any_of(offered.begin(), offered.end(), fits))
    return {};
  // The value stays out of the message: it is as good as the password.
  return config_problem{user_key(index, "ha1"), "",
                        "expected the hexadecimal digits of one of the digest "
                        "algorithms, 32 for MD5 or 64 for SHA-256: "
                          + how_to_make_ha1(user, domain)};
}

problem check_user(const sip_user_config& user, const config& settings,
                   size_t index) {
  const auto& sip = settings.sip;
  const auto& domain = settings.node.domain;
  if (const auto good = identity::validate_user(user.name); !good)
    return config_problem{user_key(index, "name"), user.name,
                          "expected 1 to 64 of a-z, 0-9 and . _ - +"};
  if (user.ha1.empty() == user.password_file.empty())
    return config_problem{user_key(index, "name"), user.name,
                          "this user needs either password_file, a file with "
                          "the password on its first line (chmod 600), or "
                          "ha1: "
                            + how_to_make_ha1(user, domain)};
  if (user.ha1.empty()) {
    if (::access(user.password_file.c_str(), R_OK) != 0)
      return config_problem{user_key(index, "password_file"),
                            user.password_file.string(),
                            "the file cannot be read"};
    return {};
  }
  const auto& offered = user.digest.empty() ? sip.digest : user.digest;
  return check_ha1(user, domain, offered, index);
}

problem check_users(const config& settings) {
  const auto& users = settings.sip.users;
  std::set<std::string_view> names;
  for (size_t i = 0; i < users.size(); ++i) {
    if (auto found = check_user(users[i], settings, i))
      return found;
    if (!names.insert(users[i].name).second)
      return config_problem{user_key(i, "name"), users[i].name,
                            "this user is named twice"};
  }
  return {};
}

/// Tells whether an address stands for all of a machine's addresses.
bool is_wildcard(const endpoint& address) {
  const auto host = sip::canonical_ip(address.host);
  return host == "0.0.0.0" || host == "::";
}

problem check_sip(const config& settings) {
  const auto& sip = settings.sip;
  if (sip.digest.empty())
    return config_problem{"sip.digest", "", "expected at least one algorithm"};
  if (sip.listen.empty())
    return config_problem{"sip.listen", "",
                          "expected at least one address, or no phone can "
                          "connect, like udp:127.0.0.1:5060"};
  std::set<std::string> known;
  for (const auto& address : sip.listen) {
    // Port 0 is another one each time.
    if (!known.insert(to_string(address)).second && address.address.port != 0)
      return config_problem{"sip.listen", to_string(address),
                            "this address is named twice"};
    if (!is_loopback(address.address) && sip.users.empty())
      return config_problem{
        "sip.listen", to_string(address),
        "other machines can reach this address: name the users who may "
        "register with [[sip.user]], or listen on 127.0.0.1 or [::1] only"};
    if (is_wildcard(address.address))
      return config_problem{
        "sip.listen", to_string(address),
        "calls that are forwarded carry this address, so that phones find "
        "back to it: name each address that phones connect to"};
  }
  return check_users(settings);
}

} // namespace

std::optional<config_problem> validate(const config& settings) {
  if (auto found = check_node(settings.node))
    return found;
  if (auto found = check_overlay(settings.overlay))
    return found;
  if (auto found = check_identity(settings.identity))
    return found;
  return check_sip(settings);
}

std::string user_key(size_t index, std::string_view field) {
  return "sip.user[" + std::to_string(index) + "]." + std::string{field};
}

} // namespace carillon
