#include "tests/support/temporary_directory.hpp"

#include <stdlib.h>

#include <stdexcept>
#include <string>

namespace carillon::test {

temporary_directory::temporary_directory() {
  auto pattern =
    (std::filesystem::temp_directory_path() / "carillon-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error{"cannot make a temporary directory"};
  path_ = pattern;
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

} // namespace carillon::test
