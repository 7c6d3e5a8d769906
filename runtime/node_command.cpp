#include "runtime/node_command.hpp"

#include "runtime/command_line.hpp"
#include "runtime/config_file.hpp"
#include "runtime/config_loader.hpp"
#include "runtime/config_text.hpp"

#include <CLI/App.hpp>

#include <iterator>
#include <memory>
#include <utility>

namespace carillon {

namespace {

struct node_options {
  std::string file;
  std::vector<std::string> settings;
  std::vector<std::string> log_levels;
};

// Adds the settings of a source above those that are there.
expected<void> append(std::vector<setting>& all,
                      expected<std::vector<setting>> source) {
  if (!source)
    return tl::unexpected{source.error()};
  all.insert(all.end(), std::make_move_iterator(source->begin()),
             std::make_move_iterator(source->end()));
  return {};
}

expected<config> load(const node_options& options,
                      const std::vector<std::string>& environment) {
  std::vector<setting> all;
  if (!options.file.empty())
    if (auto done = append(all, read_config_file(options.file)); !done)
      return tl::unexpected{done.error()};
  if (auto done = append(all, read_config_environment(environment)); !done)
    return tl::unexpected{done.error()};
  if (auto done = append(all, read_set_options(options.settings)); !done)
    return tl::unexpected{done.error()};
  if (auto done = append(all, read_log_level_options(options.log_levels));
      !done)
    return tl::unexpected{done.error()};
  return load_config(all);
}

} // namespace

void add_node_command(command_line& program,
                      std::vector<std::string> environment,
                      std::function<expected<void>(const config&)> run_node) {
  auto options = std::make_shared<node_options>();
  auto run = [options, environment = std::move(environment),
              run_node = std::move(run_node)]() -> expected<void> {
    const auto loaded = load(*options, environment);
    if (!loaded)
      return tl::unexpected{loaded.error()};
    return run_node(*loaded);
  };
  auto& node = program.add("node", "run a node", std::move(run));
  node.add_option("--config", options->file, "the configuration, a TOML file")
    ->type_name("FILE");
  node
    .add_option("--set", options->settings,
                "a setting that stands above file and environment")
    ->type_name("KEY=VALUE");
  node
    .add_option("--log-level", options->log_levels,
                "the level of the log, of all or of one subsystem")
    ->type_name("[SUBSYSTEM=]LEVEL");
}

} // namespace carillon
