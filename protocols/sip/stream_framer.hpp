#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/parser.hpp"

#include <optional>
#include <vector>

namespace carillon::sip {

/// Cuts a stream of bytes into messages by Content-Length (RFC 3261 section
/// 18.3). One object serves one direction of one connection. After a failure
/// the position of the next message is unknown: answer, and close the
/// connection.
class stream_framer {
public:
  explicit stream_framer(size_t max_message = defaults::max_message_size,
                         size_t max_head = defaults::max_head_size);

  /// What the bytes fed so far brought.
  struct result {
    /// Complete messages, in order, for `parse_message`.
    std::vector<bytes> messages;
    /// The keep-alive pings (double CRLF, RFC 5626 section 4.4.1) that came;
    /// each wants one CRLF in return. Single CRLFs between messages are pongs
    /// or padding (RFC 3261 section 7.5) and are skipped.
    size_t pings = 0;
    /// Why the connection has to be closed, with the answer to give before, if
    /// one is possible: a missing, repeated or malformed Content-Length (400),
    /// a head or message above its cap (513).
    std::optional<refused_message> failure;
  };

  /// Takes the next bytes of the stream. After a failure all further bytes are
  /// dropped.
  [[nodiscard]] result feed(byte_view data);

  /// Tells whether a message has begun and is not complete: the edge limits
  /// how long that may last.
  [[nodiscard]] bool mid_message() const noexcept {
    return !buffer_.empty();
  }

private:
  /// Moves one complete message from the buffer to the result.
  /// @returns false when there is none or the stream has failed.
  bool take_message(result& out);

  void skip_line_ends(result& out);

  void fail_stream(result& out, unsigned status, error why);

  size_t max_message_;
  size_t max_head_;
  bytes buffer_;
  /// The size of the message at the front of the buffer; 0 until its head is
  /// complete.
  size_t message_size_ = 0;
  /// How much of the buffer was searched for the end of the head.
  size_t scanned_ = 0;
  /// The CR and LF octets in a row that came since the last message or ping.
  size_t line_end_octets_ = 0;
  bool failed_ = false;
};

} // namespace carillon::sip
