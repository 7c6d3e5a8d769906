#pragma once

#include "bench/load/load_account.hpp"
#include "protocols/bytes.hpp"
#include "protocols/sip/timers.hpp"

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carillon {

/// The requests of a load that wait for their final answers: the client
/// transactions of RFC 3261 section 17.1 over UDP, kept no longer than until
/// the answer, so that a load of any rate fits into memory. It knows no clock
/// and no socket: it is told what arrived and what time it is, and tells what
/// to send again.
class load_transactions {
public:
  /// Time since the load began.
  using time = load_account::time;

  struct config {
    sip::timers timing;
    /// How long after it was meant to begin a request without a final answer
    /// has failed.
    time patience{};
  };

  /// @param account is told what comes of each request; must outlive this.
  load_transactions(const config& settings, load_account& account) noexcept
    : config_(settings)
    , account_(&account) {}

  /// A request that was sent.
  struct request {
    /// Unique among all requests.
    uint64_t id = 0;
    /// An INVITE is not sent again after a provisional answer, and another
    /// request is, but rarely (RFC 3261 sections 17.1.1.2 and 17.1.2.2).
    bool is_invite = false;
    time intended{};
    bytes data;
  };

  /// Takes a request that was sent just now.
  void begin(request sent, time now);

  /// Takes a provisional answer. One to an unknown request is ignored, as are
  /// others.
  void on_provisional(uint64_t id, time now);

  /// Tells whether a request waits for its answer, which is one of this load
  /// then.
  [[nodiscard]] bool is_open(uint64_t id) const {
    return open_.contains(id);
  }

  /// Takes a final answer.
  /// @param failure why it is not the one that was wanted; nothing if it is.
  void on_final(uint64_t id, const std::optional<std::string>& failure,
                time now);

  /// Runs the timers that are due; requests whose time is over have failed.
  /// @returns what is to be sent again; valid until the next call.
  [[nodiscard]] std::vector<byte_view> tick(time now);

  /// Gives the time of the next `tick`, if any.
  [[nodiscard]] std::optional<time> next_deadline() const noexcept;

  /// Gives how many requests wait for their answers.
  [[nodiscard]] size_t size() const noexcept {
    return open_.size();
  }

private:
  struct entry {
    request sent;
    // Timer A or E; the longest time there is when it does not run.
    time repeat_at{};
    time interval{};
    time end_at{};

    [[nodiscard]] time deadline() const noexcept {
      return std::min(repeat_at, end_at);
    }
  };

  using entries = std::unordered_map<uint64_t, entry>;

  void set_repeat(entries::iterator position, time at);
  void end(entries::iterator position);

  config config_;
  load_account* account_;
  entries open_;
  std::set<std::pair<time, uint64_t>> deadlines_;
};

} // namespace carillon
