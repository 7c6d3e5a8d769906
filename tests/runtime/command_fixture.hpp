#pragma once

#include "runtime/command_line.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace carillon::test {

/// Runs commands of the program in this process, in a directory of their own.
class command_test : public testing::Test {
protected:
  /// What a command gave.
  struct outcome {
    exit_status status;
    std::string out;
    std::string err;
  };

  /// Adds the commands under test.
  virtual void add_commands(command_line& program) = 0;

  outcome run(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    command_line program{out, err};
    add_commands(program);
    const auto status = program.run(arguments);
    return {status, out.str(), err.str()};
  }

  /// Gives the path of a file in the directory.
  [[nodiscard]] std::string path(const std::string& name = {}) const {
    return (directory_.path() / name).string();
  }

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file{path(name)};
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  }

  void write(const std::string& name, std::string_view content) const {
    std::ofstream{path(name)} << content;
    std::filesystem::permissions(path(name),
                                 std::filesystem::perms::owner_read
                                   | std::filesystem::perms::owner_write);
  }

  [[nodiscard]] std::filesystem::perms
  permissions(const std::string& name) const {
    return std::filesystem::status(path(name)).permissions();
  }

private:
  temporary_directory directory_;
};

} // namespace carillon::test
