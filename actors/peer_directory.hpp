#pragma once

#include "actors/interfaces.hpp"

#include <array>
#include <mutex>
#include <random>
#include <unordered_map>
#include <vector>

namespace carillon {

/// Turns references to peers into handles.
///
/// Thread-safe.
class peer_directory {
public:
  peer_directory() = default;
  peer_directory(const peer_directory&) = delete;
  peer_directory& operator=(const peer_directory&) = delete;
  virtual ~peer_directory() = default;

  /// Gives the handle of a peer, or an invalid one when the peer is known to
  /// be gone.
  [[nodiscard]] virtual peer_actor resolve(const chord::peer_ref& peer) = 0;

  /// Gives the handle of a peer of this process that may be asked in the name
  /// of a peer of this node, or an invalid one when there is none. One of
  /// another process would leave the question open when that process dies.
  [[nodiscard]] virtual peer_actor asker(const chord::peer_ref& place) {
    return resolve(place);
  }

  /// Enters a peer of this process; replaces its former incarnation.
  virtual void enter(const chord::peer_ref& peer, peer_actor handle) = 0;

  /// Removes a peer of this process, unless another incarnation was entered.
  virtual void remove(const chord::peer_ref& peer,
                      const peer_actor& handle) = 0;

  /// Gives up to `count` random peers other than `except`, to join through.
  [[nodiscard]] virtual chord::peer_list contacts(size_t count,
                                                  const chord::ring_id& except,
                                                  std::minstd_rand& random) = 0;
};

/// Knows the peers of its own process.
class local_directory final : public peer_directory {
public:
  [[nodiscard]] peer_actor resolve(const chord::peer_ref& peer) override;

  void enter(const chord::peer_ref& peer, peer_actor handle) override;

  void remove(const chord::peer_ref& peer, const peer_actor& handle) override;

  [[nodiscard]] chord::peer_list contacts(size_t count,
                                          const chord::ring_id& except,
                                          std::minstd_rand& random) override;

private:
  struct item {
    chord::peer_ref peer;
    peer_actor handle;
  };

  // Each part has a lock of its own, because every hop of every lookup passes
  // here.
  struct shard {
    std::mutex mutex;
    std::unordered_map<chord::ring_id, item> items;
  };

  static constexpr size_t shard_count = 64;

  shard& shard_of(const chord::ring_id& id) noexcept;

  std::array<shard, shard_count> shards_;
};

} // namespace carillon
