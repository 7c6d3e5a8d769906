#pragma once

#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/link/discovery.hpp"
#include "runtime/link/ring_seeker.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// How a node looks for its ring.
struct ring_search_config {
  std::shared_ptr<const clock> time;
  logger log;
  identity::fingerprint ring;
  /// Where others connect to the node, as they are told; empty when nowhere.
  std::string endpoint;
  /// Where it listens for links itself.
  std::optional<carillon::endpoint> listen;
  /// Nodes that may lead into the ring.
  std::vector<bootstrap_endpoint> bootstrap;
  /// Whether nodes find each other on the local network.
  bool discovers = false;
  uint32_t seed = 0;
};

/// Looks for the ring of a node: by the addresses of its configuration and of
/// earlier runs, and on the local network. Thread-safe once it was started.
class ring_search {
public:
  /// @param io runs it, and outlives it.
  ring_search(boost::asio::io_context& io, ring_search_config config);

  /// @param remembered addresses that an earlier run kept.
  void start(const std::vector<std::string>& remembered);

  void stop();

  /// Tells whether there is anybody to look for.
  [[nodiscard]] bool has_entries() const noexcept {
    return has_entries_;
  }

  /// Gives the node to open a link to now; nothing when it is not yet time.
  [[nodiscard]] std::optional<bootstrap_endpoint> next();

  /// Says whether there is no link at all: as long as that is so, nodes of the
  /// local network are asked, too.
  void be_lonely(bool is_lonely);

  /// Tells that there is a link.
  void found();

private:
  ring_search_config config_;
  bool has_entries_ = false;
  /// Null when nodes do not find each other on the local network.
  std::shared_ptr<discovery> discovery_;
  std::mutex mutex_;
  ring_seeker seeker_;
};

} // namespace carillon
