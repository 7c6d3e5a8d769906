#include "bench/bench_command.hpp"
#include "bench/demo/demo.hpp"
#include "runtime/admin/ctl_command.hpp"
#include "runtime/command_line.hpp"
#include "runtime/node_command.hpp"
#include "runtime/pki_commands.hpp"
#include "runtime/run_node.hpp"
#include "runtime/version_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

namespace {

std::vector<std::string> read_environment() {
  std::vector<std::string> result;
  for (auto** variable = environ; *variable != nullptr; ++variable)
    result.emplace_back(*variable);
  return result;
}

} // namespace

int main(int argc, char** argv) {
  using namespace carillon;
  // Who stops reading the results makes writing them fail, and not the process
  // end before it has tidied up.
  std::signal(SIGPIPE, SIG_IGN);
  command_line program{std::cout, std::cerr};
  add_demo_command(program);
  add_bench_command(program);
  const auto environment = read_environment();
  add_ctl_commands(program, environment);
  add_node_command(program, environment, run_node);
  add_pki_commands(program);
  add_version_command(program);
  const std::vector<std::string> arguments(argv + std::min(argc, 1),
                                           argv + argc);
  return static_cast<int>(program.run(arguments));
}
