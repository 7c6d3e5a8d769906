#pragma once

#include <rocksdb/options.h>

namespace carillon::storage {

/// Gives the options of the whole store: strict about damage, small in memory.
/// @param env the file system; null means the real one.
[[nodiscard]] rocksdb::DBOptions database_options(rocksdb::Env* env);

/// Gives the options of each table.
[[nodiscard]] rocksdb::ColumnFamilyOptions table_options();

} // namespace carillon::storage
