#include "runtime/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <ostream>
#include <utility>
#include <vector>

namespace carillon {

namespace {

exit_status status_of(errc code) noexcept {
  switch (code) {
  case errc::invalid_configuration:
  case errc::cannot_listen:
    return exit_status::wrong_usage;
  default:
    return exit_status::failure;
  }
}

// Gives the command whose help tells how to do it right.
std::string help_command(const CLI::App& app) {
  auto result = app.get_name();
  const auto* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    result += ' ' + command->get_name();
  }
  return result + " --help";
}

} // namespace

command_line::command_line(std::ostream& out, std::ostream& err)
  : out_(out)
  , err_(err)
  , app_(std::make_unique<CLI::App>(
      "Carillon: secure peer-to-peer SIP on a ring of actors", "carillon")) {
  app_->require_subcommand(1);
}

command_line::~command_line() = default;

CLI::App& command_line::add(std::string name, std::string description,
                            action run) {
  return add_to(*app_, std::move(name), std::move(description), std::move(run));
}

CLI::App& command_line::add_group(std::string name, std::string description) {
  auto* group = app_->add_subcommand(std::move(name), std::move(description));
  group->require_subcommand(1);
  return *group;
}

CLI::App& command_line::add_to(CLI::App& group, std::string name,
                               std::string description, action run) {
  auto* command = group.add_subcommand(std::move(name), std::move(description));
  command->callback([this, run = std::move(run)] { chosen_ = run; });
  return *command;
}

exit_status command_line::run(std::span<const std::string> arguments) {
  // CLI11 takes the arguments from the end.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app_->parse(std::move(reversed));
  } catch (const CLI::CallForHelp& help) {
    app_->exit(help, out_, err_);
    return exit_status::success;
  } catch (const CLI::ParseError& problem) {
    err_ << "carillon: " << problem.what() << "\nRun '" << help_command(*app_)
         << "' for what is expected.\n";
    return exit_status::wrong_usage;
  }
  const auto done = chosen_();
  out_.flush();
  if (done)
    return exit_status::success;
  err_ << "carillon: " << to_string(done.error()) << '\n';
  return status_of(done.error().code);
}

} // namespace carillon
