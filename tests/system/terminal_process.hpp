#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carillon::test {

/// A program that was started in a terminal of its own, which a person sits at.
class terminal_process {
public:
  /// Starts a program.
  /// @param arguments the program first; looked for in PATH without a slash.
  explicit terminal_process(const std::vector<std::string>& arguments);

  terminal_process(const terminal_process&) = delete;
  terminal_process& operator=(const terminal_process&) = delete;

  /// Kills the program if it still runs.
  ~terminal_process();

  /// Types a text; "\x03" is Ctrl-C.
  void type(std::string_view text) const;

  /// Sends a signal.
  void send(int signal) const;

  /// Tells whether the terminal shows what is typed.
  [[nodiscard]] bool echoes() const;

  /// Waits until a text was shown.
  bool wait_for(const std::string& text, std::chrono::milliseconds longest);

  /// Waits until the program has ended.
  /// @returns its exit status, 128 and the signal for one that was killed, or
  ///          nothing when it did not end in time.
  std::optional<int> wait(std::chrono::milliseconds longest);

  /// Gives what was shown so far.
  [[nodiscard]] const std::string& output() const noexcept {
    return output_;
  }

private:
  void read_output(std::chrono::milliseconds longest);

  int master_ = -1;
  // The program's side, held open so that its settings outlive the program.
  int slave_ = -1;
  pid_t id_ = -1;
  std::string output_;
  std::optional<int> status_;
};

} // namespace carillon::test
