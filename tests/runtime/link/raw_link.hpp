#pragma once

#include "protocols/identity/key_pair.hpp"
#include "protocols/link/frames.hpp"
#include "runtime/endpoint.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace carillon::test {

/// The client side of a link that says whatever a test wants. Blocking, with
/// `patience` as the deadline; failures to connect end in exceptions.
class raw_link {
public:
  /// Opens a link up to the end of the WebSocket handshake.
  raw_link(const endpoint& where, const identity::key_pair& keys);

  /// Shows these certificates, in DER, instead of one that it makes.
  raw_link(const endpoint& where, const identity::key_pair& keys,
           const std::vector<bytes>& chain);

  raw_link(raw_link&&) noexcept;
  ~raw_link();

  /// Sends one message.
  /// @returns whether the connection took it.
  bool send(byte_view data);

  /// Sends one message in many small fragments.
  bool send_fragmented(byte_view data);

  bool send(const link::any_frame& frame) {
    return send(link::encode(frame));
  }

  /// Sends bytes under the WebSocket layer.
  bool send_raw(std::string_view data);

  /// Waits for the next frame.
  /// @returns nothing when the other side has closed the connection.
  std::optional<link::any_frame> receive();

  /// Waits until the other side has closed the connection.
  /// @returns what it has said as its reason, if anything.
  std::optional<error> await_close();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace carillon::test
