#pragma once

#include "runtime/edge/sip_edge.hpp"
#include "runtime/edge/sip_edge_handler.hpp"
#include "tests/runtime/edge/test_socket.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace carillon::test {

/// Remembers what an edge reports.
class recording_handler final : public sip_edge_handler {
public:
  struct message {
    std::string text;
    sip::flow source;
  };

  struct event {
    sip::flow path;
    error why;
  };

  struct record {
    std::vector<message> datagrams;
    std::vector<message> messages;
    std::vector<event> closed;
    std::vector<event> refused;
    std::vector<error> unframed;
    /// Of the messages, while `keep_credits` is set.
    std::vector<message_credit> credits;
  };

  /// Sees every message right after it was recorded.
  std::function<void(const message&)> on_message;

  /// Gives what is sent back when a stream cannot be framed.
  std::function<void(const sip::flow&)> on_unframed;

  /// Keeps the credits of messages in the record instead of returning them.
  bool keep_credits = false;

  /// Waits until the record is as wanted.
  /// @returns false when it is not in time.
  [[nodiscard]] bool
  wait_for(const std::function<bool(const record&)>& as_wanted);

  /// Takes the record out, credits included.
  [[nodiscard]] record take();

  void on_datagram(byte_view data, const sip::flow& source,
                   message_credit credit) override;
  void on_stream_message(byte_view data, const sip::flow& source,
                         message_credit credit) override;
  void on_stream_refused(const sip::refused_message& refused,
                         const sip::flow& source) override;
  void on_closed(const sip::flow& path, const error& why) override;
  void on_refused(const sip::flow& source, const error& why) override;

private:
  void arrived(std::vector<message> record::*list, message what,
               message_credit credit);

  std::mutex mutex_;
  std::condition_variable changed_;
  record record_;
};

/// An edge with a recording handler, run by two threads.
class running_edge {
public:
  explicit running_edge(const sip_edge_config& config = {});
  ~running_edge();

  /// Listens on one port of the loopback address that the system chooses.
  sip_endpoint listen(sip::transport kind,
                      const std::string& address = "127.0.0.1");

  /// Closes the edge and waits until its threads have nothing left to do.
  void close();

  recording_handler handler;

private:
  boost::asio::io_context io_;
  std::optional<
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type>>
    work_;

public:
  sip_edge edge;

private:
  std::vector<std::jthread> threads_;
};

/// A SIP request whose body has so many bytes.
[[nodiscard]] std::string make_request(size_t body_size = 0);

} // namespace carillon::test
