#include "runtime/node_files.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/p2psip/replica_set.hpp"
#include "runtime/defaults.hpp"
#include "runtime/file_error.hpp"
#include "runtime/private_file.hpp"
#include "runtime/user_keys.hpp"
#include "storage/durable_file.hpp"

#include <botan/rng.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>

namespace carillon {

namespace fs = std::filesystem;

namespace {

/// Digits of the highest number of 64 bits.
constexpr size_t max_incarnation_digits = 20;

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

/// Gives the random bytes in a file, which is made when there is none.
/// @param effect what it does to remove the file.
expected<bytes> load_or_draw(const fs::path& file, size_t size,
                             std::string_view effect,
                             Botan::RandomNumberGenerator& rng) {
  const auto known = read_private_file(file, size);
  if (known && known->size() == size)
    return *known;
  if (known)
    return fail(errc::malformed,
                file.string() + " does not hold " + std::to_string(size)
                  + " bytes; restore it from a copy, or remove it to "
                  + std::string{effect});
  if (known.error().code != errc::no_such_record)
    return tl::unexpected{known.error()};
  bytes result(size);
  rng.randomize(result.data(), result.size());
  if (auto written = write_private_file(file, as_text(result)); !written)
    return tl::unexpected{written.error()};
  return result;
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
  const auto authorities = load_authorities(settings);
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
  result.replicas =
    std::max(static_cast<uint8_t>(settings.overlay.replicas),
             p2psip::copies_among(settings.overlay.expected_hostile_share));
  result.identity = settings.identity.mode;
  if (result.identity == identity::identity_mode::enrolled) {
    auto authorities = load_authorities(settings);
    if (!authorities)
      return tl::unexpected{authorities.error()};
    result.ca_certificates = std::move(*authorities);
  }
  return result;
}

void warn_of_differences(const identity::ring_settings& ring,
                         const identity::ring_settings& wanted,
                         const logger& log) {
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
  return {data_dir / "node.keys.pem",    data_dir / "bootstrap.keys.pem",
          data_dir / "ring.descriptor",  data_dir / "node.salt",
          data_dir / "node.ticket",      data_dir / "admission.secret",
          data_dir / "node.incarnation", data_dir / "records"};
}

expected<identity::key_pair> load_node_keys(const config& settings,
                                            timestamp now,
                                            Botan::RandomNumberGenerator& rng) {
  if (settings.identity.mode == identity::identity_mode::enrolled)
    return read_enrolled_keys(settings, now, rng);
  return load_or_make_keys(paths_in(settings.node.data_dir).keys, rng);
}

expected<std::vector<bytes>>
load_node_chain(const config& settings, const identity::key_pair& keys,
                timestamp now, Botan::RandomNumberGenerator& rng) {
  if (settings.identity.mode == identity::identity_mode::enrolled)
    return read_certificates("identity.certificate",
                             settings.identity.certificate);
  // Nobody looks at the dates; clocks may differ.
  const identity::validity when{
    now - std::chrono::days{1},
    now + std::chrono::days{defaults::certificate_days}};
  return identity::make_self_signed_certificate(settings.node.name, keys, when,
                                                rng)
    .map([](bytes der) { return std::vector<bytes>{std::move(der)}; });
}

expected<std::vector<bytes>> load_authorities(const config& settings) {
  return read_certificates("identity.ca", settings.identity.ca);
}

expected<void> check_ring(const identity::ring_settings& ring,
                          const config& settings, std::string_view source) {
  const auto refuse = [&](std::string_view key, std::string_view what) {
    return fail(errc::invalid_configuration,
                std::string{key} + ": the ring " + std::string{source} + " "
                  + std::string{what}
                  + "; correct the configuration, or use another "
                    "node.data_dir for another ring");
  };
  const auto wanted = settings_from(settings);
  if (!wanted)
    return tl::unexpected{wanted.error()};
  if (ring.domain != wanted->domain)
    return refuse("node.domain", "is of the domain " + ring.domain);
  if (ring.identity != wanted->identity)
    return refuse("identity.mode", "was founded in the other mode");
  if (ring.ca_certificates != wanted->ca_certificates)
    return refuse("identity.ca", "trusts another authority");
  return {};
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
  if (auto fits =
        check_ring(ring->settings(), settings, "in " + paths.ring.string());
      !fits)
    return tl::unexpected{fits.error()};
  warn_of_differences(ring->settings(), *wanted, log);
  return founded_ring{
    std::make_shared<const identity::key_pair>(std::move(*bootstrap)),
    std::make_shared<const identity::ring_descriptor>(std::move(*ring))};
}

bool founds_ring(const config& settings) {
  const auto paths = paths_in(settings.node.data_dir);
  std::error_code ignored;
  if (fs::exists(paths.bootstrap_keys, ignored))
    return true;
  if (fs::exists(paths.ticket, ignored))
    return false;
  return (settings.overlay.bootstrap.empty() && !settings.overlay.discovery)
    || std::ranges::find(settings.node.roles, node_role::bootstrap)
    != settings.node.roles.end();
}

expected<std::optional<joined_ring>> load_joined_ring(const config& settings) {
  const auto paths = paths_in(settings.node.data_dir);
  auto ring = read_ring(paths.ring);
  if (!ring && ring.error().code == errc::no_such_record)
    return std::nullopt;
  if (!ring)
    return tl::unexpected{ring.error()};
  if (auto fits =
        check_ring(ring->settings(), settings, "in " + paths.ring.string());
      !fits)
    return tl::unexpected{fits.error()};
  auto ticket = read_private_file(paths.ticket, identity::defaults::max_ticket);
  if (!ticket && ticket.error().code != errc::no_such_record)
    return tl::unexpected{ticket.error()};
  return joined_ring{
    std::make_shared<const identity::ring_descriptor>(std::move(*ring)),
    ticket ? std::move(*ticket) : bytes{}};
}

expected<void> save_joined_ring(const fs::path& data_dir,
                                const identity::ring_descriptor& ring,
                                byte_view ticket) {
  const auto paths = paths_in(data_dir);
  return write_private_file(paths.ring, as_text(ring.encoded())).and_then([&] {
    return write_private_file(paths.ticket, as_text(ticket));
  });
}

expected<uint64_t> next_incarnation(const fs::path& data_dir) {
  const auto file = paths_in(data_dir).incarnation;
  const auto known = read_private_file(file, max_incarnation_digits);
  if (!known && known.error().code != errc::no_such_record)
    return tl::unexpected{known.error()};
  uint64_t last = 0;
  if (known) {
    const auto text = as_text(*known);
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, last);
    if (parsed.ec != std::errc{} || parsed.ptr != end)
      return fail(errc::malformed,
                  file.string()
                    + " does not hold a number; write one into it "
                      "that is higher than any before");
  }
  if (auto written = write_private_file(file, std::to_string(last + 1));
      !written)
    return tl::unexpected{written.error()};
  return last + 1;
}

expected<bytes> load_admission_secret(const fs::path& data_dir,
                                      Botan::RandomNumberGenerator& rng) {
  return load_or_draw(paths_in(data_dir).admission_secret, defaults::seed_size,
                      "admit nodes at new positions", rng);
}

expected<identity::ticket::salt_type>
load_salt(const fs::path& data_dir, Botan::RandomNumberGenerator& rng) {
  identity::ticket::salt_type result{};
  const auto drawn = load_or_draw(paths_in(data_dir).salt, result.size(),
                                  "give the peers new positions", rng);
  if (!drawn)
    return tl::unexpected{drawn.error()};
  std::ranges::copy(*drawn, result.begin());
  return result;
}

} // namespace carillon
