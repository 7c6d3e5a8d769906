#include "runtime/config.hpp"

#include "protocols/cluster/defaults.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "protocols/sip/flow.hpp"
#include "runtime/defaults.hpp"
#include "runtime/setting.hpp"

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

/// Tells whether an address stands for all of a machine's addresses.
bool is_wildcard(const endpoint& address) {
  const auto host = sip::canonical_ip(address.host);
  return host == "0.0.0.0" || host == "::";
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
  if (!(overlay.expected_hostile_share >= 0)
      || overlay.expected_hostile_share > defaults::max_expected_hostile_share)
    return config_problem{
      "overlay.expected_hostile_share",
      to_string(setting_value{overlay.expected_hostile_share}),
      "expected 0 to "
        + to_string(setting_value{defaults::max_expected_hostile_share})};
  const auto& listen = overlay.listen;
  if (listen && !overlay.advertise
      && (is_wildcard(*listen) || listen->port == 0))
    return config_problem{
      "overlay.listen", to_string(*listen),
      "other nodes are told this address: name the one that they can connect "
      "to, here or in overlay.advertise"};
  if (overlay.advertise && !listen)
    return config_problem{"overlay.advertise", to_string(*overlay.advertise),
                          "the node takes no links: set overlay.listen, too"};
  return {};
}

problem check_identity(const identity_config& settings) {
  if (settings.mode == identity::identity_mode::ad_hoc) {
    if (settings.revoked.empty())
      return {};
    return config_problem{"identity.revoked", settings.revoked.string(),
                          "nobody has a certificate in an ad-hoc ring: remove "
                          "it, or set identity.mode to \"enrolled\""};
  }
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

/// Checks where callers are told to call.
problem check_advertised(const sip_config& sip) {
  for (const auto& address : sip.advertise) {
    if (is_wildcard(address.address) || address.address.port == 0)
      return config_problem{"sip.advertise", to_string(address),
                            "callers are told this address: name one that "
                            "they can call"};
    const auto is_same_kind = [&](const sip_endpoint& listener) {
      return listener.kind == address.kind;
    };
    if (std::ranges::none_of(sip.listen, is_same_kind))
      return config_problem{"sip.advertise", to_string(address),
                            "nothing listens for this transport: sip.listen "
                            "must name where these calls come in"};
  }
  return {};
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
    if (is_wildcard(address.address))
      return config_problem{
        "sip.listen", to_string(address),
        "calls that are forwarded carry this address, so that phones find "
        "back to it: name each address that phones connect to"};
  }
  const auto is_local = [](const sip_endpoint& where) {
    return is_loopback(where.address);
  };
  if (sip.users.empty() && std::ranges::none_of(sip.listen, is_local))
    return config_problem{
      "sip.listen", to_string(sip.listen.front()),
      "other machines can reach this address, so nobody may register there "
      "but users who are named with [[sip.user]]: name some, or listen on "
      "127.0.0.1 or [::1], too"};
  if (auto found = check_advertised(sip))
    return found;
  if (sip.certificate.empty() != sip.key.empty())
    return config_problem{sip.key.empty() ? "sip.certificate" : "sip.key", "",
                          "sip.certificate and sip.key belong together: name "
                          "both files or neither"};
  return check_users(settings);
}

problem check_cluster(const config& settings) {
  const auto& cluster = settings.cluster;
  if (!cluster.listen) {
    if (!cluster.seeds.empty())
      return config_problem{"cluster.seeds", to_string(cluster.seeds.front()),
                            "members of a cluster connect to each other: set "
                            "cluster.listen, too"};
    return {};
  }
  const auto& overlay = settings.overlay;
  if (!overlay.listen && (!overlay.bootstrap.empty() || overlay.discovery))
    return config_problem{
      "cluster.listen", to_string(*cluster.listen),
      "other nodes tell the members of a cluster apart by where they take "
      "links: set overlay.listen, too, or leave overlay.bootstrap empty and "
      "overlay.discovery false"};
  if (!cluster.advertise
      && (is_wildcard(*cluster.listen) || cluster.listen->port == 0))
    return config_problem{
      "cluster.listen", to_string(*cluster.listen),
      "other members are told this address: name the one that they can "
      "connect to, here or in cluster.advertise"};
  if (settings.node.peers > cluster::defaults::max_seats)
    return config_problem{"node.peers", std::to_string(settings.node.peers),
                          "expected at most "
                            + std::to_string(cluster::defaults::max_seats)
                            + " in a cluster"};
  const auto check = [](std::string_view key,
                        const std::filesystem::path& file) -> problem {
    if (!file.empty())
      return {};
    return config_problem{std::string{key}, "",
                          "expected a file: a cluster takes "
                          "cluster.certificate, cluster.key, cluster.ca and "
                          "cluster.secret"};
  };
  for (const auto& [key, file] :
       {std::pair{"cluster.certificate", cluster.certificate},
        std::pair{"cluster.key", cluster.key},
        std::pair{"cluster.ca", cluster.ca},
        std::pair{"cluster.secret", cluster.secret}}) {
    if (auto found = check(key, file))
      return found;
  }
  return {};
}

problem check_admin(const admin_config& admin) {
  if (!admin.listen)
    return {};
  if (admin.certificate.empty() != admin.key.empty())
    return config_problem{
      admin.key.empty() ? "admin.key" : "admin.certificate", "",
      "expected a file: TLS takes both admin.certificate and admin.key"};
  if (is_loopback(*admin.listen))
    return {};
  if (admin.certificate.empty() || admin.token_file.empty())
    return config_problem{
      "admin.listen", to_string(*admin.listen),
      "other machines can reach this address: set admin.certificate and "
      "admin.key for TLS and admin.token_file for a token, or listen on "
      "127.0.0.1 or [::1]"};
  return {};
}

} // namespace

std::optional<config_problem> validate(const config& settings) {
  if (auto found = check_node(settings.node))
    return found;
  if (auto found = check_overlay(settings.overlay))
    return found;
  if (auto found = check_identity(settings.identity))
    return found;
  if (auto found = check_sip(settings))
    return found;
  if (auto found = check_cluster(settings))
    return found;
  return check_admin(settings.admin);
}

std::string user_key(size_t index, std::string_view field) {
  return "sip.user[" + std::to_string(index) + "]." + std::string{field};
}

} // namespace carillon
