#include "tests/runtime/edge/test_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace carillon::test {

namespace {

void check(bool succeeded, const char* what) {
  if (!succeeded) {
    throw std::system_error(errno, std::generic_category(), what);
  }
}

struct address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() {
    return reinterpret_cast<sockaddr*>(&storage);
  }
};

address to_address(const sip_endpoint& endpoint) {
  address result;
  sockaddr_in v4{};
  if (inet_pton(AF_INET, endpoint.address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.address.port);
    std::memcpy(&result.storage, &v4, sizeof(v4));
    result.size = sizeof(v4);
    return result;
  }
  sockaddr_in6 v6{};
  errno = EINVAL;
  check(inet_pton(AF_INET6, endpoint.address.host.c_str(), &v6.sin6_addr) == 1,
        "inet_pton");
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.address.port);
  std::memcpy(&result.storage, &v6, sizeof(v6));
  result.size = sizeof(v6);
  return result;
}

int open_socket(int family, sip::transport kind) {
  const auto type = kind == sip::transport::udp ? SOCK_DGRAM : SOCK_STREAM;
  const auto result = socket(family, type | SOCK_CLOEXEC, 0);
  check(result >= 0, "socket");
  const timeval limit{patience.count(), 0};
  setsockopt(result, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  return result;
}

} // namespace

test_socket::test_socket(int descriptor, sip::transport kind)
  : descriptor_(descriptor)
  , kind_(kind) {}

test_socket::test_socket(test_socket&& other) noexcept
  : descriptor_(std::exchange(other.descriptor_, -1))
  , kind_(other.kind_) {}

test_socket::~test_socket() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

test_socket test_socket::connected_to(const sip_endpoint& remote) {
  auto result = unconnected(remote);
  result.connect_to(remote);
  return result;
}

test_socket test_socket::unconnected(const sip_endpoint& remote) {
  return test_socket{
    open_socket(to_address(remote).storage.ss_family, remote.kind),
    remote.kind};
}

void test_socket::connect_to(const sip_endpoint& remote) {
  auto target = to_address(remote);
  check(::connect(descriptor_, target.get(), target.size) == 0, "connect");
}

test_socket test_socket::listening() {
  auto local = to_address({sip::transport::tcp, {"127.0.0.1", 0}});
  test_socket result{open_socket(AF_INET, sip::transport::tcp),
                     sip::transport::tcp};
  check(::bind(result.descriptor_, local.get(), local.size) == 0, "bind");
  check(::listen(result.descriptor_, 0) == 0, "listen");
  return result;
}

sip_endpoint test_socket::local() const {
  address name;
  check(getsockname(descriptor_, name.get(), &name.size) == 0, "getsockname");
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (name.storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &name.storage, sizeof(v4));
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return {kind_, {text.data(), ntohs(v4.sin_port)}};
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &name.storage, sizeof(v6));
  inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  return {kind_, {text.data(), ntohs(v6.sin6_port)}};
}

test_socket test_socket::accept() {
  const auto result = ::accept(descriptor_, nullptr, nullptr);
  check(result >= 0, "accept");
  const timeval limit{patience.count(), 0};
  setsockopt(result, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  return test_socket{result, kind_};
}

void test_socket::send(std::string_view data) {
  const auto sent = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL);
  check(sent == static_cast<ssize_t>(data.size()), "send");
}

std::string test_socket::receive() {
  std::string result(65536, '\0');
  const auto count = ::recv(descriptor_, result.data(), result.size(), 0);
  check(count >= 0 || errno == ECONNRESET, "recv");
  result.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return result;
}

std::string test_socket::receive_exactly(size_t size) {
  std::string result;
  while (result.size() < size) {
    const auto more = receive();
    if (more.empty()) {
      break;
    }
    result += more;
  }
  return result;
}

void test_socket::shrink_receive_buffer() {
  const int size = 1;
  check(setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size))
          == 0,
        "setsockopt");
}

void test_socket::shut_down() {
  check(::shutdown(descriptor_, SHUT_WR) == 0, "shutdown");
}

} // namespace carillon::test
