#include "runtime/user_keys.hpp"

#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/defaults.hpp"
#include "runtime/file_error.hpp"
#include "runtime/private_file.hpp"

#include <charconv>
#include <string>
#include <system_error>
#include <utility>

namespace carillon {

namespace {

constexpr std::string_view epoch_label = "Epoch: ";

} // namespace

expected<user_key_paths> user_paths(const std::filesystem::path& data_dir,
                                    std::string_view user) {
  if (auto good = identity::validate_user(user); !good)
    return tl::unexpected{good.error()};
  const auto directory = data_dir / "users";
  const std::string name{user};
  // The different endings keep apart the files of the users "a" and "a.old".
  return user_key_paths{directory / (name + ".keys.pem"),
                        directory / (name + ".old.pem"),
                        directory / (name + ".cert.pem")};
}

expected<identity::key_pair> read_keys(const std::filesystem::path& file,
                                       Botan::RandomNumberGenerator& rng) {
  return read_user_keys(file, rng).map(
    [](stored_keys&& found) { return std::move(found.keys); });
}

expected<stored_keys> read_user_keys(const std::filesystem::path& file,
                                     Botan::RandomNumberGenerator& rng) {
  const auto pem = read_private_file(file, identity::defaults::max_key_file);
  if (!pem)
    return tl::unexpected{pem.error()};
  const auto text = as_text(*pem);
  auto keys = identity::key_pair::from_pem(text, rng);
  const auto epoch = read_epoch(text);
  const auto* why = !keys ? &keys.error() : !epoch ? &epoch.error() : nullptr;
  if (why != nullptr)
    return tl::unexpected{in_file(file, *why)};
  return stored_keys{std::move(*keys), *epoch};
}

expected<void> write_keys(const std::filesystem::path& file,
                          const identity::key_pair& keys, uint64_t epoch) {
  return write_private_file(file, epoch_header(epoch) + keys.to_pem());
}

expected<uint64_t> read_epoch(std::string_view pem) {
  if (!pem.starts_with(epoch_label))
    return 1;
  pem.remove_prefix(epoch_label.size());
  const auto line = pem.substr(0, pem.find('\n'));
  uint64_t result = 0;
  const auto [end, reason] =
    std::from_chars(line.data(), line.data() + line.size(), result);
  if (reason != std::errc{} || end != line.data() + line.size() || result == 0)
    return fail(errc::malformed, "the epoch of the keys");
  return result;
}

std::string epoch_header(uint64_t epoch) {
  return epoch == 1 ? std::string{}
                    : std::string{epoch_label} + std::to_string(epoch) + '\n';
}

} // namespace carillon
