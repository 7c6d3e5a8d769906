#include "runtime/version_command.hpp"

#include "runtime/command_line.hpp"

#include <ostream>

namespace carillon {

void add_version_command(command_line& program) {
  program.add("version", "print the version of the program",
              [&program]() -> expected<void> {
                program.out() << "carillon " CARILLON_VERSION "\n";
                return {};
              });
}

} // namespace carillon
