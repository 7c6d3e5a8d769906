#include "protocols/cluster/council.hpp"

#include "protocols/cluster/defaults.hpp"

#include <algorithm>
#include <utility>

namespace carillon::cluster {

namespace {

uint64_t draw_offset(std::minstd_rand& random) {
  // The generator gives 31 bits at a time.
  const uint64_t high = random();
  return high << 32U | random();
}

} // namespace

council_state found_cluster(const member& self, uint64_t cluster,
                            uint32_t peers) {
  return {cluster, self.id, 0, 0,
          view{{0, 1}, {self}, std::vector<seat>(peers)}};
}

council::council(council_config config, council_state state,
                 std::minstd_rand random, timestamp now)
  : config_(std::move(config))
  , state_(std::move(state))
  , random_(random)
  , clock_offset_(draw_offset(random_))
  , started_(now)
  , next_request_(now)
  , must_save_(true) {
  put_off_election(now);
  // Nobody else can have a vote of a cluster of one.
  if (is_member() && state_.accepted.members.size() == 1)
    election_ = now;
}

// -- messages -----------------------------------------------------------------

void council::handle(const message& msg, timestamp now) {
  if (msg.from == state_.self)
    return;
  const auto* told = std::get_if<beat>(&msg.body);
  if (state_.cluster == 0
      && (std::holds_alternative<vote_request>(msg.body)
          || (told != nullptr && told->proposal
              && find_member(*told->proposal, state_.self) != nullptr))) {
    // Somebody has let this member in.
    state_.cluster = msg.cluster;
    must_save_ = true;
  }
  const auto asks_to_join = std::holds_alternative<join_request>(msg.body);
  if (msg.cluster != state_.cluster && !(asks_to_join && msg.cluster == 0))
    return;
  std::visit([&](const auto& body) { on(msg, body, now); }, msg.body);
  advance(now);
}

void council::on(const message& msg, const vote_request& asked, timestamp now) {
  // Whoever was taken out of the cluster has yet to learn it.
  if (role_ == role::leader && !find_member(state_.accepted, msg.from))
    tell(msg.from);
  if (hears_a_leader(now))
    return;
  const auto is_newer = asked.last >= state_.accepted.version;
  if (asked.is_trial) {
    if (is_newer && msg.term > state_.term)
      send(msg.from, vote{true, true});
    return;
  }
  if (msg.term > state_.term)
    follow(msg.term);
  const auto grants = msg.term == state_.term && is_newer
    && (state_.voted_for == 0 || state_.voted_for == msg.from);
  if (grants) {
    state_.voted_for = msg.from;
    must_save_ = true;
    put_off_election(now);
  }
  send(msg.from, vote{false, grants});
}

void council::on(const message& msg, const vote& got, timestamp now) {
  if (msg.term > state_.term) {
    follow(msg.term);
    return;
  }
  const auto is_wanted = got.is_trial
    ? role_ == role::trial
    : role_ == role::candidate && msg.term == state_.term;
  if (!got.granted || !is_wanted)
    return;
  votes_.insert(msg.from);
  count_votes(now);
}

void council::on(const message& msg, const beat& got, timestamp now) {
  if (msg.term < state_.term) {
    send(msg.from, make_answer(got.round, now));
    return;
  }
  if (msg.term > state_.term || role_ != role::follower)
    follow(msg.term);
  leader_ = msg.from;
  heard_ = now;
  put_off_election(now);
  if (got.proposal && got.proposal->version > state_.accepted.version)
    accept(*got.proposal);
  if (state_.accepted.version == view_version{msg.term, got.committed})
    committed_ = state_.accepted;
  // Who does not know the view that holds must not run what an older one says.
  if (committed_
      && committed_->version == view_version{msg.term, got.committed})
    extend_lease(got.granted, now);
  send(msg.from, make_answer(got.round, now));
}

void council::on(const message& msg, const beat_answer& got, timestamp now) {
  if (msg.term > state_.term) {
    follow(msg.term);
    return;
  }
  if (role_ != role::leader || msg.term < state_.term)
    return;
  followers_.note(msg.from, got, now);
  followers_.confirm(base_, state_.accepted);
}

void council::on(const message& msg, const join_request& got, timestamp now) {
  if (role_ != role::leader) {
    if (leader_ != 0)
      outbox_.push_back({leader_, msg});
    return;
  }
  if (msg.term > state_.term) {
    // It has stood for election where nobody could vote.
    follow(msg.term);
    return;
  }
  if (got.who.id == msg.from)
    note_wish(got.who, now);
}

void council::on(const message& msg, const leave_request&, timestamp) {
  if (role_ != role::leader) {
    if (leader_ != 0 && leader_ != msg.from)
      outbox_.push_back({leader_, msg});
    return;
  }
  if (find_member(state_.accepted, msg.from) != nullptr)
    leaving_members_.insert(msg.from);
  else
    tell(msg.from);
}

// -- time ---------------------------------------------------------------------

void council::tick(timestamp now) {
  if (role_ == role::leader) {
    if (now >= followers_.confirmed_at() + defaults::lease)
      follow(state_.term);
    else if (now >= next_beat_)
      tell_all(now);
  } else if (is_member() && now >= election_) {
    stand(role::trial, now);
  }
  if ((is_leaving_ || wants_in()) && now >= next_request_)
    ask_for_membership(now);
  advance(now);
}

timestamp council::next_deadline() const {
  auto result = timestamp::max();
  if (role_ == role::leader)
    result = next_beat_;
  else if (is_member())
    result = election_;
  if (is_leaving_ || wants_in())
    result = std::min(result, next_request_);
  return result;
}

void council::leave(timestamp now) {
  is_leaving_ = true;
  next_request_ = now;
  tick(now);
}

bool council::may_run(timestamp now) const {
  return committed_ && find_member(*committed_, state_.self) != nullptr
    && now < lease_end_;
}

bool council::has_left() const {
  return is_leaving_
    && (!committed_ || committed_->members.size() == 1
        || find_member(*committed_, state_.self) == nullptr);
}

council::effects council::take_effects() {
  effects result;
  if (std::exchange(must_save_, false))
    result.save = state_;
  result.messages = std::exchange(outbox_, {});
  return result;
}

// -- elections ----------------------------------------------------------------

bool council::hears_a_leader(timestamp now) const {
  const auto heard = role_ == role::leader ? followers_.confirmed_at() : heard_;
  return leader_ != 0 && now < heard + defaults::min_election_timeout;
}

void council::put_off_election(timestamp now) {
  std::uniform_int_distribution<duration::rep> draw{
    defaults::min_election_timeout.count(),
    defaults::max_election_timeout.count()};
  election_ = now + duration{draw(random_)};
}

void council::stand(role as, timestamp now) {
  role_ = as;
  leader_ = 0;
  votes_ = {state_.self};
  put_off_election(now);
  const auto is_trial = as == role::trial;
  if (!is_trial) {
    ++state_.term;
    state_.voted_for = state_.self;
    must_save_ = true;
  }
  const message asked{state_.cluster, state_.self,
                      state_.term + (is_trial ? 1 : 0),
                      vote_request{state_.accepted.version, is_trial}};
  for (const auto& each : state_.accepted.members) {
    if (each.id != state_.self)
      outbox_.push_back({each.id, asked});
  }
  count_votes(now);
}

void council::count_votes(timestamp now) {
  if (!is_majority(state_.accepted,
                   [this](member_id id) { return votes_.contains(id); }))
    return;
  if (role_ == role::trial)
    stand(role::candidate, now);
  else
    lead(now);
}

void council::follow(uint64_t term) {
  role_ = role::follower;
  leader_ = 0;
  joining_.clear();
  leaving_members_.clear();
  if (term == state_.term)
    return;
  state_.term = term;
  state_.voted_for = 0;
  must_save_ = true;
}

void council::lead(timestamp now) {
  role_ = role::leader;
  leader_ = state_.self;
  followers_.begin(now);
  // A view of an earlier term holds once one of this term does.
  base_ = state_.accepted;
  propose(state_.accepted, now);
}

// -- views --------------------------------------------------------------------

void council::accept(view next) {
  state_.accepted = std::move(next);
  must_save_ = true;
}

void council::propose(view next, timestamp now) {
  next.version = {state_.term, state_.accepted.version.number + 1};
  accept(std::move(next));
  followers_.adopt(base_, state_.accepted, now);
  tell_all(now);
}

void council::advance(timestamp now) {
  while (role_ == role::leader) {
    const auto& proposed = state_.accepted;
    const auto is_pending =
      !committed_ || committed_->version != proposed.version;
    const auto has_it = [&](member_id id) {
      return followers_.has_accepted(id, proposed.version);
    };
    if (is_pending) {
      if (!is_majority(base_, has_it) || !is_majority(proposed, has_it))
        return;
      commit(now);
    } else {
      membership_wishes wishes;
      for (const auto& each : joining_) {
        if (now < each.until)
          wishes.joining.push_back(each.who);
      }
      wishes.leaving = leaving_members_;
      auto next =
        next_view(*committed_, followers_, wishes, config_.layout, now);
      if (!next)
        return;
      propose(*std::move(next), now);
    }
  }
}

void council::commit(timestamp now) {
  committed_ = state_.accepted;
  // Whoever is not in it any more is told as well.
  tell_all(now);
  base_ = *committed_;
  followers_.adopt(base_, base_, now);
  // It may come back.
  std::erase_if(leaving_members_, [&](member_id id) {
    return find_member(base_, id) == nullptr;
  });
  if (!is_member())
    follow(state_.term);
}

void council::tell_all(timestamp now) {
  next_beat_ = now + defaults::beat_interval;
  followers_.note(state_.self, make_answer(0, now), now);
  round_ = followers_.open_round(now);
  followers_.note(state_.self, make_answer(round_, now), now);
  followers_.confirm(base_, state_.accepted);
  if (committed_ && committed_->version.term == state_.term)
    extend_lease(followers_.granted(state_.self), now);
  for (const auto& each : state_.accepted.members) {
    if (each.id != state_.self)
      tell(each.id);
  }
  for (const auto& each : base_.members) {
    if (find_member(state_.accepted, each.id) == nullptr)
      tell(each.id);
  }
}

void council::tell(member_id to) {
  beat said;
  said.round = round_;
  if (committed_ && committed_->version.term == state_.term)
    said.committed = committed_->version.number;
  said.granted = followers_.granted(to);
  if (!followers_.has_accepted(to, state_.accepted.version))
    said.proposal = state_.accepted;
  send(to, std::move(said));
}

void council::extend_lease(std::optional<uint64_t> granted, timestamp now) {
  if (!granted)
    return;
  // What is not a time of this run is far beyond it.
  const auto since_start = *granted - clock_offset_;
  if (since_start > static_cast<uint64_t>((now - started_).count()))
    return;
  lease_end_ =
    std::max(lease_end_,
             started_ + duration{static_cast<duration::rep>(since_start)}
               + defaults::lease);
}

// -- wishes -------------------------------------------------------------------

bool council::wants_in() const {
  if (is_leaving_)
    return false;
  // Whoever finds no voters may have been taken out of the cluster.
  const auto* known = find_member(state_.accepted, state_.self);
  return known == nullptr || *known != config_.self || role_ == role::trial;
}

void council::note_wish(const member& who, timestamp now) {
  std::erase_if(joining_, [&](const wish& each) {
    return each.who.id == who.id || each.until <= now;
  });
  if (joining_.size() < defaults::max_joining)
    joining_.push_back({who, now + defaults::request_lifetime});
}

void council::ask_for_membership(timestamp now) {
  next_request_ = now + defaults::request_interval;
  if (role_ == role::leader) {
    if (is_leaving_)
      leaving_members_.insert(state_.self);
    else
      note_wish(config_.self, now);
    return;
  }
  if (is_leaving_ && has_left())
    return;
  const auto ask = [&](member_id whom) {
    if (is_leaving_)
      send(whom, leave_request{});
    else
      send(whom, join_request{config_.self});
  };
  for (const auto& each : state_.accepted.members) {
    if (each.id != state_.self)
      ask(each.id);
  }
  if (!is_leaving_)
    ask(0);
}

// -- small things -------------------------------------------------------------

void council::send(member_id to, decltype(message::body) body) {
  outbox_.push_back(
    {to, {state_.cluster, state_.self, state_.term, std::move(body)}});
}

bool council::is_member() const {
  return find_member(state_.accepted, state_.self) != nullptr;
}

uint64_t council::clock(timestamp now) const noexcept {
  return clock_offset_ + static_cast<uint64_t>((now - started_).count());
}

beat_answer council::make_answer(uint64_t round, timestamp now) const {
  return {round, clock(now), state_.accepted.version, applied_};
}

} // namespace carillon::cluster
