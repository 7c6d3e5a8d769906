#include "runtime/admin/admin_token.hpp"

#include "runtime/defaults.hpp"
#include "runtime/file_error.hpp"
#include "runtime/passphrase.hpp"

#include <algorithm>

namespace carillon {

expected<std::string> read_admin_token(const std::filesystem::path& file) {
  auto token = read_passphrase(file, {});
  if (!token)
    return token;
  const auto is_visible = [](char c) {
    return c > ' ' && c < '\x7f';
  };
  if (token->size() < defaults::min_admin_token
      || !std::ranges::all_of(*token, is_visible))
    return tl::unexpected{
      in_file(file,
              {errc::malformed,
               "expected a token of at least "
                 + std::to_string(defaults::min_admin_token)
                 + " letters and digits; 'openssl rand -hex 32' makes one"})};
  return token;
}

} // namespace carillon
