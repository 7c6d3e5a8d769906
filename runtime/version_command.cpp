#include "runtime/version_command.hpp"

#include "runtime/command_line.hpp"

#include <ostream>

namespace carillon {

void add_version_command(command_line& program) {
  constexpr auto text = "carillon " CARILLON_VERSION;
  program.set_version(text);
  program.add("version", "print the version of the program",
              [&program]() -> expected<void> {
                program.out() << text << '\n';
                return {};
              });
}

} // namespace carillon
