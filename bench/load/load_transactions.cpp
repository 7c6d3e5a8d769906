#include "bench/load/load_transactions.hpp"

#include <algorithm>

namespace carillon {

void load_transactions::begin(request sent, time now) {
  account_->begin(sent.intended, now);
  const auto id = sent.id;
  const auto end_at = sent.intended + config_.patience;
  entry item{std::move(sent), now + config_.timing.a(), config_.timing.a(),
             end_at};
  deadlines_.emplace(item.deadline(), id);
  open_.emplace(id, std::move(item));
}

void load_transactions::on_provisional(uint64_t id, time now) {
  const auto position = open_.find(id);
  if (position == open_.end())
    return;
  if (position->second.sent.is_invite) {
    set_repeat(position, time::max());
  } else {
    position->second.interval = config_.timing.t2;
    set_repeat(position, now + position->second.interval);
  }
}

void load_transactions::on_final(uint64_t id,
                                 const std::optional<std::string>& failure,
                                 time now) {
  const auto position = open_.find(id);
  if (position == open_.end())
    return;
  if (failure)
    account_->fail(*failure, now);
  else
    account_->succeed(position->second.sent.intended, now);
  end(position);
}

std::vector<byte_view> load_transactions::tick(time now) {
  std::vector<byte_view> result;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto position = open_.find(deadlines_.begin()->second);
    auto& item = position->second;
    if (item.end_at <= now) {
      account_->fail(load_account::no_answer, now);
      end(position);
      continue;
    }
    result.emplace_back(item.sent.data);
    account_->repeat();
    item.interval *= 2;
    if (!item.sent.is_invite)
      item.interval = std::min<time>(item.interval, config_.timing.t2);
    set_repeat(position, now + item.interval);
  }
  return result;
}

std::optional<load_transactions::time>
load_transactions::next_deadline() const noexcept {
  if (deadlines_.empty())
    return std::nullopt;
  return deadlines_.begin()->first;
}

void load_transactions::set_repeat(entries::iterator position, time at) {
  auto& item = position->second;
  deadlines_.erase({item.deadline(), position->first});
  item.repeat_at = at;
  deadlines_.emplace(item.deadline(), position->first);
}

void load_transactions::end(entries::iterator position) {
  deadlines_.erase({position->second.deadline(), position->first});
  open_.erase(position);
}

} // namespace carillon
