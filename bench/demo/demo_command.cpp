#include "bench/demo/demo.hpp"
#include "runtime/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

#include <memory>

namespace carillon {

void add_demo_command(command_line& program) {
  auto options = std::make_shared<demo_options>();
  auto& demo = program.add(
    "demo", "show the whole system in one process",
    [options, &program] { return run_demo(*options, program.out()); });
  demo.add_option("--peers", options->peers, "peers of the ring")
    ->type_name("N")
    ->check(CLI::Range(defaults::min_demo_peers, defaults::max_demo_peers))
    ->capture_default_str();
  demo
    .add_option("--seed", options->seed,
                "seed of lookups and timers; keys are always fresh")
    ->type_name("S")
    ->capture_default_str();
  demo.add_flag("!--no-wait", options->wait,
                "end when all is shown, also on a terminal");
  demo.add_option("--json", options->json, "write a report for programs")
    ->type_name("FILE");
}

} // namespace carillon
