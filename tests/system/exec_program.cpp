#include "tests/system/exec_program.hpp"

#include <unistd.h>

namespace carillon::test {

void exec_program(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const auto& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  ::execvp(pointers.front(), pointers.data());
  ::_exit(127);
}

} // namespace carillon::test
