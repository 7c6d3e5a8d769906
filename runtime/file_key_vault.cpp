#include "runtime/file_key_vault.hpp"

#include "protocols/identity/certificate.hpp"
#include "runtime/user_keys.hpp"
#include "storage/durable_file.hpp"

#include <system_error>
#include <utility>

namespace carillon {

namespace {

using identity::identity_mode;
using identity::key_pair;

/// Keys that actors of several threads share.
using shared_keys = std::shared_ptr<const key_pair>;

shared_keys share(key_pair keys) {
  return std::make_shared<const key_pair>(std::move(keys));
}

expected<void> make_keys(const std::filesystem::path& file,
                         Botan::RandomNumberGenerator& rng) {
  const auto keys = key_pair::generate(identity::suite::ed25519_x25519, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  return write_keys(file, *keys);
}

expected<stored_keys> read_present(const user_key_paths& files,
                                   identity_mode mode,
                                   Botan::RandomNumberGenerator& rng) {
  auto stored = read_user_keys(files.keys, rng);
  if (stored || stored.error().code != errc::no_such_record)
    return stored;
  auto advice = files.keys.string()
    + ": restore this file from a backup, or from an export with 'carillon "
      "pki import'";
  if (mode == identity_mode::enrolled)
    advice += "; a new user gets keys and a certificate by 'carillon pki user'";
  return fail(errc::missing_keys, std::move(advice));
}

/// Gives the keys before a rotation, or null. A rotation that was cut short
/// leaves the same keys in both files.
expected<shared_keys> read_predecessor(const user_key_paths& files,
                                       const key_pair& current,
                                       Botan::RandomNumberGenerator& rng) {
  auto old = read_keys(files.old_keys, rng);
  const auto none = !old && old.error().code == errc::no_such_record;
  if (none || (old && old->public_half() == current.public_half()))
    return shared_keys{};
  return std::move(old).map(share);
}

/// Gives the certificates of a user, which must be for the present keys.
expected<std::vector<bytes>> read_chain(const user_key_paths& files,
                                        const key_pair& keys) {
  const auto pem = storage::read_file(files.certificate,
                                      identity::defaults::max_certificate_file);
  if (!pem && pem.error().code == errc::no_such_record)
    return fail(errc::untrusted_certificate,
                files.certificate.string()
                  + " is not there: in enrolled mode a user needs a "
                    "certificate, which 'carillon pki user' makes");
  if (!pem)
    return tl::unexpected{pem.error()};
  auto chain = identity::certificates_from_pem(as_text(*pem));
  const auto certified = chain.and_then([](const std::vector<bytes>& all) {
    return identity::certified_key(all.front());
  });
  if (!certified)
    return fail(certified.error().code,
                files.certificate.string() + ": " + certified.error().detail);
  if (*certified != keys.public_half().signature)
    return fail(errc::name_mismatch,
                files.certificate.string() + " is for other keys than "
                  + files.keys.string()
                  + " holds: 'carillon pki user' makes one for these");
  return chain;
}

} // namespace

file_key_vault::file_key_vault(std::filesystem::path data_dir,
                               identity_mode mode)
  : data_dir_(std::move(data_dir))
  , mode_(mode) {}

expected<credentials_ptr> file_key_vault::load(const std::string& user) {
  return user_paths(data_dir_, user)
    .and_then([this](const user_key_paths& files) { return load(files); });
}

expected<credentials_ptr>
file_key_vault::load_or_make(const std::string& user) {
  const auto files = user_paths(data_dir_, user);
  if (!files)
    return tl::unexpected{files.error()};
  auto known = load(*files);
  const bool has_none = !known && known.error().code == errc::missing_keys;
  if (!has_none || mode_ != identity_mode::ad_hoc)
    return known;
  if (const auto made = make_keys(files->keys, rng_); !made)
    return tl::unexpected{made.error()};
  return load(*files);
}

expected<credentials_ptr> file_key_vault::load(const user_key_paths& files) {
  auto stored = read_present(files, mode_, rng_);
  if (!stored)
    return tl::unexpected{stored.error()};
  auto predecessor = read_predecessor(files, stored->keys, rng_);
  if (!predecessor)
    return tl::unexpected{predecessor.error()};
  auto result = std::make_shared<user_credentials>();
  if (mode_ == identity_mode::enrolled) {
    auto chain = read_chain(files, stored->keys);
    if (!chain)
      return tl::unexpected{chain.error()};
    result->certificates = std::move(*chain);
  }
  result->keys = share(std::move(stored->keys));
  result->epoch = stored->epoch;
  result->predecessor = std::move(*predecessor);
  return credentials_ptr{std::move(result)};
}

expected<void>
file_key_vault::forget_predecessor(const std::string& user,
                                   const identity::fingerprint& current) {
  const auto files = user_paths(data_dir_, user);
  if (!files)
    return tl::unexpected{files.error()};
  const auto present = read_keys(files->keys, rng_);
  if (!present)
    return tl::unexpected{present.error()};
  // The keys were changed once more: what waits now is another rotation.
  if (present->public_half().id() != current)
    return {};
  std::error_code reason;
  std::filesystem::remove(files->old_keys, reason);
  if (reason)
    return fail(errc::storage_failed,
                files->old_keys.string() + ": " + reason.message());
  return {};
}

} // namespace carillon
