#include "tests/runtime/link/raw_link.hpp"

#include "protocols/identity/certificate.hpp"
#include "runtime/link/tls.hpp"
#include "tests/runtime/edge/test_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <botan/auto_rng.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace carillon::test {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

std::vector<bytes> make_chain(const identity::key_pair& keys) {
  Botan::AutoSeeded_RNG rng;
  const auto now =
    std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  const auto certificate = identity::make_self_signed_certificate(
    "test", keys, {now, now + std::chrono::hours{1}}, rng);
  return {*certificate};
}

asio::ssl::context make_tls(const identity::key_pair& keys,
                            const std::vector<bytes>& chain) {
  auto result = make_link_tls(keys, chain);
  if (!result)
    throw std::runtime_error{to_string(result.error())};
  return std::move(*result);
}

} // namespace

struct raw_link::parts {
  parts(const identity::key_pair& keys, const std::vector<bytes>& chain)
    : tls(make_tls(keys, chain)) {}

  /// Runs an asynchronous operation to its end, or cancels it.
  template <class Start>
  bool run(Start start) {
    std::optional<beast::error_code> result;
    start(
      [&](const beast::error_code& problem, size_t = 0) { result = problem; });
    io.restart();
    io.run_for(patience);
    if (!result)
      throw std::runtime_error{"the other side of the link does not answer"};
    return !*result;
  }

  asio::io_context io;
  asio::ssl::context tls;
  beast::websocket::stream<beast::ssl_stream<beast::tcp_stream>> stream{io,
                                                                        tls};
  beast::flat_buffer inbox;
};

raw_link::raw_link(const endpoint& where, const identity::key_pair& keys)
  : raw_link(where, keys, make_chain(keys)) {}

raw_link::raw_link(const endpoint& where, const identity::key_pair& keys,
                   const std::vector<bytes>& chain)
  : parts_(std::make_unique<parts>(keys, chain)) {
  auto& stream = parts_->stream;
  beast::get_lowest_layer(stream).connect(
    {asio::ip::make_address(where.host), where.port});
  stream.next_layer().handshake(asio::ssl::stream_base::client);
  stream.handshake("test", "/");
  stream.binary(true);
}

raw_link::raw_link(raw_link&&) noexcept = default;
raw_link::~raw_link() = default;

bool raw_link::send(byte_view data) {
  return parts_->run([&](auto done) {
    parts_->stream.async_write(asio::buffer(data.data(), data.size()), done);
  });
}

bool raw_link::send_fragmented(byte_view data) {
  auto result = true;
  while (result && !data.empty()) {
    const auto size = std::min<size_t>(data.size(), 3);
    const auto part = data.first(size);
    data = data.subspan(size);
    result = parts_->run([&](auto done) {
      parts_->stream.async_write_some(
        data.empty(), asio::buffer(part.data(), part.size()), done);
    });
  }
  return result;
}

bool raw_link::send_raw(std::string_view data) {
  return parts_->run([&](auto done) {
    asio::async_write(parts_->stream.next_layer(), asio::buffer(data), done);
  });
}

std::optional<link::any_frame> raw_link::receive() {
  if (!parts_->run(
        [&](auto done) { parts_->stream.async_read(parts_->inbox, done); }))
    return std::nullopt;
  const auto data = parts_->inbox.cdata();
  auto frame =
    link::decode_frame({static_cast<const uint8_t*>(data.data()), data.size()});
  parts_->inbox.clear();
  if (!frame)
    throw std::runtime_error{to_string(frame.error())};
  return std::move(*frame);
}

std::optional<error> raw_link::await_close() {
  std::optional<error> result;
  while (const auto frame = receive()) {
    const auto* told = std::get_if<link::problem>(&*frame);
    if (told != nullptr && told->is_closing)
      result = told->why;
  }
  return result;
}

} // namespace carillon::test
