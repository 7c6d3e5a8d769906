#pragma once

#include "protocols/p2psip/messages.hpp"
#include "protocols/p2psip/record_keeper.hpp"

#include <functional>
#include <map>
#include <set>
#include <vector>

namespace carillon::p2psip {

/// A record that another holder lacks, or has an older one of.
struct missing_copy {
  chord::peer_ref to;
  record_keeper::entry record;
};

/// What a comparison of holders wants done.
struct sync_output {
  outbox messages;
  /// Copies to give to others; `range_sync::on_copied` is to be told of each.
  std::vector<missing_copy> copies;
};

/// Brings what one holder has of a range into line with what others have, and
/// the other way round. It compares digests of the range, splits it where they
/// differ, and lists only the few records around a difference; the newer of
/// two records goes to whoever lacks it, whichever side that is. The rules of
/// `record_keeper` decide in the end: a holder that refuses a copy because it
/// has a better record is asked for that one.
///
/// Everything is bounded: questions and copies in flight, the questions of one
/// comparison, and the depth of splitting. What is lost is asked for again,
/// and what comes twice or late is ignored. A holder that is silent or that
/// answers with nonsense is tried again after a pause that grows.
///
/// Sans-I/O: it is told messages and the time, and says what to send. Not
/// thread-safe.
class range_sync {
public:
  /// `records` must outlive this object.
  explicit range_sync(const record_keeper& records)
    : records_(&records) {}

  /// Which way copies go.
  enum class direction : uint8_t {
    /// To whoever lacks them.
    both,
    /// To the other holder, which is responsible for the range now.
    to_other,
  };

  /// Compares a range with another holder, from `due` on. A comparison of this
  /// kind with the same holder that is under way goes on if it is of the same
  /// range, and begins anew if not.
  void start(const chord::peer_ref& with, const key_range& range, timestamp due,
             direction how = direction::both);

  /// Gives up comparisons of both directions with holders that `is_wanted` does
  /// not accept.
  void keep(const std::function<bool(const chord::peer_ref&)>& is_wanted);

  /// Gives up a comparison of this kind with a holder.
  void stop(const chord::peer_ref& with, direction how);

  /// Tells whether there is a comparison of this kind with a holder.
  [[nodiscard]] bool is_under_way(const chord::peer_ref& with,
                                  direction how) const noexcept;

  /// Takes a holder's answer.
  void on_answer(const chord::peer_ref& from, const digest_answer& msg,
                 timestamp now, sync_output& out);

  /// Tells that a holder sent the record at this position, and why it was not
  /// taken, if so.
  void on_copy(const chord::peer_ref& from, const chord::ring_id& position,
               const std::optional<error>& refusal, timestamp now,
               sync_output& out);

  /// Tells that a holder has taken the copy of the record at this position, or
  /// refuses it for good.
  void on_copied(const chord::peer_ref& to, const chord::ring_id& position,
                 const std::optional<error>& refusal, timestamp now,
                 sync_output& out);

  /// Begins, asks again and gives up what is due.
  void tick(timestamp now, sync_output& out);

  /// Gives when `tick` has something to do.
  [[nodiscard]] timestamp next_deadline() const noexcept;

  /// Whether nothing is left to compare or to copy.
  [[nodiscard]] bool is_done() const noexcept {
    return sessions_.empty();
  }

private:
  /// A part of the range that is still to be compared.
  struct task {
    key_range range;
    size_t depth = 0;
    // The other holder has nothing there.
    bool is_empty = false;
  };

  struct question {
    task about;
    // What was asked for; empty for a question about a range.
    std::set<chord::ring_id> wanted;
    timestamp deadline;
    size_t attempts = 0;
  };

  struct session {
    chord::peer_ref with;
    direction how = direction::both;
    key_range range;
    // When it begins, or begins again; endless while it is under way.
    timestamp due = timestamp::max();
    duration pause = defaults::sync_retry;
    // The last one is the next.
    std::vector<task> tasks;
    std::map<uint64_t, question> questions;
    std::set<chord::ring_id> copied;
    // Where one side has refused what the other has; if the other side refuses
    // as well, each keeps its own.
    std::set<chord::ring_id> refused;
    size_t questions_left = 0;
  };

  session* find_asker(const chord::peer_ref& of, uint64_t request) noexcept;
  void begin(session& it, timestamp now, sync_output& out);
  void proceed(session& it, timestamp now, sync_output& out);
  [[nodiscard]] static bool has_room(const session& it) noexcept;
  void do_task(session& it, const task& what, timestamp now, sync_output& out);
  void ask(session& it, question what, timestamp now, sync_output& out);
  void ask_again(session& it, uint64_t request, timestamp now,
                 sync_output& out);
  bool compare_parts(session& it, const task& about, const digest_answer& msg,
                     timestamp now);
  bool compare_records(session& it, const task& about, const digest_answer& msg,
                       timestamp now, sync_output& out);
  void split_task(session& it, const task& what);
  void give(session& it, const record_keeper::entry& record, sync_output& out);
  void want(session& it, std::set<chord::ring_id> positions, timestamp now,
            sync_output& out);
  void pause(session& it, timestamp now);
  void forget_finished();

  const record_keeper* records_;
  std::vector<session> sessions_;
  uint64_t last_request_ = 0;
};

} // namespace carillon::p2psip
