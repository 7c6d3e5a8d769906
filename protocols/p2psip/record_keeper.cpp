#include "protocols/p2psip/record_keeper.hpp"

namespace carillon::p2psip {

expected<bool> record_keeper::take(entry offered, timestamp now,
                                   identity::expiry_rule rule) {
  auto position = slots_.find(offered.info.position);
  if (position == slots_.end()) {
    if (slots_.size() >= capacity_)
      return fail(errc::quota_exceeded,
                  "this peer holds " + std::to_string(capacity_) + " records");
    position = slots_.try_emplace(offered.info.position).first;
  }
  auto& [on_disk, pending] = position->second;
  const auto* known = pending ? &pending->info
    : on_disk                 ? &on_disk->info
                              : nullptr;
  if (auto allowed = identity::may_replace(known, offered.info, now, rule);
      !allowed) {
    if (known == nullptr)
      slots_.erase(position);
    return tl::unexpected{allowed.error()};
  }
  if (!pending && on_disk && on_disk->info.content == offered.info.content)
    return false;
  pending = std::move(offered);
  return true;
}

void record_keeper::confirm(const entry& written) {
  auto& [on_disk, pending] = slots_[written.info.position];
  // A newer record may have been taken in the meantime.
  if (pending && pending->info.content == written.info.content)
    pending.reset();
  on_disk = written;
}

void record_keeper::revert(const std::string& key,
                           const identity::fingerprint& content) {
  const auto position = find_slot(key);
  if (position == slots_.end())
    return;
  auto& [on_disk, pending] = position->second;
  if (!pending || pending->info.content != content)
    return;
  pending.reset();
  if (!on_disk)
    slots_.erase(position);
}

void record_keeper::restore(entry stored) {
  const auto position = stored.info.position;
  slots_[position].on_disk = std::move(stored);
}

const record_keeper::entry* record_keeper::find(const std::string& key) const {
  const auto* found = find_at(chord::ring_id::hash(as_bytes(key)));
  return found != nullptr && found->info.key == key ? found : nullptr;
}

const record_keeper::entry*
record_keeper::find_at(const chord::ring_id& position) const {
  const auto found = slots_.find(position);
  if (found == slots_.end() || !found->second.on_disk)
    return nullptr;
  return &*found->second.on_disk;
}

const record_keeper::entry* record_keeper::answer_for(const std::string& key,
                                                      timestamp now) const {
  const auto* found = find(key);
  if (found == nullptr || found->info.expires <= now)
    return nullptr;
  return found;
}

void record_keeper::visit(
  const key_range& range, timestamp now,
  const std::function<bool(const entry&)>& visit) const {
  auto next = slots_.upper_bound(range.from);
  for (size_t i = 0; i < slots_.size(); ++i, ++next) {
    if (next == slots_.end())
      next = slots_.begin();
    if (!chord::in_arc(range.from, next->first, range.to))
      return;
    const auto& held = next->second.on_disk;
    if (held && held->info.bound_until > now && !visit(*held))
      return;
  }
}

std::vector<std::string> record_keeper::expire(timestamp now) {
  std::vector<std::string> result;
  std::erase_if(slots_, [&](const auto& item) {
    const auto& held = item.second;
    if (held.pending || held.on_disk->info.bound_until > now)
      return false;
    result.push_back(held.on_disk->info.key);
    return true;
  });
  return result;
}

record_keeper::slot_map::iterator
record_keeper::find_slot(const std::string& key) {
  return slots_.find(chord::ring_id::hash(as_bytes(key)));
}

} // namespace carillon::p2psip
