#include "runtime/version_command.hpp"

#include "runtime/command_line.hpp"
#include "runtime/version.hpp"

#include <ostream>

namespace carillon {

void add_version_command(command_line& program) {
  const auto text = "carillon " + std::string{program_version()};
  program.set_version(text);
  program.add("version", "print the version of the program",
              [&program, text]() -> expected<void> {
                program.out() << text << '\n';
                return {};
              });
}

} // namespace carillon
