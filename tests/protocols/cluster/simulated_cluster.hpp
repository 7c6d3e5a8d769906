#pragma once

#include "protocols/cluster/council.hpp"

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace carillon::cluster {

/// What the simulated network does to messages.
struct network_faults {
  double loss = 0;
  duration max_delay = std::chrono::milliseconds{5};
};

/// Members of a cluster, their disks and the network between them, in virtual
/// time. Each member has its own clock, which shows something else than the
/// others'. It watches all the while that no two members run the same peer, and
/// notes what was wrong.
class simulated_cluster {
public:
  simulated_cluster(unsigned seed, uint32_t peers);

  /// Adds a machine; the first founds the cluster when it is started.
  size_t add();

  void start(size_t which);

  /// Ends a process at once; what it saved stays.
  void crash(size_t which);

  /// Has a member leave in order.
  void leave(size_t which);

  /// Cuts the network: only machines of the same group reach each other.
  void cut(std::vector<std::set<size_t>> groups) {
    groups_ = std::move(groups);
  }

  void heal() {
    groups_.clear();
  }

  /// Lets time pass.
  void run(duration length);

  /// Lets time pass until something holds.
  /// @returns whether it did.
  bool run_until(const std::function<bool()>& holds, duration longest);

  /// Gives the peers that run on a machine.
  [[nodiscard]] std::set<uint32_t> running(size_t which) const;

  /// Tells whether these machines, and no others, are members everywhere among
  /// them, agree on one view, and run all peers by it, each about as many.
  [[nodiscard]] bool is_settled(const std::set<size_t>& members) const;

  /// Gives the view that a member knows to hold.
  [[nodiscard]] const view* committed(size_t which) const;

  [[nodiscard]] std::optional<size_t> leader() const;

  [[nodiscard]] bool has_left(size_t which) const;

  [[nodiscard]] timestamp now() const noexcept {
    return now_;
  }

  network_faults faults;
  /// What was wrong, or empty.
  std::string violation;
  /// How often a peer has got another holder.
  size_t moves = 0;

private:
  struct process {
    council logic;
    unsigned run = 0;
    std::set<uint32_t> running;
    /// Peers that end at that time.
    std::map<uint32_t, timestamp> stopping;
  };

  struct machine {
    member self;
    council_state disk;
    duration clock_offset{};
    unsigned runs = 0;
    std::optional<process> up;
  };

  struct parcel {
    size_t from;
    size_t to;
    /// The run of the receiver that the connection leads to.
    unsigned run;
    message what;
  };

  [[nodiscard]] timestamp local_time(const machine& where) const {
    return now_ + where.clock_offset;
  }

  [[nodiscard]] bool can_reach(size_t from, size_t to) const;
  void step();
  void take_effects(size_t which);
  void post(size_t from, const outgoing& what);
  void run_peers(size_t which);
  void check();
  void check_views();

  std::minstd_rand random_;
  uint32_t peers_;
  ring_layout layout_;
  timestamp now_{std::chrono::hours{1000}};
  std::vector<machine> machines_;
  std::multimap<timestamp, parcel> network_;
  std::vector<std::set<size_t>> groups_;
  std::map<uint64_t, view> views_;
  std::map<uint32_t, seat> last_seats_;
};

} // namespace carillon::cluster
