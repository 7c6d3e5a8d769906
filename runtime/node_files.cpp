#include "runtime/node_files.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/verifier.hpp"
#include "runtime/file_error.hpp"
#include "runtime/private_file.hpp"
#include "runtime/user_keys.hpp"
#include "storage/durable_file.hpp"

#include <botan/rng.h>

#include <algorithm>
#include <string>
#include <utility>

namespace carillon {

namespace fs = std::filesystem;

namespace {

tl::unexpected<error> unusable(std::string_view key, const fs::path& file,
                               const error& why, std::string_view advice) {
  const auto reason = why.code == errc::no_such_record
    ? std::string{"there is no such file"}
    : to_string(why);
  return fail(errc::invalid_configuration,
              std::string{key} + " = " + file.string() + ": " + reason + "; "
                + std::string{advice});
}

expected<identity::key_pair>
load_or_make_keys(const fs::path& file, Botan::RandomNumberGenerator& rng) {
  auto keys = read_keys(file, rng);
  if (keys || keys.error().code != errc::no_such_record)
    return keys;
  auto fresh =
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng);
  if (!fresh)
    return fresh;
  if (auto written = write_keys(file, *fresh); !written)
    return tl::unexpected{written.error()};
  return fresh;
}

// -- enrolled mode ------------------------------------------------------------

expected<std::vector<bytes>> read_certificates(std::string_view key,
                                               const fs::path& file) {
  constexpr auto advice = "make one with 'carillon pki', or correct the path";
  const auto pem =
    storage::read_file(file, identity::defaults::max_certificate_file);
  if (!pem)
    return unusable(key, file, pem.error(), advice);
  auto result = identity::certificates_from_pem(as_text(*pem));
  if (!result)
    return unusable(key, file, result.error(), advice);
  return result;
}

std::string_view advice_for(errc code) {
  switch (code) {
  case errc::expired:
    return "make a new certificate with 'carillon pki node'";
  case errc::not_yet_valid:
    return "set this machine's clock, or wait";
  case errc::name_mismatch:
    return "the certificate must name the host that node.name says";
  case errc::untrusted_certificate:
    return "use a certificate of the authority in identity.ca";
  default:
    return "replace the file";
  }
}

expected<identity::key_pair>
read_enrolled_keys(const config& settings, timestamp now,
                   Botan::RandomNumberGenerator& rng) {
  const auto& files = settings.identity;
  const auto chain =
    read_certificates("identity.certificate", files.certificate);
  if (!chain)
    return tl::unexpected{chain.error()};
  const auto authorities = read_certificates("identity.ca", files.ca);
  if (!authorities)
    return tl::unexpected{authorities.error()};
  const auto certified =
    identity::verify_node_chain(*chain, *authorities, settings.node.name, now);
  if (!certified)
    return unusable("identity.certificate", files.certificate,
                    certified.error(), advice_for(certified.error().code));
  auto keys = read_keys(files.key, rng);
  if (!keys)
    return fail(errc::invalid_configuration,
                "identity.key: " + missing_is_failure(keys.error()).detail);
  if (keys->public_half().signature != *certified)
    return unusable("identity.key", files.key,
                    {errc::invalid_key, "the certificate is for another key"},
                    "name the key that was made with the certificate");
  return keys;
}

// -- the ring -----------------------------------------------------------------

expected<identity::ring_settings> settings_from(const config& settings) {
  identity::ring_settings result;
  result.domain = settings.node.domain;
  result.k = static_cast<uint8_t>(settings.overlay.k);
  result.n = static_cast<uint8_t>(settings.overlay.n);
  result.replicas = static_cast<uint8_t>(settings.overlay.replicas);
  result.identity = settings.identity.mode;
  if (result.identity == identity::identity_mode::enrolled) {
    auto authorities = read_certificates("identity.ca", settings.identity.ca);
    if (!authorities)
      return tl::unexpected{authorities.error()};
    result.ca_certificates = std::move(*authorities);
  }
  return result;
}

expected<void> check_fits(const identity::ring_settings& ring,
                          const identity::ring_settings& wanted,
                          const fs::path& file, const logger& log) {
  const auto refuse = [&](std::string_view key, std::string_view what) {
    return fail(errc::invalid_configuration,
                std::string{key} + ": the ring in " + file.string() + " "
                  + std::string{what}
                  + "; correct the configuration, or use another "
                    "node.data_dir for another ring");
  };
  if (ring.domain != wanted.domain)
    return refuse("node.domain", "is of the domain " + ring.domain);
  if (ring.identity != wanted.identity)
    return refuse("identity.mode", "was founded in the other mode");
  if (ring.ca_certificates != wanted.ca_certificates)
    return refuse("identity.ca", "trusts another authority");
  const auto warn = [&](std::string_view key, unsigned kept, unsigned given) {
    if (kept == given)
      return;
    log.write(log_level::warning, {}, [&] {
      return "overlay." + std::string{key} + " = " + std::to_string(given)
        + " has no effect: the ring was founded with " + std::to_string(kept);
    });
  };
  warn("k", ring.k, wanted.k);
  warn("n", ring.n, wanted.n);
  warn("replicas", ring.replicas, wanted.replicas);
  return {};
}

expected<identity::ring_descriptor> read_ring(const fs::path& file) {
  const auto encoded =
    read_private_file(file, identity::defaults::max_descriptor);
  if (!encoded)
    return tl::unexpected{encoded.error()};
  identity::verifier check;
  auto ring = identity::ring_descriptor::open(*encoded, check);
  if (!ring)
    return fail(ring.error().code,
                in_file(file, ring.error()).detail
                  + "; restore it from a copy");
  return ring;
}

expected<identity::ring_descriptor>
found_ring_in(const fs::path& file, identity::ring_settings settings,
              const identity::key_pair& bootstrap,
              Botan::RandomNumberGenerator& rng) {
  settings.bootstrap_keys = {bootstrap.public_half().signature.spki()};
  auto ring = identity::ring_descriptor::found(settings, bootstrap, rng);
  if (!ring)
    return ring;
  if (auto written = write_private_file(file, as_text(ring->encoded()));
      !written)
    return tl::unexpected{written.error()};
  return ring;
}

} // namespace

node_paths paths_in(const fs::path& data_dir) {
  return {data_dir / "node.keys.pem", data_dir / "bootstrap.keys.pem",
          data_dir / "ring.descriptor", data_dir / "node.salt",
          data_dir / "records"};
}

expected<identity::key_pair> load_node_keys(const config& settings,
                                            timestamp now,
                                            Botan::RandomNumberGenerator& rng) {
  if (settings.identity.mode == identity::identity_mode::enrolled)
    return read_enrolled_keys(settings, now, rng);
  return load_or_make_keys(paths_in(settings.node.data_dir).keys, rng);
}

expected<founded_ring> load_ring(const config& settings, const logger& log,
                                 Botan::RandomNumberGenerator& rng) {
  const auto paths = paths_in(settings.node.data_dir);
  const auto wanted = settings_from(settings);
  if (!wanted)
    return tl::unexpected{wanted.error()};
  auto ring = read_ring(paths.ring);
  const auto is_new = !ring && ring.error().code == errc::no_such_record;
  if (!ring && !is_new)
    return tl::unexpected{ring.error()};
  auto bootstrap = is_new ? load_or_make_keys(paths.bootstrap_keys, rng)
                          : read_keys(paths.bootstrap_keys, rng);
  if (!bootstrap)
    return fail(errc::storage_failed,
                missing_is_failure(bootstrap.error()).detail
                  + "; restore it from a copy");
  if (is_new)
    ring = found_ring_in(paths.ring, *wanted, *bootstrap, rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  if (!ring->is_bootstrap(bootstrap->public_half().signature))
    return fail(errc::invalid_key,
                paths.bootstrap_keys.string()
                  + " does not belong to the ring in " + paths.ring.string()
                  + "; restore both from the same copy");
  if (auto fits = check_fits(ring->settings(), *wanted, paths.ring, log); !fits)
    return tl::unexpected{fits.error()};
  return founded_ring{
    std::make_shared<const identity::key_pair>(std::move(*bootstrap)),
    std::make_shared<const identity::ring_descriptor>(std::move(*ring))};
}

expected<identity::ticket::salt_type>
load_salt(const fs::path& data_dir, Botan::RandomNumberGenerator& rng) {
  const auto file = paths_in(data_dir).salt;
  identity::ticket::salt_type salt{};
  const auto known = read_private_file(file, salt.size());
  if (known && known->size() == salt.size()) {
    std::ranges::copy(*known, salt.begin());
    return salt;
  }
  if (known)
    return fail(errc::malformed,
                file.string() + " does not hold " + std::to_string(salt.size())
                  + " bytes; restore it from a copy, or remove it to give the "
                    "peers new positions");
  if (known.error().code != errc::no_such_record)
    return tl::unexpected{known.error()};
  rng.randomize(salt.data(), salt.size());
  if (auto written = write_private_file(file, as_text(salt)); !written)
    return tl::unexpected{written.error()};
  return salt;
}

} // namespace carillon
