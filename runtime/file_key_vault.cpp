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

expected<stored_keys> make_keys(const std::filesystem::path& file,
                                Botan::RandomNumberGenerator& rng) {
  auto keys = key_pair::generate(identity::suite::ed25519_x25519, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  if (auto written = write_keys(file, *keys); !written)
    return tl::unexpected{written.error()};
  return stored_keys{std::move(*keys)};
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

expected<std::vector<bytes>> read_chain(const user_key_paths& files) {
  const auto pem = storage::read_file(files.certificate,
                                      identity::defaults::max_certificate_file);
  if (!pem)
    return fail(pem.error().code,
                files.certificate.string()
                  + ": in enrolled mode a user needs a certificate, which "
                    "'carillon pki user' makes");
  return identity::certificates_from_pem(as_text(*pem));
}

} // namespace

file_key_vault::file_key_vault(std::filesystem::path data_dir,
                               identity_mode mode)
  : data_dir_(std::move(data_dir))
  , mode_(mode) {}

expected<credentials_ptr>
file_key_vault::load_or_make(const std::string& user) {
  const auto files = user_paths(data_dir_, user);
  if (!files)
    return tl::unexpected{files.error()};
  auto result = std::make_shared<user_credentials>();
  if (mode_ == identity_mode::enrolled) {
    auto chain = read_chain(*files);
    if (!chain)
      return tl::unexpected{chain.error()};
    result->certificates = std::move(*chain);
  }
  auto stored = read_user_keys(files->keys, rng_);
  const auto is_new = !stored && stored.error().code == errc::no_such_record;
  if (is_new && mode_ == identity_mode::ad_hoc)
    stored = make_keys(files->keys, rng_);
  if (!stored)
    return tl::unexpected{stored.error()};
  auto predecessor = read_predecessor(*files, stored->keys, rng_);
  if (!predecessor)
    return tl::unexpected{predecessor.error()};
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
