// Writes synced batches of two keys to the store named by its argument for as
// long as it lives, and prints the number of each batch once the store has
// acknowledged it. The tests kill it.

#include "storage/rocksdb_store.hpp"

#include <unistd.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  using namespace carillon;
  if (argc != 2)
    return 2;
  auto store = storage::rocksdb_store::open(argv[1]);
  if (!store) {
    std::fprintf(stderr, "%s\n", to_string(store.error()).c_str());
    return 1;
  }
  for (unsigned long i = 0;; ++i) {
    const auto number = std::to_string(i);
    // Values of about a page, so that the kill meets half-written batches.
    const auto value = number + std::string(4000, '.');
    storage::write_batch batch;
    batch.put(storage::table::records, to_bytes("a" + number), to_bytes(value))
      .put(storage::table::node, to_bytes("b" + number), to_bytes(value));
    if (!(*store)->apply(batch, storage::durability::synced))
      return 1;
    const auto line = number + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0)
      return 1;
  }
}
