#include "runtime/edge/connection_table.hpp"

#include <utility>

namespace carillon {

connection_table::connection_table(size_t limit, size_t share) noexcept
  : limit_(limit)
  , share_(share) {}

connection_table::connection_ptr
connection_table::add(const boost::asio::ip::address& remote,
                      const factory& make) {
  const std::lock_guard lock{mutex_};
  return add_locked(group_of(remote), make, std::nullopt);
}

connection_table::connection_ptr
connection_table::find_or_add(sip::transport kind,
                              const boost::asio::ip::tcp::endpoint& remote,
                              const factory& make, bool& is_new) {
  const std::lock_guard lock{mutex_};
  is_new = false;
  if (const auto known = opened_.find({kind, remote}); known != opened_.end()) {
    return connections_.at(known->second).connection;
  }
  auto made =
    add_locked(group_of(remote.address()), make, destination{kind, remote});
  is_new = made != nullptr;
  return made;
}

connection_table::connection_ptr connection_table::find(uint64_t id) const {
  const std::lock_guard lock{mutex_};
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.connection;
}

void connection_table::remove(uint64_t id) {
  const std::lock_guard lock{mutex_};
  const auto found = connections_.find(id);
  if (found == connections_.end()) {
    return;
  }
  if (const auto& remote = found->second.opened_to) {
    opened_.erase(*remote);
  }
  if (const auto& group = found->second.group) {
    const auto count = counts_.find(*group);
    if (--count->second == 0) {
      counts_.erase(count);
    }
  }
  connections_.erase(found);
}

std::vector<connection_table::connection_ptr> connection_table::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  std::vector<connection_ptr> result;
  result.reserve(connections_.size());
  for (auto& [id, known] : connections_) {
    result.push_back(std::move(known.connection));
  }
  connections_.clear();
  counts_.clear();
  opened_.clear();
  return result;
}

connection_table::connection_ptr
connection_table::add_locked(const address_group& group, const factory& make,
                             std::optional<destination> opened_to) {
  if (closed_ || connections_.size() >= limit_) {
    return nullptr;
  }
  if (group) {
    auto& count = counts_[*group];
    if (count >= share_) {
      return nullptr;
    }
    ++count;
  }
  const auto id = ++last_id_;
  auto made = make(id);
  if (opened_to) {
    opened_.emplace(*opened_to, id);
  }
  connections_.emplace(id, entry{made, group, std::move(opened_to)});
  return made;
}

} // namespace carillon
