#include "protocols/secp2psip/replay_cache.hpp"

#include <algorithm>

namespace carillon::secp2psip {

namespace {

constexpr size_t time_size = sizeof(uint64_t);

int64_t seconds_since_epoch(timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time)
    .time_since_epoch()
    .count();
}

} // namespace

expected<void> check_time(timestamp time, timestamp now) {
  const auto window = defaults::time_window;
  if (time < now - window || time > now + window)
    return fail(errc::stale,
                "sent at " + std::to_string(seconds_since_epoch(time))
                  + ", received at "
                  + std::to_string(seconds_since_epoch(now)));
  return {};
}

expected<void> replay_cache::admit(const replay_entry& message, timestamp now) {
  if (auto ok = check_time(message.time, now); !ok)
    return ok;
  expire(now);
  const auto sender = by_sender_.find(message.sender);
  if (sender != by_sender_.end()) {
    if (sender->second.contains(message.nonce))
      return fail(errc::replayed, "nonce of " + message.sender);
    if (sender->second.size() >= limits_.per_sender)
      return fail(errc::quota_exceeded, "messages of " + message.sender);
  }
  if (by_time_.size() >= limits_.in_all)
    return fail(errc::overloaded, "nonces to remember");
  remember(message);
  return {};
}

std::vector<replay_entry> replay_cache::entries(timestamp now) {
  expire(now);
  return {by_time_.begin(), by_time_.end()};
}

void replay_cache::restore(const replay_entry& stored, timestamp now) {
  // No upper bound: after a clock was set back, a stored message may seem to
  // come from the future, and its replay must be refused once its time comes.
  if (stored.time >= now - defaults::time_window
      && by_time_.size() < limits_.in_all)
    remember(stored);
}

void replay_cache::expire(timestamp now) {
  while (!by_time_.empty()
         && by_time_.begin()->time < now - defaults::time_window) {
    const auto oldest = by_time_.begin();
    const auto sender = by_sender_.find(oldest->sender);
    sender->second.erase(oldest->nonce);
    if (sender->second.empty())
      by_sender_.erase(sender);
    by_time_.erase(oldest);
  }
}

void replay_cache::remember(const replay_entry& message) {
  if (by_sender_[message.sender].insert(message.nonce).second)
    by_time_.insert(message);
}

bytes encode(const replay_entry& entry) {
  const auto seconds = static_cast<uint64_t>(seconds_since_epoch(entry.time));
  bytes result;
  for (size_t i = time_size; i-- > 0;)
    result.push_back(static_cast<uint8_t>(seconds >> (8 * i)));
  result.insert(result.end(), entry.nonce.begin(), entry.nonce.end());
  result.insert(result.end(), entry.sender.begin(), entry.sender.end());
  return result;
}

expected<replay_entry> decode_replay_entry(byte_view data) {
  constexpr auto head_size = time_size + defaults::nonce_size;
  if (data.size() <= head_size
      || data.size() > head_size + defaults::max_name_size)
    return fail(errc::malformed, "length of a replay entry");
  uint64_t seconds = 0;
  for (const auto byte : data.first(time_size))
    seconds = (seconds << 8) | byte;
  if (seconds > defaults::max_time)
    return fail(errc::malformed, "time of a replay entry");
  replay_entry result;
  result.time = timestamp{std::chrono::seconds{seconds}};
  std::copy_n(data.begin() + time_size, defaults::nonce_size,
              result.nonce.begin());
  result.sender = as_text(data.subspan(head_size));
  return result;
}

} // namespace carillon::secp2psip
