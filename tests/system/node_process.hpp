#pragma once

#include "runtime/endpoint.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/system/child_process.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace carillon::test {

/// Users alice and bob, for the configuration of a node. Both have the password
/// "secret" (ha1 is the MD5 of NAME:example.org:secret).
inline constexpr auto known_users = R"(
[[sip.user]]
name = "alice"
digest = ["MD5"]
ha1 = "543e1aec5d3614f03141652d6ada51b2"
[[sip.user]]
name = "bob"
digest = ["MD5"]
ha1 = "3d43f24c71b71cdd4be54e0721962a79"
)";

/// A directory with the configuration and data of one node, and the node that
/// runs in it.
class node_process {
public:
  /// Writes the configuration: adapters and admin interface on ports that the
  /// system chooses, and what `more` adds to it, first of all to its table
  /// [sip].
  /// @param host the address to listen on.
  /// @param admin what is added to the table [admin].
  explicit node_process(const std::string& more = {},
                        std::string host = "127.0.0.1",
                        const std::string& admin = {});

  /// Starts the node.
  /// @param wrapper a command that runs the node, with what it limits or hides.
  void start(std::vector<std::string> wrapper = {});

  /// Starts the node and waits until it is ready.
  /// @returns whether it is in time.
  bool start_ready(std::vector<std::string> wrapper = {});

  /// Where the adapter listens.
  /// @param kind "udp", "tcp" or "tls".
  [[nodiscard]] endpoint adapter(const std::string& kind) const;

  /// Where the admin interface of the node that is ready is, as a URL.
  [[nodiscard]] std::string admin() const;

  [[nodiscard]] child_process& process() {
    return *process_;
  }

  [[nodiscard]] bool was_started() const {
    return process_ != nullptr;
  }

  [[nodiscard]] std::filesystem::path data_dir() const {
    return directory_.path() / "data";
  }

  [[nodiscard]] const std::filesystem::path& directory() const {
    return directory_.path();
  }

private:
  temporary_directory directory_;
  std::string host_;
  int runs_ = 0;
  std::unique_ptr<child_process> process_;
};

} // namespace carillon::test
