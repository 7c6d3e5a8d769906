#include "storage/memory_store.hpp"

#include "storage/page_builder.hpp"

#include <mutex>

namespace carillon::storage {

expected<bytes> memory_store::get(table where, byte_view key) const {
  const std::shared_lock lock{mutex_};
  const auto& from = in(where);
  const auto found = from.find(to_bytes(key));
  if (found == from.end())
    return fail(errc::no_such_record);
  return found->second;
}

expected<void> memory_store::apply(const write_batch& batch, durability) {
  if (auto fits = check_limits(batch); !fits)
    return fits;
  const std::unique_lock lock{mutex_};
  for (const auto& op : batch.operations())
    std::visit([this](const auto& change) { run(change); }, op);
  return {};
}

expected<scan_page> memory_store::scan(table where, const key_range& range,
                                       size_t limit) const {
  page_builder page{limit};
  const std::shared_lock lock{mutex_};
  const auto& from = in(where);
  for (auto i = from.lower_bound(range.first);
       i != from.end() && i->first < range.end; ++i)
    if (!page.add(i->first, i->second))
      break;
  return std::move(page).finish();
}

memory_store::entries& memory_store::in(table where) noexcept {
  return where == table::records ? records_ : node_;
}

const memory_store::entries& memory_store::in(table where) const noexcept {
  return where == table::records ? records_ : node_;
}

void memory_store::run(const write_batch::put_operation& op) {
  in(op.where).insert_or_assign(op.key, op.value);
}

void memory_store::run(const write_batch::erase_operation& op) {
  in(op.where).erase(op.key);
}

void memory_store::run(const write_batch::erase_range_operation& op) {
  if (op.range.end <= op.range.first)
    return;
  auto& from = in(op.where);
  from.erase(from.lower_bound(op.range.first), from.lower_bound(op.range.end));
}

} // namespace carillon::storage
