#include "runtime/link/tls.hpp"

#include "protocols/identity/defaults.hpp"
#include "runtime/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

namespace carillon {

namespace ssl = boost::asio::ssl;

namespace {

/// Lets any chain pass; see `make_link_tls`.
int accept_any_chain(X509_STORE_CTX*, void*) {
  return 1;
}

bytes to_der(X509* certificate) {
  const auto size = i2d_X509(certificate, nullptr);
  bytes result(static_cast<size_t>(std::max(size, 0)));
  auto* end = result.data();
  i2d_X509(certificate, &end);
  return result;
}

} // namespace

expected<ssl::context> make_link_tls(const identity::key_pair& keys,
                                     std::span<const bytes> chain) {
  auto result = make_tls(TLS1_3_VERSION);
  auto* native = result.native_handle();
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  SSL_CTX_set_cert_verify_callback(native, accept_any_chain, nullptr);
  if (auto done = use_credentials(result, keys, chain); !done)
    return tl::unexpected{done.error()};
  return result;
}

std::vector<bytes> chain_of(SSL* session) {
  std::vector<bytes> result;
  const std::unique_ptr<X509, decltype(&X509_free)> own{
    SSL_get1_peer_certificate(session), X509_free};
  if (!own)
    return result;
  result.push_back(to_der(own.get()));
  // A server sees the other certificates only, a client all of them.
  const auto* all = SSL_get_peer_cert_chain(session);
  const auto count = all == nullptr ? 0 : sk_X509_num(all);
  for (int i = SSL_is_server(session) == 1 ? 0 : 1;
       i < count && result.size() <= identity::defaults::max_chain; ++i)
    result.push_back(to_der(sk_X509_value(all, i)));
  return result;
}

} // namespace carillon
