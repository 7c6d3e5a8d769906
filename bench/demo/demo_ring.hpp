#pragma once

#include "actors/addressee_directory.hpp"
#include "runtime/peer_host.hpp"
#include "runtime/steady_clock.hpp"

#include <botan/rng.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace carillon {

/// How a demonstration's ring is made.
struct demo_ring_config {
  /// Its domain, k, n and replicas.
  identity::ring_settings ring;
  size_t peers = 0;
  /// Seeds what need not be secret: the choices of peers and measurements.
  uint64_t seed = 0;
  std::shared_ptr<log_sink> sink;
  std::shared_ptr<storage::record_store> store;
};

/// A settled ring in one process. Each peer is a node of its own with its own
/// keys, as among strangers; all share one store and one actor system.
class demo_ring {
public:
  /// Founds the ring and waits until all peers have their places.
  /// @returns what making keys, descriptor and tickets gives, or `timeout`.
  [[nodiscard]] static expected<std::unique_ptr<demo_ring>>
  make(const demo_ring_config& config, Botan::RandomNumberGenerator& rng);

  [[nodiscard]] peer_host& host() noexcept {
    return *host_;
  }

  [[nodiscard]] const node_context& context() const noexcept {
    return *host_->context();
  }

  [[nodiscard]] const std::shared_ptr<const identity::key_pair>&
  bootstrap_keys() const noexcept {
    return bootstrap_;
  }

  /// Names all peers, in the order in which their nodes were made.
  [[nodiscard]] const chord::peer_list& peers() const noexcept {
    return peers_;
  }

  /// Who takes what is delivered to a peer.
  [[nodiscard]] const std::shared_ptr<addressee_directory>&
  addressees(size_t peer) const {
    return addressees_[peer];
  }

  [[nodiscard]] peer_actor handle(const chord::peer_ref& peer) const;

  /// Gives the peers that hold a record, the owner first.
  [[nodiscard]] chord::peer_list holders_of(const chord::ring_id& key) const;

  /// Replaces a peer by one with another share holder.
  /// @returns `timeout` when the new one does not start.
  [[nodiscard]] expected<void> replace_holder(const chord::peer_ref& which,
                                              share_holder_factory make_holder);

  /// Gives what all peers know of their neighbours.
  [[nodiscard]] std::vector<chord::member_view> views() const;

  /// Finds the owner of a key, asking a peer.
  [[nodiscard]] lookup_outcome lookup(const chord::peer_ref& from,
                                      const chord::ring_id& key) const;

  [[nodiscard]] std::mt19937_64& random() noexcept {
    return random_;
  }

private:
  demo_ring() = default;

  expected<void> make_nodes(size_t count, Botan::RandomNumberGenerator& rng);
  expected<void> settle();
  expected<void> await_places() const;
  [[nodiscard]] peer_config config_for(const chord::peer_ref& which);
  [[nodiscard]] chord::member_view place_of(const chord::peer_ref& peer) const;

  std::mt19937_64 random_;
  std::shared_ptr<const identity::key_pair> bootstrap_;
  chord::peer_list peers_;
  std::vector<node_identity_ptr> identities_;
  std::vector<std::shared_ptr<addressee_directory>> addressees_;
  std::vector<chord::member_view> places_;
  // Last, so that the actors end before what they use.
  std::unique_ptr<peer_host> host_;
};

} // namespace carillon
