#include "protocols/identity/certificate.hpp"
#include "runtime/edge/sip_tls.hpp"
#include "tests/runtime/edge/recording_handler.hpp"
#include "tests/runtime/edge/test_socket.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <botan/auto_rng.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using sip::transport;

namespace asio = boost::asio;
namespace ssl = asio::ssl;

namespace {

sip_config settings_with_tls() {
  sip_config result;
  result.listen = {{transport::tls, {"127.0.0.1", 5061}}};
  return result;
}

/// Makes TLS of a node with keys of its own.
ssl::context node_tls() {
  Botan::AutoSeeded_RNG rng;
  const auto keys =
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng).value();
  const auto now = std::chrono::time_point_cast<carillon::duration>(
    std::chrono::system_clock::now());
  const auto certificate = identity::make_self_signed_certificate(
                             "node", keys, {now - 1h, now + 1h}, rng)
                             .value();
  return make_sip_tls(settings_with_tls(), keys,
                      std::vector<bytes>{certificate})
    .value()
    .value();
}

/// A phone that connects with TLS, as OpenSSL does it. Failures end in
/// exceptions.
class tls_phone {
public:
  explicit tls_phone(const sip_endpoint& remote, int max_version = 0)
    : stream_(io_, make_context(max_version)) {
    stream_.next_layer().connect(
      {asio::ip::make_address(remote.address.host), remote.address.port});
    stream_.handshake(ssl::stream_base::client);
  }

  void send(const std::string& data) {
    asio::write(stream_, asio::buffer(data));
  }

  std::string receive_exactly(size_t size) {
    std::string result(size, '\0');
    boost::system::error_code ignored;
    result.resize(asio::read(stream_, asio::buffer(result), ignored));
    return result;
  }

  [[nodiscard]] std::string version() {
    return SSL_get_version(stream_.native_handle());
  }

private:
  static ssl::context& make_context(int max_version) {
    static ssl::context any{ssl::context::tls_client};
    static ssl::context old{ssl::context::tls_client};
    if (max_version == 0)
      return any;
    SSL_CTX_set_security_level(old.native_handle(), 0);
    SSL_CTX_set_min_proto_version(old.native_handle(), 0);
    SSL_CTX_set_max_proto_version(old.native_handle(), max_version);
    return old;
  }

  asio::io_context io_;
  ssl::stream<asio::ip::tcp::socket> stream_;
};

class sip_edge_tls : public testing::Test {
protected:
  sip_endpoint listen(const sip_edge_config& config = {}) {
    running.emplace(config);
    running->edge.use_tls(node_tls());
    return running->listen(transport::tls);
  }

  bool wait_for_closed(size_t count) {
    return running->handler.wait_for(
      [&](const auto& seen) { return seen.closed.size() == count; });
  }

  std::optional<running_edge> running;
};

} // namespace

TEST_F(sip_edge_tls, takes_messages_and_answers_over_the_connection) {
  const auto local = listen();
  EXPECT_EQ(local.kind, transport::tls);
  tls_phone phone{local};
  phone.send(make_request(3) + make_request(20'000));
  ASSERT_TRUE(running->handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 2; }));
  const auto seen = running->handler.take();
  EXPECT_EQ(seen.messages[0].text, make_request(3));
  EXPECT_EQ(seen.messages[1].text, make_request(20'000));
  const auto& source = seen.messages[0].source;
  EXPECT_EQ(source.kind, transport::tls);
  EXPECT_NE(source.connection, 0u);
  running->edge.send(source, to_bytes("hello"));
  EXPECT_EQ(phone.receive_exactly(5), "hello");
}

TEST_F(sip_edge_tls, speaks_version_1_2_and_later) {
  const auto local = listen();
  EXPECT_EQ(tls_phone{local}.version(), "TLSv1.3");
  EXPECT_EQ((tls_phone{local, TLS1_2_VERSION}.version()), "TLSv1.2");
  EXPECT_THROW((tls_phone{local, TLS1_1_VERSION}), std::exception);
}

TEST_F(sip_edge_tls, refuses_what_is_no_tls) {
  const auto local = listen();
  auto phone = test_socket::connected_to({transport::tcp, local.address});
  phone.send(make_request());
  ASSERT_TRUE(running->handler.wait_for(
    [](const auto& seen) { return seen.refused.size() == 1; }));
  const auto seen = running->handler.take();
  EXPECT_TRUE(seen.messages.empty());
  EXPECT_TRUE(seen.refused[0].why.detail.starts_with("TLS: "));
}

TEST_F(sip_edge_tls, does_not_wait_long_for_a_handshake) {
  sip_edge_config config;
  config.connect_timeout = 30ms;
  const auto local = listen(config);
  auto phone = test_socket::connected_to({transport::tcp, local.address});
  EXPECT_EQ(phone.receive(), "");
  ASSERT_TRUE(wait_for_closed(1));
  EXPECT_EQ(running->handler.take().closed[0].why.code, errc::timeout);
}

TEST_F(sip_edge_tls, connections_count_before_their_handshake) {
  sip_edge_config config;
  config.max_connections = 1;
  const auto local = listen(config);
  const auto idle = test_socket::connected_to({transport::tcp, local.address});
  EXPECT_THROW(tls_phone{local}, std::exception);
}

TEST_F(sip_edge_tls, opens_connections_with_tls) {
  const auto local = listen();
  // The other end is an edge like this one.
  running_edge other;
  other.edge.use_tls(node_tls());
  const auto remote = other.listen(transport::tls);
  sip::flow path;
  path.kind = transport::tls;
  path.remote_address = remote.address.host;
  path.remote_port = remote.address.port;
  running->edge.send(path, to_bytes(make_request(1)));
  running->edge.send(path, to_bytes(make_request(2)));
  ASSERT_TRUE(other.handler.wait_for(
    [](const auto& seen) { return seen.messages.size() == 2; }));
  const auto seen = other.handler.take();
  EXPECT_EQ(seen.messages[0].source.connection,
            seen.messages[1].source.connection);
}

TEST_F(sip_edge_tls, reports_a_remote_end_without_tls) {
  listen();
  auto phone = test_socket::listening();
  sip::flow path;
  path.kind = transport::tls;
  path.remote_address = "127.0.0.1";
  path.remote_port = phone.local().address.port;
  bool failed = false;
  running->edge.send(path, to_bytes("hello"), [&] { failed = true; });
  auto accepted = phone.accept();
  accepted.send("SIP/2.0 200 OK\r\n\r\n");
  ASSERT_TRUE(wait_for_closed(1));
  running->close();
  EXPECT_TRUE(failed);
}

TEST(sip_edge_without_tls, listens_and_sends_without_it_only) {
  running_edge running;
  const auto refused =
    running.edge.listen({{transport::tls, {"127.0.0.1", 0}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::cannot_listen);
  sip::flow path;
  path.kind = transport::tls;
  path.remote_address = "127.0.0.1";
  path.remote_port = 5061;
  running.edge.send(path, to_bytes("hello"));
  ASSERT_TRUE(running.handler.wait_for(
    [](const auto& seen) { return seen.closed.size() == 1; }));
  EXPECT_EQ(running.handler.take().closed[0].why.code, errc::unreachable);
}

TEST(sip_tls, is_made_for_listeners_of_good_files) {
  Botan::AutoSeeded_RNG rng;
  const auto keys =
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng).value();
  EXPECT_FALSE(make_sip_tls({}, keys, {}).value());
  auto settings = settings_with_tls();
  settings.certificate = "/missing/sip.pem";
  settings.key = "/missing/sip.key";
  const auto refused = make_sip_tls(settings, keys, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_configuration);
  EXPECT_TRUE(
    refused.error().detail.starts_with("sip.key = /missing/sip.key: "));
}
