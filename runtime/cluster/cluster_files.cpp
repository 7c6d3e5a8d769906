#include "runtime/cluster/cluster_files.hpp"

#include "protocols/cluster/defaults.hpp"
#include "runtime/defaults.hpp"
#include "runtime/node_files.hpp"
#include "runtime/private_file.hpp"

#include <string>
#include <utility>

namespace carillon {

namespace fs = std::filesystem;

namespace {

/// Reads a file of the data directory; empty when there is none.
expected<bytes> read_optional(const fs::path& file) {
  auto got = read_private_file(file, cluster::defaults::max_message);
  if (!got && got.error().code == errc::no_such_record)
    return bytes{};
  return got;
}

expected<void> write_optional(const fs::path& file, const bytes& content) {
  if (content.empty())
    return {};
  return write_private_file(file, as_text(content));
}

} // namespace

expected<void> make_cluster_secret(const fs::path& file,
                                   Botan::RandomNumberGenerator& rng) {
  std::error_code ignored;
  if (fs::exists(file, ignored))
    return fail(errc::storage_failed,
                file.string()
                  + " is there already; remove it first, or name "
                    "another file");
  bytes secret(cluster::secret_size);
  rng.randomize(secret.data(), secret.size());
  return write_private_file(file, to_hex(secret) + '\n');
}

expected<bytes> read_cluster_secret(const cluster_config& given) {
  const auto unusable = [&](const std::string& why) {
    return fail(errc::invalid_configuration, "cluster.secret: " + why);
  };
  const auto text =
    read_private_file(given.secret, defaults::max_cluster_secret_file);
  if (!text)
    return unusable(text.error().code == errc::no_such_record
                      ? "there is no file " + given.secret.string()
                        + "; 'carillon pki cluster-secret' makes one, which "
                          "each member needs a copy of"
                      : to_string(text.error()));
  auto digits = as_text(*text);
  if (digits.ends_with('\n'))
    digits.remove_suffix(1);
  auto secret = from_hex(digits);
  if (!secret || secret->size() != cluster::secret_size)
    return unusable(given.secret.string()
                    + " does not hold what 'carillon pki cluster-secret' "
                      "writes");
  return secret;
}

fs::path council_file(const fs::path& data_dir) {
  return data_dir / "cluster.state";
}

expected<std::optional<cluster::council_state>>
read_council_state(const fs::path& data_dir) {
  const auto data = read_optional(council_file(data_dir));
  if (!data)
    return tl::unexpected{data.error()};
  if (data->empty())
    return std::nullopt;
  auto state = cluster::decode_council_state(*data);
  if (!state)
    return fail(state.error().code,
                council_file(data_dir).string() + ": "
                  + to_string(state.error())
                  + "; remove the whole data directory, and the member joins "
                    "as a new one");
  return std::optional{*std::move(state)};
}

expected<void> save_council_state(const fs::path& data_dir,
                                  const cluster::council_state& what) {
  return write_private_file(council_file(data_dir),
                            as_text(cluster::encode(what)));
}

expected<cluster::node_secrets> read_node_secrets(const config& settings) {
  const auto paths = paths_in(settings.node.data_dir);
  cluster::node_secrets result;
  result.peers = settings.node.peers;
  result.domain = settings.node.domain;
  const auto read = [](const fs::path& file, bytes& to) -> expected<void> {
    auto got = read_optional(file);
    if (!got)
      return tl::unexpected{got.error()};
    to = *std::move(got);
    return {};
  };
  return read(paths.keys, result.node_keys)
    .and_then([&] { return read(paths.bootstrap_keys, result.bootstrap_keys); })
    .and_then([&] { return read(paths.ring, result.ring); })
    .and_then([&] { return read(paths.salt, result.salt); })
    .and_then([&] { return read(paths.ticket, result.ticket); })
    .map([&] { return std::move(result); });
}

expected<void> save_node_secrets(const config& settings,
                                 const cluster::node_secrets& what) {
  const auto paths = paths_in(settings.node.data_dir);
  // The descriptor comes last: it tells that all is there.
  return write_optional(paths.keys, what.node_keys)
    .and_then(
      [&] { return write_optional(paths.bootstrap_keys, what.bootstrap_keys); })
    .and_then([&] { return write_optional(paths.salt, what.salt); })
    .and_then([&] { return write_optional(paths.ticket, what.ticket); })
    .and_then([&] { return write_optional(paths.ring, what.ring); });
}

bool has_node_secrets(const config& settings) {
  std::error_code ignored;
  return fs::exists(paths_in(settings.node.data_dir).ring, ignored);
}

} // namespace carillon
