#include "runtime/command_line.hpp"
#include "runtime/pki_commands.hpp"
#include "runtime/version_command.hpp"

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  using namespace carillon;
  command_line program{std::cout, std::cerr};
  add_pki_commands(program);
  add_version_command(program);
  const std::vector<std::string> arguments(argv + std::min(argc, 1),
                                           argv + argc);
  return static_cast<int>(program.run(arguments));
}
