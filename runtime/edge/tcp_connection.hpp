#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/sip/stream_framer.hpp"
#include "runtime/edge/asio_types.hpp"
#include "runtime/edge/edge_context.hpp"
#include "runtime/edge/stream_socket.hpp"

#include <array>
#include <deque>
#include <memory>

namespace carillon {

/// A stream connection that carries SIP messages, with TLS or without. It lives
/// as long as its socket is open. Everything private runs in the strand of the
/// socket; the public functions may be called on any thread.
class tcp_connection final
  : public credit_waiter
  , public std::enable_shared_from_this<tcp_connection> {
public:
  /// @param socket accepted, or not yet open.
  /// @param path whose transport tells whether there is TLS, which `context`
  ///             has then; with the connection's number in the table of
  ///             `context` and the IP address of the remote end; its local part
  ///             may be unknown until the connection is open.
  tcp_connection(std::shared_ptr<edge_context> context, tcp_socket&& socket,
                 sip::flow path);

  /// Serves an accepted connection.
  void start();

  /// Opens the connection and serves it.
  void connect(const boost::asio::ip::tcp::endpoint& remote);

  /// Queues bytes for writing. A full queue closes the connection.
  /// @param on_failure called when the connection ends before they are written.
  void send(bytes data, failure_handler on_failure);

  /// Closes the connection at once.
  void close();

  void on_credit(message_credit credit) override;

private:
  using clock = std::chrono::steady_clock;

  /// Bytes that wait to be written, and who wants to know when they are not.
  struct outgoing {
    bytes data;
    failure_handler on_failure;
  };

  enum class stage : uint8_t {
    /// Waits for the connection to be opened, TLS included.
    connecting,
    /// Reads and writes.
    open,
    /// Writes what is queued; reads no more.
    flushing,
    /// Has told the remote end that nothing follows, and waits for it to close.
    lingering,
    closed,
  };

  // -- opening ----------------------------------------------------------------

  void on_connected(const boost::system::error_code& problem);
  void secure(boost::asio::ssl::stream_base::handshake_type side);
  void on_secured(const boost::system::error_code& problem);
  void begin();

  // -- reading ----------------------------------------------------------------

  void read_some();
  void on_read(const boost::system::error_code& problem, size_t count);
  void take_in(byte_view data);

  /// Hands complete messages over as long as there are credits.
  void hand_over();
  void resume(message_credit credit);

  // -- writing ----------------------------------------------------------------

  void enqueue(outgoing item);
  void write_next();
  void on_written(const boost::system::error_code& problem);

  // -- deadlines --------------------------------------------------------------

  /// When the present stage has lasted too long; `max()` for "never".
  [[nodiscard]] clock::time_point deadline() const;

  /// Sets the timer if it would come too late for the deadline.
  void watch_deadline();
  void on_timer(const boost::system::error_code& problem);
  void expire();

  // -- closing ----------------------------------------------------------------

  /// Answers what cannot be framed and ends the connection after the answer.
  void refuse_stream(const sip::refused_message& refused);

  /// Ends our direction, so that the last bytes are not lost to a reset.
  void linger();
  void refuse_and_end(const error& why);
  void end(const error& why);

  std::shared_ptr<edge_context> context_;
  stream_socket socket_;
  io_timer timer_;
  sip::flow path_;
  /// Whose share of the credits its messages take.
  address_group group_;
  stage stage_ = stage::connecting;

  sip::stream_framer framer_;
  std::array<uint8_t, defaults::stream_read_size> chunk_;
  /// Complete messages that were not handed over yet. Reading goes on when
  /// there are none, so there are at most those of one chunk.
  std::deque<bytes> inbox_;
  /// Follows after the messages of the inbox.
  std::optional<sip::refused_message> failure_;
  bool waits_for_credit_ = false;

  std::deque<outgoing> outbox_;
  size_t outbox_size_ = 0;
  bool writing_ = false;

  /// When the last byte came or went.
  clock::time_point last_activity_;
  /// When the stage, or the message that is being read, began.
  clock::time_point began_;
};

} // namespace carillon
