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
  using enum feature;
  return {
    {"node.name", present, at(&config::node, &node_config::name)},
    {"node.data_dir", present, at(&config::node, &node_config::data_dir)},
    {"node.domain", present, at(&config::node, &node_config::domain)},
    {"node.peers", present, at(&config::node, &node_config::peers)},
    {"node.roles", present, at(&config::node, &node_config::roles)},
    {"overlay.listen", missing, at(&config::overlay, &overlay_config::listen)},
    {"overlay.bootstrap", missing,
     at(&config::overlay, &overlay_config::bootstrap)},
    {"overlay.k", present, at(&config::overlay, &overlay_config::k)},
    {"overlay.n", present, at(&config::overlay, &overlay_config::n)},
    {"overlay.replicas", present,
     at(&config::overlay, &overlay_config::replicas)},
    {"identity.mode", present, at(&config::identity, &identity_config::mode)},
    {"identity.certificate", present,
     at(&config::identity, &identity_config::certificate)},
    {"identity.key", present, at(&config::identity, &identity_config::key)},
    {"identity.ca", present, at(&config::identity, &identity_config::ca)},
    {"sip.listen", present, at(&config::sip, &sip_config::listen)},
    {"sip.security", present, at(&config::sip, &sip_config::security)},
    {"sip.mode", present, at(&config::sip, &sip_config::mode)},
    {"sip.digest", present, at(&config::sip, &sip_config::digest)},
    {"sip.user[].name", present, at_user(&sip_user_config::name)},
    {"sip.user[].ha1", present, at_user(&sip_user_config::ha1)},
    {"sip.user[].password_file", present,
     at_user(&sip_user_config::password_file)},
    {"sip.user[].digest", present, at_user(&sip_user_config::digest)},
    {"sip.user[].security", present, at_user(&sip_user_config::security)},
    {"cluster.listen", missing, at(&config::cluster, &cluster_config::listen)},
    {"cluster.seeds", missing, at(&config::cluster, &cluster_config::seeds)},
    {"admin.listen", missing, at(&config::admin, &admin_config::listen)},
    {"log.level", present, at(&config::log, &log_config::level)},
    {"log.levels.node", present, at_level(subsystem::node)},
    {"log.levels.ring", present, at_level(subsystem::ring)},
    {"log.levels.identity", present, at_level(subsystem::identity)},
    {"log.levels.sip", present, at_level(subsystem::sip)},
    {"log.levels.storage", present, at_level(subsystem::storage)},
    {"log.levels.link", present, at_level(subsystem::link)},
    {"log.levels.trust", present, at_level(subsystem::trust)},
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

expected<const config_key*> assign(config& settings, const setting& given) {
  const auto key = take_index(given.key);
  const auto all = config_keys();
  const auto found =
    std::find_if(all.begin(), all.end(), [&](const config_key& candidate) {
      return key && candidate.name == key->name;
    });
  if (found == all.end())
    return fail(errc::malformed, "this key is unknown");
  if (auto done = found->assign(settings, key->index, given.value); !done)
    return tl::unexpected{done.error()};
  return &*found;
}

} // namespace carillon
