#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carillon::test {

/// A program that was started, with its output in a file.
class child_process {
public:
  /// Starts a program.
  /// @param arguments the program first; looked for in PATH without a slash.
  /// @param output takes what it writes to both of its streams.
  child_process(const std::vector<std::string>& arguments,
                std::filesystem::path output);

  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// Kills the program if it still runs.
  ~child_process();

  /// Sends a signal.
  void send(int signal) const;

  /// Writes to the program's standard input, which stays open as long as this.
  void type(std::string_view text) const;

  /// Waits until the program has ended.
  /// @returns its exit status, 128 and the signal for one that was killed, or
  ///          nothing when it did not end in time.
  std::optional<int> wait(std::chrono::milliseconds longest);

  /// Waits until a text is in the output.
  bool wait_for(const std::string& text, std::chrono::milliseconds longest);

  /// Gives the process id.
  [[nodiscard]] pid_t id() const noexcept {
    return id_;
  }

  /// Gives what was written so far.
  [[nodiscard]] std::string output() const;

private:
  pid_t id_;
  int input_;
  std::filesystem::path output_;
  std::optional<int> status_;
};

} // namespace carillon::test
