#include "bench/demo/demo.hpp"
#include "runtime/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

#include <memory>
#include <utility>

namespace carillon {

void add_demo_command(command_line& program) {
  auto options = std::make_shared<demo_options>();
  auto run = [options, &program] {
    // Programs read the one stream, people the other.
    auto& out = reports_to_stream(*options) ? program.err() : program.out();
    return run_demo(*options, out, program.out());
  };
  auto& demo =
    program.add("demo", "show the whole system in one process", std::move(run));
  demo.add_option("--peers", options->peers, "peers of the ring")
    ->type_name("N")
    ->check(CLI::Range(defaults::min_demo_peers, defaults::max_demo_peers))
    ->capture_default_str();
  demo
    .add_option("--seed", options->seed,
                "seed of lookups and timers; keys are always fresh")
    ->type_name("S")
    ->capture_default_str();
  demo.add_flag_callback(
    "--no-wait", [options] { options->wait = false; },
    "end when all is shown, also on a terminal");
  demo
    .add_option("--json", options->json,
                "write a report for programs; - is standard output")
    ->type_name("FILE");
}

} // namespace carillon
