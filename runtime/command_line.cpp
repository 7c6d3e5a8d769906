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

// What is said about configurations and files tells all by itself.
std::string text_of(const error& err) {
  const auto speaks_for_itself =
    err.code == errc::invalid_configuration || err.code == errc::storage_failed;
  return speaks_for_itself && !err.detail.empty() ? err.detail : to_string(err);
}

// Gives the commands that were chosen, from the program down.
std::vector<const CLI::App*> chosen_commands(const CLI::App& app) {
  std::vector<const CLI::App*> result{&app};
  while (!result.back()->get_subcommands().empty())
    result.push_back(result.back()->get_subcommands().front());
  return result;
}

// Tells what is wrong, and whose help tells how to do it right.
std::string describe(const CLI::ParseError& problem, const CLI::App& app) {
  const auto chosen = chosen_commands(app);
  const auto unknown = app.remaining(true);
  const bool lacks_command = chosen.back()->get_require_subcommand_min() > 0;
  auto text = lacks_command && !unknown.empty()
    ? "there is no command " + unknown.front()
    : std::string{problem.what()};
  text += "\nRun '";
  for (const auto* command : chosen)
    text += command->get_name() + ' ';
  return text + "--help' for what is expected.\n";
}

} // namespace

command_line::command_line(std::ostream& out, std::ostream& err)
  : out_(out)
  , err_(err)
  , app_(std::make_unique<CLI::App>(
      "Carillon: secure peer-to-peer SIP on a ring of actors", "carillon")) {
  app_->require_subcommand(1);
  app_->footer("Exit status: 0 done, 1 failed, 2 the command line or the "
               "configuration is\nwrong.");
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

void command_line::set_version(const std::string& text) {
  app_->set_version_flag("--version", text, "Print the version and exit");
}

exit_status command_line::run(std::span<const std::string> arguments) {
  // CLI11 takes the arguments from the end.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  auto done = expected<void>{};
  try {
    app_->parse(std::move(reversed));
    done = chosen_();
  } catch (const CLI::Success& request) {
    // Help, or the version.
    app_->exit(request, out_, err_);
  } catch (const CLI::ParseError& problem) {
    err_ << "carillon: " << describe(problem, *app_);
    return exit_status::wrong_usage;
  }
  if (done && !out_.flush())
    done = fail(errc::storage_failed, "cannot write to standard output");
  if (done)
    return exit_status::success;
  err_ << "carillon: " << text_of(done.error()) << '\n';
  return status_of(done.error().code);
}

} // namespace carillon
