#pragma once

#include "actors/peer_directory.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>

namespace carillon {

/// What happens to messages between nodes.
struct network_conditions {
  /// The share of messages that are lost.
  double loss = 0;
  /// The share of messages that are delivered twice.
  double duplication = 0;
  /// Each message takes another time between these two.
  duration shortest_delay{};
  duration longest_delay{};
  /// Whether messages are encoded and decoded as links do, and what a link
  /// would refuse is lost. All else is the same without it, and faster.
  bool are_encoded = true;
};

/// Stands between the nodes of a simulated network: hostile peers.
class message_interceptor {
public:
  message_interceptor() = default;
  message_interceptor(const message_interceptor&) = delete;
  message_interceptor& operator=(const message_interceptor&) = delete;
  virtual ~message_interceptor() = default;

  /// Is shown each message between nodes before the network carries it.
  /// @returns whether the network is to forget it: what is to be sent in its
  ///          place has been carried then.
  virtual bool intercept(const chord::peer_ref& to,
                         const overlay_message& msg) = 0;
};

/// A network between the nodes of a virtual ring: whatever a peer sends to one
/// of another node may be encoded and decoded as links do, and may be lost,
/// delayed, delivered twice or overtaken. As on a real network nobody learns
/// that a peer is gone but by its silence.
class simulated_network final : public peer_directory {
public:
  /// `random` must outlive this object.
  simulated_network(caf::actor_system& system, std::mt19937_64& random,
                    network_conditions how);

  /// Ends the actors that stand for peers.
  void end();

  /// Changes what happens to messages from now on.
  void change(network_conditions how) {
    how_ = how;
  }

  /// Cuts the network in two: the nodes that `is_here` accepts, and the others.
  void partition(std::function<bool(const chord::peer_ref&)> is_here) {
    is_here_ = std::move(is_here);
  }

  /// Joins both parts again.
  void heal() {
    is_here_ = nullptr;
  }

  /// Has all messages shown to somebody from now on, or to nobody.
  void intercept(std::shared_ptr<message_interceptor> by) {
    interceptor_ = std::move(by);
  }

  /// Gives the actor of a peer itself, to look into it or to end it.
  [[nodiscard]] peer_actor actor_of(const chord::peer_ref& peer) {
    return peers_.resolve(peer);
  }

  /// Sends a message, as far as the network lets it through.
  void transmit(const chord::peer_ref& to, const overlay_message& msg);

  /// As above, past the interceptor.
  void carry(const chord::peer_ref& to, const overlay_message& msg);

  /// Gives how many messages between nodes were sent so far.
  [[nodiscard]] size_t sent() const noexcept {
    return sent_;
  }

  /// Gives how many of them were about records.
  [[nodiscard]] size_t sent_about_records() const noexcept {
    return sent_about_records_;
  }

  /// Gives how many of them were questions and answers of lookups.
  [[nodiscard]] size_t sent_for_lookups() const noexcept {
    return sent_for_lookups_;
  }

  /// Gives how many of them a link would have refused to take.
  [[nodiscard]] size_t refused() const noexcept {
    return refused_;
  }

  // -- peer_directory ---------------------------------------------------------

  /// Gives an actor that stands for the peer, be it alive or not.
  [[nodiscard]] peer_actor resolve(const chord::peer_ref& peer) override;

  void enter(const chord::peer_ref& peer, peer_actor handle) override;

  void remove(const chord::peer_ref& peer, const peer_actor& handle) override;

  [[nodiscard]] chord::peer_list contacts(size_t count,
                                          const chord::ring_id& except,
                                          std::minstd_rand& random) override;

private:
  void count(const overlay_message& msg);
  void deliver(const chord::peer_ref& to, const overlay_message& msg);

  caf::actor_system* system_;
  std::mt19937_64* random_;
  network_conditions how_;
  std::function<bool(const chord::peer_ref&)> is_here_;
  std::shared_ptr<message_interceptor> interceptor_;
  local_directory peers_;
  std::unordered_map<chord::ring_id, peer_actor> stand_ins_;
  size_t sent_ = 0;
  size_t sent_about_records_ = 0;
  size_t sent_for_lookups_ = 0;
  size_t refused_ = 0;
};

} // namespace carillon
