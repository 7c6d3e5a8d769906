#include "runtime/tls.hpp"

#include "protocols/identity/certificate.hpp"
#include "runtime/defaults.hpp"
#include "runtime/file_error.hpp"
#include "runtime/private_file.hpp"

#include <boost/asio/buffer.hpp>
#include <botan/pkcs8.h>
#include <openssl/ssl.h>

#include <string>

namespace carillon {

namespace ssl = boost::asio::ssl;

namespace {

tl::unexpected<error> wrong_file(const char* what,
                                 const std::filesystem::path& file,
                                 const std::string& why) {
  return fail(errc::invalid_configuration,
              std::string{what} + " = " + file.string() + ": " + why);
}

} // namespace

ssl::context make_tls(int min_version) {
  ssl::context result{ssl::context::tls};
  auto* native = result.native_handle();
  SSL_CTX_set_min_proto_version(native, min_version);
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(native, 0);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(native, defaults::max_tls_chain);
  // Many connections are idle most of the time.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  return result;
}

expected<void> use_credentials(ssl::context& tls,
                               const identity::key_pair& keys,
                               std::span<const bytes> chain) {
  std::string certificates;
  for (const auto& der : chain)
    certificates += identity::certificate_to_pem(der);
  const auto key = Botan::PKCS8::BER_encode(keys.signing_key());
  boost::system::error_code problem;
  tls.use_certificate_chain(boost::asio::buffer(certificates), problem);
  if (!problem)
    tls.use_private_key(boost::asio::buffer(key.data(), key.size()),
                        ssl::context::asn1, problem);
  if (problem)
    return fail(errc::invalid_key, "TLS: " + problem.message());
  return {};
}

expected<void> use_credential_files(ssl::context& tls,
                                    const std::filesystem::path& certificate,
                                    const std::filesystem::path& key) {
  const auto secret = read_private_file(key, defaults::max_tls_key);
  if (!secret)
    return wrong_file("key", key, missing_is_failure(secret.error()).detail);
  boost::system::error_code problem;
  tls.use_certificate_chain_file(certificate.string(), problem);
  if (problem)
    return wrong_file("certificate", certificate, problem.message());
  // A key under a passphrase would have OpenSSL ask at the terminal.
  tls.set_password_callback(
    [](size_t, ssl::context::password_purpose) { return std::string{}; },
    problem);
  tls.use_private_key(boost::asio::buffer(*secret), ssl::context::pem, problem);
  if (problem)
    return wrong_file("key", key, problem.message());
  if (SSL_CTX_check_private_key(tls.native_handle()) != 1)
    return wrong_file("key", key, "this is not the key of the certificate");
  return {};
}

} // namespace carillon
