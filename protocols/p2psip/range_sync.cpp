#include "protocols/p2psip/range_sync.hpp"

#include "protocols/p2psip/range_digest.hpp"

#include <algorithm>

namespace carillon::p2psip {

namespace {

/// Tells whether a holder refuses a copy because it has a better record.
bool has_better(errc reason) noexcept {
  return reason == errc::older_epoch || reason == errc::name_taken
    || reason == errc::unauthorized_key_change;
}

/// Tells whether a list is of this range, in clockwise order and without
/// duplicates.
bool is_list_of(const key_range& range, const std::vector<record_tag>& tags) {
  auto from = range.from;
  for (const auto& tag : tags) {
    if (!chord::in_arc(from, tag.position, range.to))
      return false;
    from = tag.position;
    if (from == range.to && &tag != &tags.back())
      return false;
  }
  return true;
}

} // namespace

void range_sync::start(const chord::peer_ref& with, const key_range& range,
                       timestamp due, direction how) {
  auto known = std::ranges::find_if(sessions_, [&](const session& it) {
    return it.with == with && it.how == how;
  });
  if (known == sessions_.end()) {
    sessions_.push_back({});
    known = sessions_.end() - 1;
    known->with = with;
    known->how = how;
  } else if (known->range == range) {
    if (known->due != timestamp::max())
      known->due = std::min(known->due, due);
    return;
  }
  known->range = range;
  known->due = due;
  known->tasks.clear();
  known->questions.clear();
}

void range_sync::keep(
  const std::function<bool(const chord::peer_ref&)>& is_wanted) {
  std::erase_if(sessions_, [&](const session& it) {
    return it.how == direction::both && !is_wanted(it.with);
  });
}

void range_sync::stop(const chord::peer_ref& with, direction how) {
  std::erase_if(sessions_, [&](const session& it) {
    return it.with == with && it.how == how;
  });
}

bool range_sync::is_under_way(const chord::peer_ref& with,
                              direction how) const noexcept {
  return std::ranges::any_of(sessions_, [&](const session& it) {
    return it.with == with && it.how == how;
  });
}

void range_sync::on_answer(const chord::peer_ref& from,
                           const digest_answer& msg, timestamp now,
                           sync_output& out) {
  auto* it = find_asker(from, msg.request);
  if (it == nullptr)
    return;
  const auto position = it->questions.find(msg.request);
  if (!position->second.wanted.empty())
    return;
  const auto about = position->second.about;
  it->questions.erase(position);
  const auto is_good = msg.parts.empty()
    ? compare_records(*it, about, msg, now, out)
    : compare_parts(*it, about, msg, now);
  if (is_good)
    proceed(*it, now, out);
  else
    pause(*it, now);
  forget_finished();
}

void range_sync::on_copy(const chord::peer_ref& from,
                         const chord::ring_id& position,
                         const std::optional<error>& refusal, timestamp now,
                         sync_output& out) {
  for (auto& it : sessions_) {
    if (it.with != from)
      continue;
    const auto asked = std::ranges::find_if(it.questions, [&](auto& item) {
      return item.second.wanted.erase(position) > 0;
    });
    if (asked == it.questions.end())
      continue;
    it.pause = defaults::sync_retry;
    if (asked->second.wanted.empty())
      it.questions.erase(asked);
    const auto* own = records_->find_at(position);
    if (refusal && has_better(refusal->code) && own != nullptr
        && it.refused.insert(position).second)
      give(it, *own, out);
    proceed(it, now, out);
  }
  forget_finished();
}

void range_sync::on_copied(const chord::peer_ref& to,
                           const chord::ring_id& position,
                           const std::optional<error>& refusal, timestamp now,
                           sync_output& out) {
  for (auto& it : sessions_) {
    if (it.with != to || it.copied.erase(position) == 0)
      continue;
    if (!refusal)
      it.pause = defaults::sync_retry;
    else if (has_better(refusal->code) && it.refused.insert(position).second)
      want(it, {position}, now, out);
    proceed(it, now, out);
  }
  forget_finished();
}

void range_sync::tick(timestamp now, sync_output& out) {
  for (auto& it : sessions_) {
    if (it.due <= now)
      begin(it, now, out);
    std::vector<uint64_t> late;
    for (const auto& [request, asked] : it.questions) {
      if (asked.deadline <= now)
        late.push_back(request);
    }
    for (const auto request : late)
      ask_again(it, request, now, out);
  }
  forget_finished();
}

timestamp range_sync::next_deadline() const noexcept {
  auto result = timestamp::max();
  for (const auto& it : sessions_) {
    result = std::min(result, it.due);
    for (const auto& [request, asked] : it.questions)
      result = std::min(result, asked.deadline);
  }
  return result;
}

range_sync::session* range_sync::find_asker(const chord::peer_ref& of,
                                            uint64_t request) noexcept {
  const auto position = std::ranges::find_if(sessions_, [&](const session& it) {
    return it.with == of && it.questions.contains(request);
  });
  return position == sessions_.end() ? nullptr : &*position;
}

void range_sync::begin(session& it, timestamp now, sync_output& out) {
  it.due = timestamp::max();
  it.questions_left = defaults::digest_questions;
  it.tasks = {{it.range}};
  it.refused.clear();
  proceed(it, now, out);
}

/// Takes tasks as far as there is room for what comes of them.
void range_sync::proceed(session& it, timestamp now, sync_output& out) {
  while (!it.tasks.empty() && has_room(it)) {
    if (it.questions_left == 0) {
      // There is more to compare than one go may take.
      pause(it, now);
      return;
    }
    const auto next = it.tasks.back();
    it.tasks.pop_back();
    do_task(it, next, now, out);
  }
}

bool range_sync::has_room(const session& it) noexcept {
  return it.questions.size() < defaults::digests_in_flight
    && it.copied.size() < defaults::copies_in_flight;
}

void range_sync::do_task(session& it, const task& what, timestamp now,
                         sync_output& out) {
  if (!what.is_empty) {
    ask(it, {what, {}, {}, 0}, now, out);
    return;
  }
  if (!list(*records_, what.range, now)) {
    split_task(it, what);
    return;
  }
  records_->visit(what.range, now, [&](const record_keeper::entry& held) {
    give(it, held, out);
    return true;
  });
}

void range_sync::ask(session& it, question what, timestamp now,
                     sync_output& out) {
  const auto request = ++last_request_;
  it.questions.emplace(request, std::move(what));
  ask_again(it, request, now, out);
}

void range_sync::ask_again(session& it, uint64_t request, timestamp now,
                           sync_output& out) {
  const auto position = it.questions.find(request);
  if (position == it.questions.end())
    return;
  auto& asked = position->second;
  if (asked.attempts == defaults::digest_attempts && !asked.wanted.empty()) {
    // Who answers questions may still not have what it named.
    it.questions.erase(position);
    proceed(it, now, out);
    return;
  }
  if (asked.attempts == defaults::digest_attempts || it.questions_left == 0) {
    pause(it, now);
    return;
  }
  ++asked.attempts;
  --it.questions_left;
  asked.deadline = now + defaults::digest_timeout;
  if (asked.wanted.empty())
    out.messages.push_back(
      {it.with, digest_request{request, asked.about.range}});
  else
    out.messages.push_back(
      {it.with, copies_wanted{{asked.wanted.begin(), asked.wanted.end()}}});
}

/// Goes on where the other has something else.
/// @returns false for an answer that makes no sense
bool range_sync::compare_parts(session& it, const task& about,
                               const digest_answer& msg, timestamp now) {
  const auto parts = split(about.range);
  if (parts.size() != msg.parts.size() || about.depth >= defaults::range_depth)
    return false;
  const auto own = summarize(*records_, parts, now);
  // The last task is the next: in clockwise order.
  for (size_t i = parts.size(); i-- > 0;) {
    const auto& theirs = msg.parts[i];
    if (theirs.count > defaults::records_per_peer)
      return false;
    const bool has_nothing_to_give =
      it.how == direction::to_other && own[i].count == 0;
    if (theirs != own[i] && !has_nothing_to_give)
      it.tasks.push_back({parts[i], about.depth + 1, theirs.count == 0});
  }
  return true;
}

/// Finds out who lacks what in a range where the other has few records.
/// @returns as `compare_parts`
bool range_sync::compare_records(session& it, const task& about,
                                 const digest_answer& msg, timestamp now,
                                 sync_output& out) {
  if (!is_list_of(about.range, msg.records)
      || msg.records.size() > defaults::listed_records)
    return false;
  if (!list(*records_, about.range, now)) {
    // The few that the other has would not tell where to look.
    if (msg.records.empty())
      it.tasks.push_back({about.range, about.depth, true});
    else
      split_task(it, about);
    return true;
  }
  std::map<chord::ring_id, const record_tag*> theirs;
  for (const auto& tag : msg.records)
    theirs.emplace(tag.position, &tag);
  std::set<chord::ring_id> wanted;
  records_->visit(about.range, now, [&](const record_keeper::entry& held) {
    const auto position = theirs.find(held.info.position);
    if (position == theirs.end()) {
      give(it, held, out);
      return true;
    }
    const auto& tag = *position->second;
    if (tag.content != held.info.content) {
      if (tag.epoch > held.info.epoch)
        wanted.insert(tag.position);
      else
        give(it, held, out);
    }
    theirs.erase(position);
    return true;
  });
  if (it.how == direction::both) {
    for (const auto& [position, tag] : theirs)
      wanted.insert(position);
  }
  want(it, std::move(wanted), now, out);
  return true;
}

void range_sync::split_task(session& it, const task& what) {
  auto parts = split(what.range);
  std::ranges::reverse(parts);
  for (const auto& part : parts)
    it.tasks.push_back({part, what.depth + 1, what.is_empty});
}

void range_sync::give(session& it, const record_keeper::entry& record,
                      sync_output& out) {
  if (it.copied.insert(record.info.position).second)
    out.copies.push_back({it.with, record});
}

void range_sync::want(session& it, std::set<chord::ring_id> positions,
                      timestamp now, sync_output& out) {
  if (!positions.empty())
    ask(it, {{}, std::move(positions), {}, 0}, now, out);
}

/// Tries again later: the other is silent, or talks nonsense.
void range_sync::pause(session& it, timestamp now) {
  it.tasks.clear();
  it.questions.clear();
  it.due = now + it.pause;
  it.pause = std::min(2 * it.pause, defaults::max_sync_retry);
}

void range_sync::forget_finished() {
  std::erase_if(sessions_, [](const session& it) {
    return it.due == timestamp::max() && it.tasks.empty()
      && it.questions.empty() && it.copied.empty();
  });
}

} // namespace carillon::p2psip
