#include "runtime/cluster/tls_errors.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace carillon {

namespace {

/// Tells whether a context is one of `make_tls`: those keep no sessions.
bool is_own(const SSL_CTX* context) {
  return SSL_CTX_get_session_cache_mode(const_cast<SSL_CTX*>(context))
    == SSL_SESS_CACHE_OFF;
}

/// Called for whatever happens to a connection; an alert tells of an error, and
/// so does a handshake that ends without success.
void on_event(const SSL*, int where, int result) {
  if ((where & SSL_CB_ALERT) != 0
      || ((where & SSL_CB_EXIT) != 0 && result <= 0))
    ERR_clear_error();
}

/// Called for each new connection.
void on_connection(void* parent, void*, CRYPTO_EX_DATA*, int, long, void*) {
  auto* connection = static_cast<SSL*>(parent);
  if (is_own(SSL_get_SSL_CTX(connection)))
    return;
  // The end of a process that had no time for farewells is no error.
  SSL_set_options(connection, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_set_info_callback(connection, on_event);
}

} // namespace

void keep_tls_errors_apart() {
  static const int registered =
    SSL_get_ex_new_index(0, nullptr, on_connection, nullptr, nullptr);
  static_cast<void>(registered);
}

} // namespace carillon
