#pragma once

#include "bench/scratch_directory.hpp"
#include "protocols/error.hpp"
#include "protocols/identity/security_mode.hpp"
#include "runtime/endpoint.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace carillon {

/// A node to put a load on: this very program as a process of its own, so that
/// its CPU time is that of the product and of nothing else. It founds a ring in
/// a temporary directory and serves phones on loopback. It ends with this
/// object, and with this process however that ends.
class measured_node {
public:
  /// Gives why to wait no longer.
  using go_on_check = std::function<expected<void>()>;

  /// Starts a node and waits until it is ready.
  /// @param security whether what adapters say to each other is sealed.
  /// @param check asked some ten times a second while waiting.
  /// @returns `unreachable` with the node's own words when it has ended,
  ///          `timeout` when it is not ready in time, `storage_failed` when
  ///          there is no place for its data or no process to be had, or what
  ///          `check` gave.
  [[nodiscard]] static expected<std::unique_ptr<measured_node>>
  start(identity::security_mode security, const go_on_check& check);

  measured_node(const measured_node&) = delete;
  measured_node& operator=(const measured_node&) = delete;

  /// Ends the node in order, or at once when that takes too long.
  ~measured_node();

  /// Gives where the phones connect, by UDP.
  [[nodiscard]] const endpoint& adapter() const noexcept {
    return adapter_;
  }

  /// Gives the CPU time that all threads of the node have used.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const noexcept;

  /// @returns `unreachable` with the node's last words when it has ended.
  [[nodiscard]] expected<void> check_running();

private:
  explicit measured_node(scratch_directory directory);

  [[nodiscard]] expected<void> launch(identity::security_mode security);
  [[nodiscard]] expected<void> await_ready(const go_on_check& check);

  /// Gives what the node has written.
  [[nodiscard]] std::string log() const;

  /// Waits until the node has ended.
  /// @returns whether it has in time.
  bool wait(std::chrono::milliseconds longest);

  scratch_directory directory_;
  // 0 when there is none, or it has ended.
  pid_t id_ = 0;
  endpoint adapter_;
};

} // namespace carillon
