#include "storage/defaults.hpp"
#include "storage/rocksdb_store.hpp"
#include "tests/storage/full_disk.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>

namespace carillon::storage {

namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

class rocksdb_store_test : public testing::Test {
protected:
  [[nodiscard]] fs::path path() const {
    return directory_.path() / "store";
  }

  std::unique_ptr<rocksdb_store> open() {
    auto store = rocksdb_store::open(path());
    if (!store)
      throw std::runtime_error{to_string(store.error())};
    return std::move(*store);
  }

  error open_failure() {
    const auto store = rocksdb_store::open(path());
    return store ? error{errc::count_, "opened"} : store.error();
  }

  // Leaves a closed store whose log holds many records of two log blocks.
  void fill() {
    const auto store = open();
    for (int i = 0; i < 100; ++i)
      ASSERT_TRUE(put(*store, std::to_string(i), std::string(1000, 'v')));
  }

  static expected<void> put(record_store& store, std::string_view key,
                            std::string_view value) {
    write_batch batch;
    batch.put(table::records, to_bytes(key), to_bytes(value));
    return store.apply(batch, durability::synced);
  }

  static std::string get(const record_store& store, std::string_view key,
                         table where = table::records) {
    const auto value = store.get(where, as_bytes(key));
    return value ? std::string{as_text(*value)} : to_string(value.error());
  }

  // Finds the largest file with this extension or name.
  [[nodiscard]] fs::path find(std::string_view what) const {
    fs::path found;
    for (const auto& file : fs::directory_iterator{path()}) {
      const auto name = file.path().filename().string();
      if (!name.ends_with(what) && !name.starts_with(what))
        continue;
      if (found.empty() || file.file_size() > fs::file_size(found))
        found = file.path();
    }
    return found;
  }

  // Turns over 16 bytes at a place between 0 (begin) and 1 (end) of a file.
  static void damage(const fs::path& file, double place) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    const auto at = static_cast<std::streamoff>(
      place * static_cast<double>(fs::file_size(file)));
    std::array<char, 16> part{};
    stream.seekg(at);
    stream.read(part.data(), part.size());
    stream.clear();
    for (auto& byte : part)
      byte = static_cast<char>(~byte);
    stream.seekp(at);
    stream.write(part.data(), part.size());
    ASSERT_TRUE(stream.good());
  }

  static std::string content(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream result;
    result << stream.rdbuf();
    return result.str();
  }

private:
  test::temporary_directory directory_;
};

TEST_F(rocksdb_store_test, a_new_directory_is_for_its_owner_alone) {
  const auto store = open();
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(rocksdb_store_test, records_survive_closing_and_opening) {
  ASSERT_TRUE(put(*open(), "key", "value"));
  EXPECT_EQ(get(*open(), "key"), "value");
}

TEST_F(rocksdb_store_test, buffered_records_survive_closing_and_opening) {
  write_batch batch;
  batch.put(table::node, to_bytes("key"), to_bytes("value"));
  ASSERT_TRUE(open()->apply(batch, durability::buffered));
  EXPECT_EQ(get(*open(), "key", table::node), "value");
}

TEST_F(rocksdb_store_test, a_creation_that_was_cut_short_is_made_again) {
  open();
  // The version file is the last step of a creation.
  fs::remove(path() / "FORMAT");
  ASSERT_TRUE(put(*open(), "key", "value"));
  EXPECT_EQ(get(*open(), "key"), "value");
}

TEST_F(rocksdb_store_test, a_store_of_a_newer_format_is_refused) {
  fill();
  const auto newer = std::to_string(defaults::format_version + 1);
  std::ofstream{path() / "FORMAT"} << "carillon store format " << newer << "\n";
  const auto err = open_failure();
  EXPECT_EQ(err.code, errc::unsupported_version);
  EXPECT_THAT(err.detail,
              AllOf(HasSubstr(path().string()), HasSubstr("format " + newer),
                    HasSubstr("use the newer program")));
}

TEST_F(rocksdb_store_test, a_damaged_version_file_is_reported) {
  fill();
  for (const auto* text :
       {"", "1", "carillon store format \n", "carillon store format 1",
        "carillon store format x\n", "carillon store format 99999999999999\n",
        "carillon store format 1 \n"}) {
    std::ofstream{path() / "FORMAT"} << text;
    const auto err = open_failure();
    EXPECT_EQ(err.code, errc::storage_failed) << text;
    EXPECT_THAT(err.detail, HasSubstr("FORMAT is damaged")) << text;
  }
}

TEST_F(rocksdb_store_test, a_missing_version_file_is_reported) {
  fill();
  fs::remove(path() / "FORMAT");
  EXPECT_THAT(open_failure().detail,
              AllOf(HasSubstr("damaged"), HasSubstr("FORMAT is missing")));
}

TEST_F(rocksdb_store_test, a_directory_that_cannot_be_used_is_named) {
  std::ofstream{path()} << "a file";
  const auto err = open_failure();
  EXPECT_EQ(err.code, errc::storage_failed);
  EXPECT_THAT(err.detail, HasSubstr(path().string()));
}

TEST_F(rocksdb_store_test, a_store_that_is_open_cannot_be_opened_again) {
  const auto store = open();
  const auto err = open_failure();
  EXPECT_EQ(err.code, errc::storage_failed);
  EXPECT_THAT(err.detail, HasSubstr("in use by another process"));
}

TEST_F(rocksdb_store_test, a_missing_current_file_is_reported) {
  fill();
  fs::remove(path() / "CURRENT");
  const auto before = content(find(".log"));
  EXPECT_EQ(open_failure().code, errc::storage_failed);
  EXPECT_EQ(content(find(".log")), before);
}

TEST_F(rocksdb_store_test, a_damaged_current_file_is_reported) {
  fill();
  std::ofstream{path() / "CURRENT"} << "MANIFEST-999999\n";
  EXPECT_EQ(open_failure().code, errc::storage_failed);
}

TEST_F(rocksdb_store_test, a_damaged_manifest_is_reported) {
  fill();
  damage(find("MANIFEST"), 0.3);
  EXPECT_THAT(open_failure().detail,
              AllOf(HasSubstr("damaged"), HasSubstr("left as it is")));
}

TEST_F(rocksdb_store_test, damage_in_the_middle_of_the_log_is_reported) {
  fill();
  damage(find(".log"), 0.5);
  const auto before = content(find(".log"));
  EXPECT_THAT(open_failure().detail,
              AllOf(HasSubstr("damaged"), HasSubstr("left as it is")));
  EXPECT_EQ(content(find(".log")), before);
  EXPECT_THAT(open_failure().detail, HasSubstr("damaged"));
}

TEST_F(rocksdb_store_test, a_log_record_that_was_cut_off_is_left_out) {
  fill();
  const auto log = find(".log");
  fs::resize_file(log, fs::file_size(log) - 500);
  const auto store = open();
  EXPECT_THAT(get(*store, "98"), testing::SizeIs(1000));
  EXPECT_EQ(get(*store, "99"), "no such record");
}

TEST_F(rocksdb_store_test, a_damaged_table_file_is_reported) {
  fill();
  // Opening a store moves the records of its log into a table file.
  open();
  damage(find(".sst"), 0.3);
  const auto opened = rocksdb_store::open(path());
  if (!opened) {
    EXPECT_THAT(opened.error().detail, HasSubstr("damaged"));
    return;
  }
  const auto page = (*opened)->scan(table::records, key_range::all(), 1000);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, errc::storage_failed);
  EXPECT_THAT(page.error().detail, HasSubstr("damaged"));
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    const auto value = get(**opened, std::to_string(i));
    EXPECT_THAT(value, AnyOf(testing::SizeIs(1000), HasSubstr("damaged")));
    refused += value.size() == 1000 ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
}

TEST_F(rocksdb_store_test, a_missing_table_file_is_reported) {
  fill();
  open();
  fs::remove(find(".sst"));
  EXPECT_EQ(open_failure().code, errc::storage_failed);
}

// A store on a disk that the test can fill up.
class full_disk_test : public rocksdb_store_test {
protected:
  std::unique_ptr<rocksdb_store> open() {
    auto store = rocksdb_store::open(path(), env_.get());
    if (!store)
      throw std::runtime_error{to_string(store.error())};
    return std::move(*store);
  }

  void set_full(bool full) {
    disk_->full = full;
  }

  void claim_space() {
    disk_->claims_space = true;
  }

private:
  std::shared_ptr<test::full_disk> disk_ = std::make_shared<test::full_disk>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
};

TEST_F(full_disk_test, a_write_fails_and_reads_go_on) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "before", "value"));
  set_full(true);
  for (int i = 0; i < 3; ++i) {
    const auto written = put(*store, "during", "value");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, errc::storage_failed);
    EXPECT_THAT(written.error().detail,
                AllOf(HasSubstr("disk is full"), HasSubstr("free some space")));
  }
  EXPECT_EQ(get(*store, "before"), "value");
  EXPECT_EQ(get(*store, "during"), "no such record");
  EXPECT_TRUE(store->scan(table::records, key_range::all(), 10));
}

TEST_F(full_disk_test, writes_succeed_again_when_there_is_space) {
  {
    const auto store = open();
    ASSERT_TRUE(put(*store, "before", "value"));
    for (int i = 0; i < 3; ++i) {
      set_full(true);
      ASSERT_FALSE(put(*store, "during", "value"));
      set_full(false);
      ASSERT_TRUE(put(*store, "after" + std::to_string(i), "value"));
    }
  }
  const auto store = open();
  for (const auto* key : {"before", "after0", "after1", "after2"})
    EXPECT_EQ(get(*store, key), "value") << key;
}

TEST_F(full_disk_test, the_very_first_write_may_fail) {
  const auto store = open();
  set_full(true);
  ASSERT_FALSE(put(*store, "during", "value"));
  EXPECT_EQ(get(*store, "during"), "no such record");
  set_full(false);
  ASSERT_TRUE(put(*store, "after", "value"));
  EXPECT_EQ(get(*store, "after"), "value");
}

TEST_F(full_disk_test, reads_go_on_where_the_free_space_is_not_known) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "before", "value"));
  claim_space();
  set_full(true);
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(put(*store, "during", "value"));
    EXPECT_EQ(get(*store, "before"), "value");
    EXPECT_TRUE(store->scan(table::records, key_range::all(), 10));
  }
  set_full(false);
  ASSERT_TRUE(put(*store, "after", "value"));
  EXPECT_EQ(get(*store, "before"), "value");
}

TEST_F(full_disk_test, a_full_disk_is_met_while_a_table_is_written) {
  const auto store = open();
  size_t written = 0;
  // Fills up when the table in memory is about to go to a file.
  const std::string value(defaults::max_value_size, 'v');
  for (; written < 1000; ++written) {
    if (written == 60)
      set_full(true);
    if (!put(*store, std::to_string(written), value))
      break;
  }
  ASSERT_LT(written, 1000U);
  set_full(false);
  ASSERT_TRUE(put(*store, "after", "value"));
  for (size_t i = 0; i < written; ++i)
    ASSERT_EQ(get(*store, std::to_string(i)), value);
}

TEST_F(full_disk_test, a_store_filled_to_the_brim_opens_again) {
  {
    const auto store = open();
    ASSERT_TRUE(put(*store, "before", "value"));
    set_full(true);
    ASSERT_FALSE(put(*store, "during", "value"));
  }
  const auto refused = rocksdb_store::open(path());
  ASSERT_TRUE(refused) << to_string(refused.error());
  EXPECT_EQ(get(**refused, "before"), "value");
}

TEST_F(full_disk_test, opening_on_a_full_disk_says_so) {
  ASSERT_TRUE(put(*open(), "before", "value"));
  set_full(true);
  EXPECT_THROW(
    {
      try {
        open();
      } catch (const std::runtime_error& err) {
        EXPECT_THAT(err.what(), HasSubstr("disk is full"));
        throw;
      }
    },
    std::runtime_error);
  set_full(false);
  EXPECT_EQ(get(*open(), "before"), "value");
}

// Another process that writes to the store, see synced_writer.cpp.
class writer_process {
public:
  explicit writer_process(const fs::path& store) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0)
      throw std::runtime_error{"cannot make a pipe"};
    output_ = pipe[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addclose(&actions, pipe[0]);
    std::string program = SYNCED_WRITER;
    auto argument = store.string();
    const std::array<char*, 3> arguments{program.data(), argument.data(),
                                         nullptr};
    const auto spawned = ::posix_spawn(&process_, program.c_str(), &actions,
                                       nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (spawned != 0)
      throw std::runtime_error{"cannot start " + program};
  }

  writer_process(const writer_process&) = delete;
  writer_process& operator=(const writer_process&) = delete;

  ~writer_process() {
    kill();
    ::close(output_);
  }

  // Waits for at least this many more bytes of output.
  void await_output(size_t size) {
    const auto wanted = text_.size() + size;
    while (text_.size() < wanted && read())
      ;
    ASSERT_GE(text_.size(), wanted);
  }

  void kill() {
    if (process_ == 0)
      return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
    while (read())
      ;
  }

  // Gives the number of batches that were acknowledged.
  [[nodiscard]] size_t acknowledged() const {
    return static_cast<size_t>(std::count(text_.begin(), text_.end(), '\n'));
  }

private:
  bool read() {
    std::array<char, 256> buffer{};
    const auto got = ::read(output_, buffer.data(), buffer.size());
    if (got <= 0)
      return false;
    text_.append(buffer.data(), static_cast<size_t>(got));
    return true;
  }

  pid_t process_ = 0;
  int output_ = -1;
  std::string text_;
};

TEST_F(rocksdb_store_test, a_store_of_another_process_cannot_be_opened) {
  writer_process other{path()};
  other.await_output(1);
  const auto err = open_failure();
  EXPECT_EQ(err.code, errc::storage_failed);
  EXPECT_THAT(
    err.detail,
    AllOf(HasSubstr("in use by another process"), HasSubstr(path().string())));
  other.kill();
  EXPECT_NO_THROW(open());
}

TEST_F(rocksdb_store_test, what_was_acknowledged_survives_a_kill) {
  std::mt19937 random{1986};
  for (int round = 0; round < 5; ++round) {
    writer_process other{path()};
    other.await_output(100 + random() % 400);
    other.kill();
    const auto store = open();
    ASSERT_GT(other.acknowledged(), 20U);
    for (size_t i = 0; i < other.acknowledged(); ++i) {
      const auto number = std::to_string(i);
      const auto value = get(*store, "a" + number);
      ASSERT_THAT(value, testing::StartsWith(number + "."));
      ASSERT_EQ(get(*store, "b" + number, table::node), value);
    }
  }
}

TEST_F(rocksdb_store_test, a_batch_survives_a_kill_whole_or_not_at_all) {
  writer_process other{path()};
  other.await_output(300);
  other.kill();
  const auto store = open();
  for (size_t i = 0; i < other.acknowledged() + 2; ++i) {
    const auto number = std::to_string(i);
    EXPECT_EQ(get(*store, "a" + number),
              get(*store, "b" + number, table::node));
  }
}

} // namespace

} // namespace carillon::storage
