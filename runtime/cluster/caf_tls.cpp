#include "runtime/cluster/caf_tls.hpp"

#include "runtime/defaults.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>

namespace carillon {

namespace {

using std::chrono::steady_clock;

/// Handshakes under way up to which each of them may hold up the thread. More
/// of them wait without a pause: it would add up.
constexpr int patient_handshakes = 16;

/// How long an attempt to go on with a handshake waits, in milliseconds.
constexpr int pause = 1;

std::atomic<int> handshakes{0};

/// A connection whose handshake is under way.
struct handshake {
  handshake() {
    ++handshakes;
  }

  handshake(const handshake&) = delete;
  handshake& operator=(const handshake&) = delete;

  ~handshake() {
    --handshakes;
  }

  steady_clock::time_point end =
    steady_clock::now() + defaults::cluster_connect_timeout;
};

/// Where a connection keeps its handshake.
int slot();

/// Tells whether a context is one of `make_tls`: those keep no sessions.
bool is_own(const SSL_CTX* context) {
  return SSL_CTX_get_session_cache_mode(const_cast<SSL_CTX*>(context))
    == SSL_SESS_CACHE_OFF;
}

/// Waits for the other side of a handshake, or gives it up.
void wait_for_other(const SSL* connection) {
  const auto* known =
    static_cast<const handshake*>(SSL_get_ex_data(connection, slot()));
  const auto socket = SSL_get_fd(connection);
  if (known == nullptr || socket < 0 || SSL_want_read(connection) == 0)
    return;
  if (steady_clock::now() >= known->end) {
    ::shutdown(socket, SHUT_RDWR);
  } else if (handshakes <= patient_handshakes) {
    pollfd wanted{socket, POLLIN, 0};
    ::poll(&wanted, 1, pause);
  }
}

/// Called for whatever happens to a connection; an alert tells of an error, and
/// so does a handshake that ends, or cannot go on, without success.
void on_event(const SSL* connection, int where, int result) {
  const auto stops = (where & SSL_CB_EXIT) != 0 && result <= 0;
  if ((where & SSL_CB_ALERT) != 0 || stops)
    ERR_clear_error();
  if (stops)
    wait_for_other(connection);
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) {
    delete static_cast<handshake*>(SSL_get_ex_data(connection, slot()));
    SSL_set_ex_data(const_cast<SSL*>(connection), slot(), nullptr);
  }
}

/// Called for each new connection.
void on_connection(void* parent, void*, CRYPTO_EX_DATA* data, int index, long,
                   void*) {
  auto* connection = static_cast<SSL*>(parent);
  if (is_own(SSL_get_SSL_CTX(connection)))
    return;
  // The end of a process that had no time for farewells is no error.
  SSL_set_options(connection, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_set_info_callback(connection, on_event);
  CRYPTO_set_ex_data(data, index, new handshake);
}

/// Called for each connection that ends.
void on_end(void*, void* known, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<handshake*>(known);
}

int slot() {
  static const int registered =
    SSL_get_ex_new_index(0, nullptr, on_connection, nullptr, on_end);
  return registered;
}

} // namespace

void mend_caf_tls() {
  slot();
}

} // namespace carillon
