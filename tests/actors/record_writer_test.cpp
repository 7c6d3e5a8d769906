#include "tests/support/watched_ring.hpp"

using namespace carillon;
using namespace carillon::test;

namespace {

class record_writer : public ::testing::Test {
public:
  record_writer() {
    ring.settle(1);
    ring.run();
    store = ring.store.get();
  }

  void note(const std::string& key, storage::durability wanted) {
    caf::anon_send(ring.context->writer, put_atom_v, key, to_bytes("value"),
                   wanted);
  }

  watched_ring ring{1};
  faulty_store* store = nullptr;
};

} // namespace

TEST_F(record_writer, commits_what_has_arrived_together) {
  const auto before = store->commits.load();
  note("a", storage::durability::synced);
  note("b", storage::durability::synced);
  ring.run();
  EXPECT_EQ(store->commits, before + 1);
}

TEST_F(record_writer, syncs_no_more_than_is_wanted) {
  const auto before = store->synced_commits.load();
  note("a", storage::durability::buffered);
  ring.run();
  EXPECT_EQ(store->synced_commits, before);
  note("b", storage::durability::buffered);
  note("c", storage::durability::synced);
  note("d", storage::durability::buffered);
  ring.run();
  EXPECT_EQ(store->synced_commits, before + 1);
  note("e", storage::durability::buffered);
  ring.run();
  EXPECT_EQ(store->synced_commits, before + 1);
}
