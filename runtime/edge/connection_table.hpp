#pragma once

#include "protocols/sip/flow.hpp"
#include "runtime/edge/address_group.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carillon {

class tcp_connection;

/// The living stream connections of an edge, up to a limit for all and one for
/// each group of addresses. Thread-safe.
class connection_table final {
public:
  using connection_ptr = std::shared_ptr<tcp_connection>;

  /// Makes the connection of the given number.
  using factory = std::function<connection_ptr(uint64_t)>;

  /// @param share how many of the connections may be with one group.
  connection_table(size_t limit, size_t share) noexcept;

  /// Makes and adds a connection that came from an address. Numbers start at 1
  /// and are not used again.
  /// @returns null at the limits and after `close`.
  [[nodiscard]] connection_ptr add(const boost::asio::ip::address& remote,
                                   const factory& make);

  /// Gives the connection that was opened to this remote endpoint over this
  /// transport, or makes and adds it, so that two messages at once share one.
  /// @param is_new set to whether it was made.
  /// @returns null at the limits and after `close`.
  [[nodiscard]] connection_ptr
  find_or_add(sip::transport kind, const boost::asio::ip::tcp::endpoint& remote,
              const factory& make, bool& is_new);

  /// @returns null when there is no such connection.
  [[nodiscard]] connection_ptr find(uint64_t id) const;

  /// Forgets a connection.
  void remove(uint64_t id);

  /// Lets no more connections in and forgets those that are there.
  /// @returns the forgotten ones.
  [[nodiscard]] std::vector<connection_ptr> close();

private:
  using destination = std::pair<sip::transport, boost::asio::ip::tcp::endpoint>;

  struct entry {
    connection_ptr connection;
    address_group group;
    /// Set for connections that this edge opened.
    std::optional<destination> opened_to;
  };

  [[nodiscard]] connection_ptr add_locked(const address_group& group,
                                          const factory& make,
                                          std::optional<destination> opened_to);

  mutable std::mutex mutex_;
  size_t limit_;
  size_t share_;
  bool closed_ = false;
  uint64_t last_id_ = 0;
  std::unordered_map<uint64_t, entry> connections_;
  /// How many connections each group has.
  std::map<boost::asio::ip::address, size_t> counts_;
  /// The numbers of the connections that this edge opened.
  std::map<destination, uint64_t> opened_;
};

} // namespace carillon
