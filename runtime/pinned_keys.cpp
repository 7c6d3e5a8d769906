#include "runtime/pinned_keys.hpp"

#include "actors/trusted_keys.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "runtime/node_files.hpp"
#include "storage/rocksdb_store.hpp"

#include <system_error>

namespace carillon {

expected<void> pin_key(const std::filesystem::path& data_dir,
                       const std::string& user, const std::string& other,
                       const identity::fingerprint& key) {
  for (const auto& name : {user, other}) {
    if (auto good = identity::validate_user(name); !good)
      return fail(errc::invalid_configuration,
                  '"' + name + "\": " + good.error().detail);
  }
  const auto records = paths_in(data_dir).records;
  // Opening would make an empty store, which the next node would take for its
  // own.
  std::error_code reason;
  if (!std::filesystem::exists(records, reason))
    return fail(errc::storage_failed,
                records.string()
                  + " is not there: give the data directory of a node that has"
                    " run with --data-dir");
  const auto store = storage::rocksdb_store::open(records);
  if (!store)
    return tl::unexpected{store.error()};
  storage::write_batch batch;
  batch.put(storage::table::node, to_bytes(pin_prefix(user) + other),
            to_bytes(key.data()));
  return (*store)->apply(batch, storage::durability::synced);
}

} // namespace carillon
