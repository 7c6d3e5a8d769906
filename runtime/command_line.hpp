#pragma once

#include "protocols/error.hpp"

#include <functional>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace carillon {

/// How a command of the program ended.
enum class exit_status : int {
  success = 0,
  /// The operation failed.
  failure = 1,
  /// The command line or the configuration is wrong.
  wrong_usage = 2,
};

/// The command line of the program: a tree of commands with their options.
/// Results go to one stream and errors to another.
class command_line {
public:
  /// What a command does. An error ends the program with its text and
  /// `failure`; `invalid_configuration` and `cannot_listen` count as wrong
  /// usage, and that the results cannot be written as failure.
  using action = std::function<expected<void>()>;

  /// @param out takes the results. Both streams must outlive the object.
  /// @param err takes the errors.
  command_line(std::ostream& out, std::ostream& err);

  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;
  ~command_line();

  /// Adds a command.
  /// @returns the command, for adding its options; owned by this object.
  CLI::App& add(std::string name, std::string description, action run);

  /// Adds a command that only groups others.
  CLI::App& add_group(std::string name, std::string description);

  /// Adds a command to a group.
  CLI::App& add_to(CLI::App& group, std::string name, std::string description,
                   action run);

  /// Has `--version` print a text, as a result of the program.
  void set_version(const std::string& text);

  /// The stream for results.
  [[nodiscard]] std::ostream& out() const noexcept {
    return out_;
  }

  /// The stream for errors, and for what people read while a command works.
  [[nodiscard]] std::ostream& err() const noexcept {
    return err_;
  }

  /// Runs the command that the arguments name.
  /// @param arguments without the name of the program.
  [[nodiscard]] exit_status run(std::span<const std::string> arguments);

private:
  std::ostream& out_;
  std::ostream& err_;
  std::unique_ptr<CLI::App> app_;
  action chosen_;
};

} // namespace carillon
