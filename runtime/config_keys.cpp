#include "runtime/config_keys.hpp"

#include "runtime/defaults.hpp"
#include "runtime/setting_conversion.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace carillon {

namespace {

using assigner =
  std::function<expected<void>(config&, size_t, const setting_value&)>;

// A key of a table, as the path to its member.
template <class Table, class Value>
assigner at(Table config::*table, Value Table::*member) {
  return [=](config& settings, size_t, const setting_value& value) {
    return convert(value, settings.*table.*member);
  };
}

// A key of [[sip.user]].
template <class Value>
assigner at_user(Value sip_user_config::*member) {
  return [=](config& settings, size_t index,
             const setting_value& value) -> expected<void> {
    if (index >= defaults::max_config_users)
      return fail(errc::malformed,
                  "expected at most "
                    + std::to_string(defaults::max_config_users) + " users");
    auto& users = settings.sip.users;
    if (index >= users.size())
      users.resize(index + 1);
    return convert(value, users[index].*member);
  };
}

// A key of [log.levels].
assigner at_level(subsystem of) {
  return [=](config& settings, size_t, const setting_value& value) {
    return convert(value, settings.log.levels[static_cast<size_t>(of)]);
  };
}

std::vector<config_key> make_keys() {
  return {
    {"node.name", at(&config::node, &node_config::name)},
    {"node.data_dir", at(&config::node, &node_config::data_dir)},
    {"node.domain", at(&config::node, &node_config::domain)},
    {"node.peers", at(&config::node, &node_config::peers)},
    {"node.roles", at(&config::node, &node_config::roles)},
    {"overlay.listen", at(&config::overlay, &overlay_config::listen)},
    {"overlay.advertise", at(&config::overlay, &overlay_config::advertise)},
    {"overlay.bootstrap", at(&config::overlay, &overlay_config::bootstrap)},
    {"overlay.relay", at(&config::overlay, &overlay_config::relay)},
    {"overlay.discovery", at(&config::overlay, &overlay_config::discovery)},
    {"overlay.ring", at(&config::overlay, &overlay_config::ring)},
    {"overlay.k", at(&config::overlay, &overlay_config::k)},
    {"overlay.n", at(&config::overlay, &overlay_config::n)},
    {"overlay.replicas", at(&config::overlay, &overlay_config::replicas)},
    {"overlay.expected_hostile_share",
     at(&config::overlay, &overlay_config::expected_hostile_share)},
    {"identity.mode", at(&config::identity, &identity_config::mode)},
    {"identity.certificate",
     at(&config::identity, &identity_config::certificate)},
    {"identity.key", at(&config::identity, &identity_config::key)},
    {"identity.ca", at(&config::identity, &identity_config::ca)},
    {"identity.revoked", at(&config::identity, &identity_config::revoked)},
    {"sip.listen", at(&config::sip, &sip_config::listen)},
    {"sip.security", at(&config::sip, &sip_config::security)},
    {"sip.mode", at(&config::sip, &sip_config::mode)},
    {"sip.contact", at(&config::sip, &sip_config::contact)},
    {"sip.advertise", at(&config::sip, &sip_config::advertise)},
    {"sip.certificate", at(&config::sip, &sip_config::certificate)},
    {"sip.key", at(&config::sip, &sip_config::key)},
    {"sip.digest", at(&config::sip, &sip_config::digest)},
    {"sip.user[].name", at_user(&sip_user_config::name)},
    {"sip.user[].ha1", at_user(&sip_user_config::ha1)},
    {"sip.user[].password_file", at_user(&sip_user_config::password_file)},
    {"sip.user[].digest", at_user(&sip_user_config::digest)},
    {"sip.user[].security", at_user(&sip_user_config::security)},
    {"cluster.listen", at(&config::cluster, &cluster_config::listen)},
    {"cluster.advertise", at(&config::cluster, &cluster_config::advertise)},
    {"cluster.seeds", at(&config::cluster, &cluster_config::seeds)},
    {"cluster.certificate", at(&config::cluster, &cluster_config::certificate)},
    {"cluster.key", at(&config::cluster, &cluster_config::key)},
    {"cluster.ca", at(&config::cluster, &cluster_config::ca)},
    {"cluster.secret", at(&config::cluster, &cluster_config::secret)},
    {"admin.listen", at(&config::admin, &admin_config::listen)},
    {"admin.token_file", at(&config::admin, &admin_config::token_file)},
    {"admin.certificate", at(&config::admin, &admin_config::certificate)},
    {"admin.key", at(&config::admin, &admin_config::key)},
    {"log.level", at(&config::log, &log_config::level)},
    {"log.levels.node", at_level(subsystem::node)},
    {"log.levels.ring", at_level(subsystem::ring)},
    {"log.levels.identity", at_level(subsystem::identity)},
    {"log.levels.sip", at_level(subsystem::sip)},
    {"log.levels.storage", at_level(subsystem::storage)},
    {"log.levels.link", at_level(subsystem::link)},
    {"log.levels.trust", at_level(subsystem::trust)},
  };
}

// A key with empty brackets, and the index that stood in them.
struct indexed_key {
  std::string name;
  size_t index = 0;
};

std::optional<indexed_key> take_index(std::string_view key) {
  const auto open = key.find('[');
  if (open == std::string_view::npos)
    return indexed_key{std::string{key}};
  const auto close = key.find(']', open);
  if (close == std::string_view::npos)
    return std::nullopt;
  indexed_key result;
  const auto* end = key.data() + close;
  const auto parsed = std::from_chars(key.data() + open + 1, end, result.index);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    return std::nullopt;
  result.name =
    std::string{key.substr(0, open + 1)} + std::string{key.substr(close)};
  return result;
}

} // namespace

std::span<const config_key> config_keys() {
  static const auto keys = make_keys();
  return keys;
}

expected<void> assign(config& settings, const setting& given) {
  const auto key = take_index(given.key);
  const auto all = config_keys();
  const auto found =
    std::find_if(all.begin(), all.end(), [&](const config_key& candidate) {
      return key && candidate.name == key->name;
    });
  if (found == all.end())
    return fail(errc::malformed, "this key is unknown");
  return found->assign(settings, key->index, given.value);
}

} // namespace carillon
