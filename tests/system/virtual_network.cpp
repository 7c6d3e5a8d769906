#include "tests/system/virtual_network.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace carillon::test {

namespace {

/// Runs a command of ip(8), quietly.
bool try_ip(const std::string& arguments) {
  // NOLINTNEXTLINE(cert-env33-c): the command is the test's own.
  return std::system(("ip " + arguments + " >/dev/null 2>&1").c_str()) == 0;
}

void ip(const std::string& arguments) {
  if (!try_ip(arguments))
    throw std::runtime_error{"ip " + arguments + " has failed"};
}

} // namespace

std::optional<std::string> virtual_network::obstacle() {
  if (!try_ip("-V"))
    return "ip is not installed: apt-get install iproute2";
  const auto probe = "cp" + std::to_string(::getpid());
  const bool is_permitted = try_ip("netns add " + probe)
    && try_ip("link add " + probe + " type bridge")
    && try_ip("link add " + probe + "a type veth peer name " + probe + "b");
  try_ip("link del " + probe + "a");
  try_ip("link del " + probe);
  try_ip("netns del " + probe);
  if (!is_permitted)
    return "network namespaces are not permitted here: run as root";
  return std::nullopt;
}

virtual_network::virtual_network(size_t hosts)
  : hosts_(hosts)
  , prefix_("cn" + std::to_string(::getpid())) {
  for (const std::string side : {"l", "r"}) {
    ip("link add " + prefix_ + side + " type bridge");
    ip("link set " + prefix_ + side + " up");
  }
  ip("link add " + prefix_ + "x type veth peer name " + prefix_ + "y");
  ip("link set " + prefix_ + "x master " + prefix_ + "l up");
  ip("link set " + prefix_ + "y master " + prefix_ + "r up");
  for (size_t i = 0; i < hosts_; ++i) {
    const auto host = name(i);
    const auto* side = i < hosts_ / 2 ? "l" : "r";
    ip("netns add " + host);
    ip("link add " + host + " type veth peer name eth0 netns " + host);
    ip("link set " + host + " master " + prefix_ + side + " up");
    ip("-n " + host + " addr add " + address(i) + "/24 dev eth0");
    ip("-n " + host + " link set eth0 up");
    ip("-n " + host + " link set lo up");
  }
}

virtual_network::~virtual_network() {
  for (size_t i = 0; i < hosts_; ++i) {
    try_ip("link del " + name(i));
    try_ip("netns del " + name(i));
  }
  for (const auto* part : {"x", "l", "r"})
    try_ip("link del " + prefix_ + part);
}

std::string virtual_network::address(size_t host) const {
  return "10.77.0." + std::to_string(host + 1);
}

std::vector<std::string> virtual_network::wrapper(size_t host) const {
  return {"ip", "netns", "exec", name(host)};
}

void virtual_network::run_on(size_t host,
                             const std::function<void()>& what) const {
  std::thread there{[&] {
    const auto path = "/run/netns/" + name(host);
    const int space = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (space >= 0 && ::setns(space, CLONE_NEWNET) == 0)
      what();
    ::close(space);
  }};
  there.join();
}

void virtual_network::split() const {
  ip("link set " + prefix_ + "x down");
}

void virtual_network::join() const {
  ip("link set " + prefix_ + "x up");
}

std::string virtual_network::name(size_t host) const {
  return prefix_ + "h" + std::to_string(host);
}

} // namespace carillon::test
