#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/public_key.hpp"
#include "protocols/time.hpp"
#include "runtime/edge/asio_types.hpp"
#include "runtime/link/link_socket.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace carillon {

/// The other end of a channel, as TLS has shown it.
struct channel_end {
  identity::public_key key;
  /// Its certificates in DER, its own first; not checked.
  std::vector<bytes> chain;
};

/// Carries frames between two nodes: binary WebSocket messages (RFC 6455) over
/// TLS 1.3 with certificates on both sides. What the frames mean is up to the
/// class that derives from it, whose functions are called in the channel's
/// strand, as the protected ones must be. It lives as long as its socket is
/// open.
class frame_channel : public std::enable_shared_from_this<frame_channel> {
public:
  /// @param socket connected, or not yet open.
  /// @param tls outlives the channel.
  frame_channel(link_socket&& socket, boost::asio::ssl::context& tls);

  frame_channel(const frame_channel&) = delete;
  frame_channel& operator=(const frame_channel&) = delete;
  virtual ~frame_channel();

  /// Serves a connection that the other side has opened. Thread-safe.
  void accept();

  /// Serves a connection that this side has opened. Thread-safe.
  void connect();

  /// Opens the connection and serves it. Thread-safe.
  void dial(const boost::asio::ip::tcp::endpoint& remote);

protected:
  /// Frames that wait to be written, in bytes. Thread-safe.
  [[nodiscard]] size_t queued() const noexcept {
    return outbox_size_;
  }

  [[nodiscard]] bool is_open() const noexcept {
    return stage_ == stage::open;
  }

  [[nodiscard]] const io_strand& strand() const noexcept {
    return strand_;
  }

  /// Queues a frame for writing.
  void write(bytes frame);

  /// Reads on after an `on_frame` that wanted no more.
  void read();

  /// Has `on_timer` called after a while, or earlier.
  void wake_after(duration time);

  /// Writes what is queued and closes the connection.
  void finish(const error& why);

  /// Closes the connection at once.
  void end(const error& why);

private:
  enum class stage : uint8_t { opening, open, finishing, closed };
  enum class side : uint8_t { client, server };

  /// The layers of the connection; their headers cost a compiler too much to be
  /// read by everybody.
  struct layers;

  // -- what a derived class does ----------------------------------------------

  /// Frames may be written and read.
  virtual void on_open(channel_end other) = 0;

  /// A frame came.
  /// @returns whether to read the next one now; otherwise `read` is called
  ///          later, and not from within this call.
  [[nodiscard]] virtual bool on_frame(byte_view data) = 0;

  /// What `wake_after` asked for.
  virtual void on_timer() = 0;

  /// Nothing comes after this; called once, also for what never opened.
  virtual void on_end(const error& why) = 0;

  // -- opening ----------------------------------------------------------------

  void watch_opening();
  void on_connected(const boost::system::error_code& problem);
  void shake_hands(side which);
  void on_secured(side which, const boost::system::error_code& problem);
  void on_upgraded(const boost::system::error_code& problem);

  // -- open -------------------------------------------------------------------

  void on_read(const boost::system::error_code& problem);
  void write_next();
  void on_written(const boost::system::error_code& problem);
  void say_goodbye();
  void wait(duration time);
  void on_expiry();

  io_strand strand_;
  std::unique_ptr<layers> layers_;
  io_timer timer_;
  stage stage_ = stage::opening;
  /// Why the channel is being finished.
  error why_{errc::unreachable, {}};
  std::deque<bytes> outbox_;
  std::atomic<size_t> outbox_size_{0};
  /// The timer runs.
  bool waits_ = false;
  bool writing_ = false;
  bool reading_ = false;
};

} // namespace carillon
