#include "runtime/pki_keys.hpp"

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/defaults.hpp"
#include "protocols/identity/revocation_list.hpp"
#include "runtime/file_error.hpp"
#include "runtime/private_file.hpp"
#include "storage/durable_file.hpp"

#include <system_error>

namespace carillon {

namespace fs = std::filesystem;

namespace {

// The first lines of PEM files (RFC 7468 sections 5.1, 6, 10 and 11).
constexpr std::string_view revocation_begin = "-----BEGIN X509 CRL-----";
constexpr std::string_view certificate_begin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view key_begin = "-----BEGIN PRIVATE KEY-----";
constexpr std::string_view encrypted_begin =
  "-----BEGIN ENCRYPTED PRIVATE KEY-----";

bool is_there(const fs::path& file) {
  std::error_code reason;
  return fs::exists(file, reason);
}

// Tells whether a rotation was made that the ring has not taken yet.
bool waits_for_ring(const user_key_paths& user,
                    const identity::key_pair& present,
                    Botan::RandomNumberGenerator& rng) {
  if (!is_there(user.old_keys))
    return false;
  const auto old_keys = read_keys(user.old_keys, rng);
  return !old_keys || old_keys->public_half() != present.public_half();
}

std::string show_keys(const identity::key_pair& keys) {
  const auto& half = keys.public_half();
  return "Private keys, suite " + std::string{to_string(half.suite())}
  + "\nFingerprint of all keys: " + half.id().to_groups()
    + "\nFingerprint of the signature key alone: "
    + half.signature.id().to_groups() + '\n';
}

expected<std::string> show_certificates(const fs::path& file,
                                        std::string_view pem) {
  const auto chain = identity::certificates_from_pem(pem);
  if (!chain)
    return tl::unexpected{in_file(file, chain.error())};
  std::string result;
  for (const auto& der : *chain) {
    const auto text = identity::show_certificate(der);
    if (!text)
      return tl::unexpected{in_file(file, text.error())};
    result += *text;
    if (!result.ends_with('\n'))
      result += '\n';
  }
  return result;
}

} // namespace

expected<std::string> user_fingerprint(const user_key_paths& user,
                                       Botan::RandomNumberGenerator& rng) {
  const auto keys = read_keys(user.keys, rng);
  if (!keys)
    return tl::unexpected{missing_is_failure(keys.error())};
  return keys->public_half().id().to_groups();
}

expected<void> export_user_keys(const user_key_paths& user,
                                const fs::path& file,
                                std::string_view passphrase,
                                Botan::RandomNumberGenerator& rng) {
  if (is_there(file))
    return fail(errc::storage_failed,
                file.string() + " exists already: choose another file");
  const auto stored = read_user_keys(user.keys, rng);
  if (!stored)
    return tl::unexpected{missing_is_failure(stored.error())};
  const auto pem = stored->keys.to_encrypted_pem(passphrase, rng);
  if (!pem)
    return tl::unexpected{pem.error()};
  return write_private_file(file, epoch_header(stored->epoch) + *pem);
}

expected<void> import_user_keys(const user_key_paths& user,
                                const fs::path& file,
                                std::string_view passphrase,
                                Botan::RandomNumberGenerator& rng) {
  const auto pem = read_private_file(file, identity::defaults::max_key_file);
  if (!pem)
    return tl::unexpected{missing_is_failure(pem.error())};
  const auto imported =
    identity::key_pair::from_pem(as_text(*pem), rng, passphrase);
  if (!imported)
    return tl::unexpected{in_file(file, imported.error())};
  const auto epoch = read_epoch(as_text(*pem));
  if (!epoch)
    return tl::unexpected{in_file(file, epoch.error())};
  const auto present = read_keys(user.keys, rng);
  if (!present && present.error().code != errc::no_such_record)
    return tl::unexpected{present.error()};
  if (present && present->public_half() != imported->public_half())
    return fail(errc::name_taken,
                user.keys.string()
                  + " holds other keys of this user: export them if they "
                    "matter, then move the file away");
  return write_keys(user.keys, *imported, *epoch);
}

expected<void> rotate_user_keys(const user_key_paths& user,
                                identity::suite kind,
                                Botan::RandomNumberGenerator& rng) {
  const auto old = read_user_keys(user.keys, rng);
  if (!old)
    return tl::unexpected{missing_is_failure(old.error())};
  if (waits_for_ring(user, old->keys, rng))
    return fail(errc::storage_failed,
                user.old_keys.string()
                  + " waits for an earlier rotation to be taken by the ring: "
                    "start the node first");
  const auto new_keys = identity::key_pair::generate(kind, rng);
  if (!new_keys)
    return tl::unexpected{new_keys.error()};
  // In this order a crash between the two leaves the old keys in both files,
  // and the rotation can be made again.
  if (auto kept = write_keys(user.old_keys, old->keys, old->epoch); !kept)
    return kept;
  return write_keys(user.keys, *new_keys, old->epoch + 1);
}

expected<std::string> show_file(const fs::path& file,
                                Botan::RandomNumberGenerator& rng) {
  const auto content =
    storage::read_file(file, identity::defaults::max_revocation_file);
  if (!content)
    return tl::unexpected{missing_is_failure(content.error())};
  const auto text = as_text(*content);
  if (text.find(revocation_begin) != std::string_view::npos)
    return identity::show_revocation_lists(text).map_error(
      [&](const error& why) { return in_file(file, why); });
  if (text.find(certificate_begin) != std::string_view::npos)
    return show_certificates(file, text);
  if (text.find(encrypted_begin) != std::string_view::npos)
    return "Private keys, encrypted: import them to see their fingerprint\n";
  if (text.find(key_begin) == std::string_view::npos)
    return fail(errc::malformed,
                file.string()
                  + " holds neither certificates, revocation lists nor "
                    "private keys in PEM");
  const auto keys = read_keys(file, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  return show_keys(*keys);
}

} // namespace carillon
