#include "tests/storage/rocksdb_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

namespace carillon::storage {

namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;

class kill_test : public rocksdb_test {};

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

TEST_F(kill_test, a_store_of_another_process_cannot_be_opened) {
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

TEST_F(kill_test, what_was_acknowledged_survives_a_kill) {
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

TEST_F(kill_test, a_batch_survives_a_kill_whole_or_not_at_all) {
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
