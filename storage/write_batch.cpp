#include "storage/write_batch.hpp"

#include "storage/defaults.hpp"

#include <utility>

namespace carillon::storage {

namespace {

expected<void> check_key(const bytes& key) {
  if (key.empty())
    return fail(errc::malformed, "a key of the record store is empty");
  if (key.size() > defaults::max_key_size)
    return fail(errc::too_large,
                "a key of " + std::to_string(key.size()) + " bytes, at most "
                  + std::to_string(defaults::max_key_size) + " can be stored");
  return {};
}

expected<void> check_value(const bytes& value) {
  if (value.size() > defaults::max_value_size)
    return fail(
      errc::too_large,
      "a value of " + std::to_string(value.size()) + " bytes, at most "
        + std::to_string(defaults::max_value_size) + " can be stored");
  return {};
}

struct limit_checker {
  expected<void> operator()(const write_batch::put_operation& op) const {
    if (auto key_fits = check_key(op.key); !key_fits)
      return key_fits;
    return check_value(op.value);
  }

  expected<void> operator()(const write_batch::erase_operation& op) const {
    return check_key(op.key);
  }

  expected<void>
  operator()(const write_batch::erase_range_operation&) const noexcept {
    return {};
  }
};

} // namespace

write_batch& write_batch::put(table where, bytes key, bytes value) {
  operations_.emplace_back(
    put_operation{where, std::move(key), std::move(value)});
  return *this;
}

write_batch& write_batch::erase(table where, bytes key) {
  operations_.emplace_back(erase_operation{where, std::move(key)});
  return *this;
}

write_batch& write_batch::erase_range(table where, key_range range) {
  operations_.emplace_back(erase_range_operation{where, std::move(range)});
  return *this;
}

expected<void> check_limits(const write_batch& batch) {
  for (const auto& op : batch.operations())
    if (auto fits = std::visit(limit_checker{}, op); !fits)
      return fits;
  return {};
}

} // namespace carillon::storage
