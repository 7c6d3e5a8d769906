#pragma once

#include "protocols/chord/invariant.hpp"
#include "protocols/chord/lookup_table.hpp"
#include "protocols/chord/ring_member.hpp"

#include <deque>
#include <map>
#include <random>

namespace carillon::test {

/// A network of ring members without actors. Messages travel in virtual time
/// with a delay, may be lost, and the sender of a message to a dead peer may be
/// told so at once (perfect failure detection) or has to find out.
class ring_simulation {
public:
  struct config {
    chord::ring_config ring;
    /// Longest delay of a message; 0 delivers at once and in order.
    duration delay{0};
    /// Probability that a message is lost.
    double loss = 0;
    /// Whether senders learn at once that a peer is dead.
    bool perfect_detection = true;
    /// Whether each member is on a node of its own, so that what they say
    /// passes links.
    bool foreign = false;
  };

  ring_simulation(config cfg, uint64_t seed);

  /// Makes a ring of `count` members that know each other.
  void settle(size_t count);

  /// Starts a join through a random member.
  chord::ring_id join();

  /// Removes a member without notice.
  void crash(const chord::ring_id& id);

  /// Lets a member say farewell and removes it.
  void leave(const chord::ring_id& id);

  /// Has a member do a round of stabilize now, whenever it would be due.
  void stabilize(const chord::ring_id& id);

  /// Delivers everything that is due and lets time pass, in steps.
  void advance(duration time);

  /// Delivers messages until none is under way, without letting time pass.
  void drain();

  /// Tells whether all members but `id` keep a live successor without it.
  bool can_lose(const chord::ring_id& id) const;

  std::vector<chord::member_view> views() const;
  std::vector<chord::ring_id> ids() const;
  chord::ring_id random_id();

  size_t size() const {
    return members_.size();
  }

  chord::ring_member& member(const chord::ring_id& id) {
    return members_.at(id);
  }

  void set_loss(double probability) {
    config_.loss = probability;
  }

  std::mt19937_64& rng() {
    return rng_;
  }

  timestamp now() const {
    return now_;
  }

private:
  struct envelope {
    timestamp due;
    chord::peer_ref from;
    chord::peer_ref to;
    chord::message body;
  };

  chord::peer_ref new_peer();
  void send(const chord::peer_ref& from, chord::outbox out);
  void deliver(const envelope& msg);
  std::optional<chord::peer_ref> find_successor(const chord::ring_id& id);
  void rejoin_isolated();

  config config_;
  std::mt19937_64 rng_;
  timestamp now_;
  std::map<chord::ring_id, chord::ring_member> members_;
  std::multimap<timestamp, envelope> network_;
  std::shared_ptr<const chord::node_info> node_ =
    std::make_shared<chord::node_info>();
};

} // namespace carillon::test
