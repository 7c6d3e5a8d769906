#include "runtime/pki_authority.hpp"

#include "protocols/identity/defaults.hpp"
#include "runtime/file_error.hpp"
#include "runtime/user_keys.hpp"
#include "storage/durable_file.hpp"

#include <sys/types.h>

#include <system_error>
#include <utility>

namespace carillon {

namespace fs = std::filesystem;

namespace {

constexpr auto ca_key_name = "ca.key";
constexpr auto ca_certificate_name = "ca.pem";
constexpr auto revocation_list_name = "ca.crl";
constexpr auto node_key_name = "node.key";
constexpr auto node_certificate_name = "node.pem";

// Everybody may read certificates and what was revoked.
constexpr mode_t certificate_mode = 0644;

// An authority that was read from its files.
struct opened_authority {
  identity::key_pair keys;
  bytes certificate;
};

expected<void> refuse_existing(const fs::path& file) {
  std::error_code reason;
  if (!fs::exists(file, reason))
    return {};
  return fail(errc::storage_failed,
              file.string()
                + " exists already: choose another directory, or move the "
                  "file away if nobody needs it");
}

expected<void> write_certificate(const fs::path& file, byte_view der) {
  const auto pem = identity::certificate_to_pem(der);
  return storage::write_file_durably(file, as_bytes(pem), certificate_mode);
}

expected<bytes> read_certificate(const fs::path& file) {
  const auto pem =
    storage::read_file(file, identity::defaults::max_certificate_file);
  if (!pem)
    return tl::unexpected{pem.error()};
  auto chain = identity::certificates_from_pem(as_text(*pem));
  if (!chain)
    return tl::unexpected{in_file(file, chain.error())};
  return std::move(chain->front());
}

expected<opened_authority> open_authority(const fs::path& directory,
                                          Botan::RandomNumberGenerator& rng) {
  auto keys = read_keys(directory / ca_key_name, rng);
  if (!keys)
    return tl::unexpected{missing_is_failure(keys.error())};
  auto certificate = read_certificate(directory / ca_certificate_name);
  if (!certificate)
    return tl::unexpected{missing_is_failure(certificate.error())};
  return opened_authority{std::move(*keys), std::move(*certificate)};
}

// Reads a user's keys, or makes the first ones.
expected<identity::key_pair> read_or_make(const fs::path& file,
                                          identity::suite kind,
                                          Botan::RandomNumberGenerator& rng) {
  auto keys = read_keys(file, rng);
  if (keys || keys.error().code != errc::no_such_record)
    return keys;
  keys = identity::key_pair::generate(kind, rng);
  if (!keys)
    return keys;
  if (auto written = write_keys(file, *keys); !written)
    return tl::unexpected{written.error()};
  return keys;
}

// A file is named after the user alone, so that the certificate of the same
// user of another domain would be lost.
expected<void> refuse_other_domain(const fs::path& file,
                                   const identity::address_of_record& aor) {
  const auto present = read_certificate(file);
  if (!present && present.error().code == errc::no_such_record)
    return {};
  if (!present)
    return tl::unexpected{present.error()};
  const auto names = identity::names_user(*present, aor);
  if (!names)
    return tl::unexpected{in_file(file, names.error())};
  if (*names)
    return {};
  return fail(errc::name_mismatch,
              file.string() + " is the certificate of somebody else than "
                + to_string(aor)
                + ", and a data directory holds users of one domain: choose "
                  "another with --data-dir, or move the file away");
}

} // namespace

expected<void> make_authority(const fs::path& directory,
                              const std::string& name, identity::suite kind,
                              const identity::validity& when,
                              Botan::RandomNumberGenerator& rng) {
  for (const auto* file : {ca_key_name, ca_certificate_name})
    if (auto free = refuse_existing(directory / file); !free)
      return free;
  const auto keys = identity::key_pair::generate(kind, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  const auto certificate =
    identity::make_ca_certificate(name, *keys, when, rng);
  if (!certificate)
    return tl::unexpected{certificate.error()};
  if (auto written = write_keys(directory / ca_key_name, *keys); !written)
    return written;
  return write_certificate(directory / ca_certificate_name, *certificate);
}

expected<void> make_node(const fs::path& authority, const fs::path& directory,
                         const std::string& host, identity::suite kind,
                         const identity::validity& when,
                         Botan::RandomNumberGenerator& rng) {
  for (const auto* file : {node_key_name, node_certificate_name})
    if (auto free = refuse_existing(directory / file); !free)
      return free;
  const auto ca = open_authority(authority, rng);
  if (!ca)
    return tl::unexpected{ca.error()};
  const auto keys = identity::key_pair::generate(kind, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  const auto certificate = identity::make_node_certificate(
    host, keys->public_half().signature, ca->certificate, ca->keys, when, rng);
  if (!certificate)
    return tl::unexpected{certificate.error()};
  if (auto written = write_keys(directory / node_key_name, *keys); !written)
    return written;
  return write_certificate(directory / node_certificate_name, *certificate);
}

expected<void> make_user(const fs::path& authority, const fs::path& data_dir,
                         const identity::address_of_record& aor,
                         identity::suite kind, const identity::validity& when,
                         Botan::RandomNumberGenerator& rng) {
  const auto paths = user_paths(data_dir, aor.user);
  if (!paths)
    return tl::unexpected{paths.error()};
  if (auto same = refuse_other_domain(paths->certificate, aor); !same)
    return same;
  const auto ca = open_authority(authority, rng);
  if (!ca)
    return tl::unexpected{ca.error()};
  const auto keys = read_or_make(paths->keys, kind, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  const auto certificate = identity::make_user_certificate(
    aor, keys->public_half().signature, ca->certificate, ca->keys, when, rng);
  if (!certificate)
    return tl::unexpected{certificate.error()};
  return write_certificate(paths->certificate, *certificate);
}

expected<fs::path> revoke_in(const fs::path& authority, const fs::path& file,
                             const identity::update_times& when,
                             Botan::RandomNumberGenerator& rng) {
  const auto certificate = read_certificate(file);
  if (!certificate)
    return tl::unexpected{missing_is_failure(certificate.error())};
  const auto ca = open_authority(authority, rng);
  if (!ca)
    return tl::unexpected{ca.error()};
  auto list = authority / revocation_list_name;
  const auto earlier =
    storage::read_file(list, identity::defaults::max_revocation_file);
  if (!earlier && earlier.error().code != errc::no_such_record)
    return tl::unexpected{earlier.error()};
  const auto pem = identity::revoke_certificate(
    *certificate, earlier ? as_text(*earlier) : std::string_view{},
    ca->certificate, ca->keys, when, rng);
  if (!pem)
    return tl::unexpected{pem.error()};
  return storage::write_file_durably(list, as_bytes(*pem), certificate_mode)
    .map([&] { return list; });
}

} // namespace carillon
