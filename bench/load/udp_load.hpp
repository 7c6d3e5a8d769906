#pragma once

#include "bench/load/load_account.hpp"
#include "bench/load/load_source.hpp"
#include "bench/load/load_transactions.hpp"
#include "bench/load/open_loop_schedule.hpp"
#include "protocols/error.hpp"
#include "runtime/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <functional>
#include <memory>
#include <string>

namespace carillon {

/// Puts a load of SIP requests on an adapter: one UDP socket, one thread, each
/// request when it is meant to start, whatever was answered so far.
class udp_load {
public:
  /// Takes a port.
  /// @param target where the adapter listens; a host name is looked up.
  /// @param patience how long after it was meant to start an operation may
  ///        take.
  /// @returns `unreachable` when the target has no address or no way leads
  ///          there.
  [[nodiscard]] static expected<udp_load> open(const endpoint& target,
                                               duration patience);

  /// Gives where the phones of this load listen: "host:port".
  [[nodiscard]] const std::string& address() const noexcept {
    return address_;
  }

  /// What is asked and told while a load runs.
  struct observer {
    /// Gives why the load has to end before its time; asked some ten times a
    /// second.
    std::function<expected<void>()> check;
    /// Is told how many operations were begun.
    std::function<void(size_t)> on_progress;
  };

  /// Runs a load, and waits for the answer or the end of the patience of each
  /// operation. Final answers to INVITE are acknowledged (RFC 3261 section
  /// 17.1.1.3), also when they come again.
  /// @returns what came of it, or what `check` gave.
  [[nodiscard]] expected<load_account> run(const open_loop_schedule& schedule,
                                           load_source& source,
                                           const observer& watch);

  /// Asks once, to find out whether there is anybody.
  /// @param request as `load_source::make` gives it.
  /// @param longest how long to wait for any final answer.
  /// @returns `unreachable` if nobody listens there, `timeout` without an
  ///          answer, or what `check` gave; the detail is for people.
  [[nodiscard]] expected<void>
  probe(const sip::message& request, duration longest,
        const std::function<expected<void>()>& check);

private:
  udp_load(endpoint target, duration patience);

  /// Sends; what cannot be sent is lost, as on the way.
  void send(byte_view data);

  /// Waits until something can be received or a time has come.
  void wait(std::chrono::steady_clock::time_point until);

  /// Takes the next datagram, if any.
  /// @returns whether there was one; it is in `received_`, or `is_refused_`
  ///          tells that the system at the target refuses.
  bool receive();

  /// Acknowledges and judges the datagram that was received.
  void on_datagram(load_transactions& open, const load_source& source,
                   uint64_t first_id, load_transactions::time now);

  endpoint target_;
  duration patience_;
  std::unique_ptr<boost::asio::io_context> io_;
  boost::asio::ip::udp::socket socket_;
  std::string address_;
  bytes buffer_;
  byte_view received_;
  bool is_refused_ = false;
};

} // namespace carillon
