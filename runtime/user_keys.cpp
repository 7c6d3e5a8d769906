#include "runtime/user_keys.hpp"

#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/defaults.hpp"
#include "runtime/private_file.hpp"

#include <string>

namespace carillon {

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
  const auto pem = read_private_file(file, identity::defaults::max_key_file);
  if (!pem)
    return tl::unexpected{pem.error()};
  auto keys = identity::key_pair::from_pem(as_text(*pem), rng);
  if (!keys)
    return fail(keys.error().code,
                file.string() + ": " + to_string(keys.error()));
  return keys;
}

expected<void> write_keys(const std::filesystem::path& file,
                          const identity::key_pair& keys) {
  return write_private_file(file, keys.to_pem());
}

} // namespace carillon
