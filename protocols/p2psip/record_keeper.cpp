#include "protocols/p2psip/record_keeper.hpp"

namespace carillon::p2psip {

expected<bool> record_keeper::take(entry offered, timestamp now) {
  const auto& key = offered.info.key;
  auto position = slots_.find(key);
  if (position == slots_.end()) {
    if (slots_.size() >= capacity_)
      return fail(errc::quota_exceeded,
                  "this peer holds " + std::to_string(capacity_) + " records");
    position = slots_.try_emplace(key).first;
  }
  auto& [on_disk, pending] = position->second;
  const auto* known = pending ? &pending->info
    : on_disk                 ? &on_disk->info
                              : nullptr;
  if (auto allowed = identity::may_replace(known, offered.info, now);
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
  auto& [on_disk, pending] = slots_[written.info.key];
  // A newer record may have been taken in the meantime.
  if (pending && pending->info.content == written.info.content)
    pending.reset();
  on_disk = written;
}

void record_keeper::revert(const std::string& key,
                           const identity::fingerprint& content) {
  const auto position = slots_.find(key);
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
  const auto key = stored.info.key;
  slots_[key].on_disk = std::move(stored);
}

const record_keeper::entry* record_keeper::find(const std::string& key) const {
  const auto position = slots_.find(key);
  if (position == slots_.end() || !position->second.on_disk)
    return nullptr;
  return &*position->second.on_disk;
}

const record_keeper::entry* record_keeper::answer_for(const std::string& key,
                                                      timestamp now) const {
  const auto* found = find(key);
  if (found == nullptr || found->info.expires <= now)
    return nullptr;
  return found;
}

void record_keeper::visit_arc(
  const chord::ring_id& from, const chord::ring_id& to,
  const std::function<void(const entry&)>& visit) const {
  for (const auto& [key, held] : slots_) {
    if (held.on_disk && chord::in_arc(from, held.on_disk->info.position, to))
      visit(*held.on_disk);
  }
}

std::vector<std::string> record_keeper::expire(timestamp now) {
  std::vector<std::string> result;
  std::erase_if(slots_, [&](const auto& item) {
    const auto& held = item.second;
    if (held.pending || held.on_disk->info.bound_until > now)
      return false;
    result.push_back(item.first);
    return true;
  });
  return result;
}

} // namespace carillon::p2psip
