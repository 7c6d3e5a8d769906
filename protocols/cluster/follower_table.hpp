#pragma once

#include "protocols/cluster/messages.hpp"
#include "protocols/time.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace carillon::cluster {

/// What a leader knows of the members, itself included: when it heard of each,
/// which view each has, and since when no majority can have followed anybody
/// else.
///
/// The last of these is found in rounds. The leader notes what it knew of the
/// members' clocks when it began a round; when a majority has answered the
/// round, it tells each member what its clock had shown. All of that was before
/// the round, and each of the majority followed this leader after it began. So
/// whoever leads next was elected later than the clocks showed that.
class follower_table {
public:
  /// Begins anew for a leader that was just elected: everybody counts as heard
  /// now.
  void begin(timestamp now);

  /// Adds and drops members, so that those of both views are left.
  void adopt(const view& base, const view& next, timestamp now);

  /// Begins a round and gives its number.
  uint64_t open_round(timestamp now);

  /// Notes the answer of a member; ignores others.
  void note(member_id from, const beat_answer& answer, timestamp now);

  /// Takes the newest round that majorities of both views have answered.
  void confirm(const view& base, const view& next);

  /// Gives what the clock of a member showed before the round that was
  /// confirmed last.
  [[nodiscard]] std::optional<uint64_t> granted(member_id id) const;

  /// Gives when the round that was confirmed last began, or when the leader was
  /// elected.
  [[nodiscard]] timestamp confirmed_at() const noexcept {
    return confirmed_at_;
  }

  /// Tells whether a member has accepted and saved a view.
  [[nodiscard]] bool has_accepted(member_id id,
                                  const view_version& version) const;

  /// Tells whether a member runs no more than this view, or a later one, says.
  [[nodiscard]] bool has_applied(member_id id, uint64_t number) const;

  /// Tells whether a member was silent for `defaults::failover`.
  [[nodiscard]] bool is_silent(member_id id, timestamp now) const;

private:
  struct follower {
    timestamp heard;
    std::optional<uint64_t> clock;
    view_version accepted;
    uint64_t applied = 0;
  };

  struct round {
    uint64_t number = 0;
    timestamp begun;
    std::map<member_id, uint64_t> clocks;
    std::set<member_id> answered;
  };

  std::map<member_id, follower> followers_;
  /// The oldest first.
  std::deque<round> rounds_;
  std::map<member_id, uint64_t> confirmed_clocks_;
  timestamp confirmed_at_{};
  uint64_t last_round_ = 0;
};

} // namespace carillon::cluster
