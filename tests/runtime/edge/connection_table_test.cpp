#include "runtime/edge/tcp_connection.hpp"
#include "tests/runtime/edge/recording_handler.hpp"

#include <gtest/gtest.h>

using namespace carillon;
using namespace carillon::test;

namespace asio = boost::asio;

namespace {

/// Adds connections that are never opened.
class connections : public testing::Test {
public:
  bool add(const char* address) {
    const auto remote = asio::ip::make_address(address);
    const auto made = context->connections.add(remote, [&](uint64_t id) {
      last = id;
      return make(address, id);
    });
    return made != nullptr;
  }

  bool open(const char* address, uint16_t port) {
    bool is_new = false;
    return context->connections.find_or_add(
             sip::transport::tcp, {asio::ip::make_address(address), port},
             [&](uint64_t id) { return make(address, id); }, is_new)
      != nullptr;
  }

  ~connections() override {
    const auto forgotten = context->connections.close();
  }

  asio::io_context io;
  recording_handler handler;
  /// Five connections, two of one address.
  std::shared_ptr<edge_context> context{
    new edge_context{io,
                     handler,
                     {},
                     std::make_shared<credit_pool>(1, 1),
                     connection_table{5, 2}}};
  uint64_t last = 0;

private:
  std::shared_ptr<tcp_connection> make(const char* address, uint64_t id) {
    sip::flow path;
    path.kind = sip::transport::tcp;
    path.remote_address = address;
    path.connection = id;
    return std::make_shared<tcp_connection>(
      context, tcp_socket{asio::make_strand(io)}, path);
  }
};

} // namespace

TEST_F(connections, of_one_address_have_their_share) {
  EXPECT_TRUE(add("192.0.2.1"));
  EXPECT_TRUE(add("192.0.2.1"));
  EXPECT_FALSE(add("192.0.2.1"));
  EXPECT_FALSE(open("192.0.2.1", 5060));
  EXPECT_TRUE(add("192.0.2.2"));
  // One that ends makes room.
  context->connections.remove(last - 1);
  EXPECT_TRUE(open("192.0.2.1", 5060));
  EXPECT_FALSE(open("192.0.2.1", 5061));
  // It is shared, not opened again.
  EXPECT_TRUE(open("192.0.2.1", 5060));
}

TEST_F(connections, of_one_ipv6_network_have_one_share) {
  EXPECT_TRUE(add("2001:db8::1"));
  EXPECT_TRUE(add("2001:db8::2"));
  EXPECT_FALSE(add("2001:db8::3"));
  EXPECT_TRUE(add("2001:db8:0:1::3"));
}

TEST_F(connections, of_this_machine_have_all) {
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(add("127.0.0.1"));
  EXPECT_FALSE(add("127.0.0.1"));
  EXPECT_FALSE(add("192.0.2.1"));
}
