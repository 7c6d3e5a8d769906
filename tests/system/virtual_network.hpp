#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace carillon::test {

/// Hosts of their own on this machine: network namespaces on two switches that
/// a cable joins. Takes root; see `obstacle`.
class virtual_network {
public:
  /// Tells why this machine does not permit such networks; nothing when it
  /// does.
  static std::optional<std::string> obstacle();

  /// Makes the hosts: the first half of them on one switch, the others on the
  /// other.
  explicit virtual_network(size_t hosts);

  virtual_network(const virtual_network&) = delete;
  virtual_network& operator=(const virtual_network&) = delete;
  ~virtual_network();

  /// Gives the address of a host, which the others can reach.
  [[nodiscard]] std::string address(size_t host) const;

  /// Gives the command that runs another one on a host.
  [[nodiscard]] std::vector<std::string> wrapper(size_t host) const;

  /// Calls a function on a host: sockets that it opens are that host's.
  void run_on(size_t host, const std::function<void()>& what) const;

  /// Pulls the cable between the switches.
  void split() const;

  /// Puts it back.
  void join() const;

private:
  [[nodiscard]] std::string name(size_t host) const;

  size_t hosts_;
  /// Begins the names of everything, so that tests can run side by side.
  std::string prefix_;
};

} // namespace carillon::test
