#include "runtime/edge/sip_tls.hpp"

#include "runtime/tls.hpp"

#include <openssl/ssl.h>

#include <algorithm>

namespace carillon {

expected<std::optional<boost::asio::ssl::context>>
make_sip_tls(const sip_config& settings, const identity::key_pair& keys,
             std::span<const bytes> chain) {
  const auto has_tls = [](const sip_endpoint& where) {
    return where.kind == sip::transport::tls;
  };
  if (std::ranges::none_of(settings.listen, has_tls))
    return std::nullopt;
  auto result = make_tls(TLS1_2_VERSION);
  result.set_verify_mode(boost::asio::ssl::verify_none);
  if (settings.certificate.empty()) {
    if (const auto used = use_credentials(result, keys, chain); !used)
      return tl::unexpected{used.error()};
  } else if (const auto used =
               use_credential_files(result, settings.certificate, settings.key);
             !used) {
    return fail(used.error().code, "sip." + used.error().detail);
  }
  return result;
}

} // namespace carillon
