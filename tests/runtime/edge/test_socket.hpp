#pragma once

#include "runtime/endpoint.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace carillon::test {

/// How long a test waits for what has to happen.
inline constexpr std::chrono::seconds patience{10};

/// A blocking socket on the other side of an edge. Failures end in exceptions.
class test_socket {
public:
  /// Connects to an endpoint, from any port of the same address family.
  static test_socket connected_to(const sip_endpoint& remote);

  /// Makes a socket that can be connected to `remote` later.
  static test_socket unconnected(const sip_endpoint& remote);

  /// Listens for a stream connection on a port of the loopback address.
  static test_socket listening();

  test_socket(test_socket&& other) noexcept;
  test_socket& operator=(test_socket&&) = delete;
  ~test_socket();

  /// Where this end is.
  [[nodiscard]] sip_endpoint local() const;

  void connect_to(const sip_endpoint& remote);

  /// Waits for a connection.
  [[nodiscard]] test_socket accept();

  void send(std::string_view data);

  /// Waits for the next bytes.
  /// @returns the empty text when the other end has closed or reset the
  ///          connection.
  std::string receive();

  /// Waits until so many bytes are there or the other end has closed.
  std::string receive_exactly(size_t size);

  /// Asks the system for the smallest receive buffer.
  void shrink_receive_buffer();

  /// Ends this direction.
  void shut_down();

private:
  explicit test_socket(int descriptor, sip::transport kind);

  int descriptor_;
  sip::transport kind_;
};

} // namespace carillon::test
