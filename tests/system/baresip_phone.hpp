#pragma once

#include "tests/system/child_process.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace carillon::test {

/// A phone: baresip without a sound card, in a directory of its own. It plays a
/// tone to whoever it talks to, and writes down what it hears. The system
/// chooses its ports.
class baresip_phone {
public:
  /// What a phone is set to.
  struct account {
    /// Its user.
    std::string user;
    /// What stands after the user in its address, e.g. "example.org".
    std::string host;
    /// The parameters of its account, each with its semicolon.
    std::string parameters;
    /// Whether it answers by itself.
    bool answers = true;
  };

  /// Tells whether there is a baresip, with the modules that are used here.
  static bool is_installed();

  /// Writes the phone's files into `directory`, which is made, and starts it.
  baresip_phone(const account& settings,
                const std::filesystem::path& directory);

  /// Waits until the phone has registered.
  [[nodiscard]] bool wait_registered();

  /// Calls an address.
  void dial(const std::string& uri);

  /// Ends the call, or refuses the one that rings.
  void hang_up();

  /// Waits until the phone talks.
  [[nodiscard]] bool wait_established();

  /// Waits until what the phone hears is a tone.
  [[nodiscard]] bool wait_for_tone();

  /// Waits until its call has ended.
  [[nodiscard]] bool wait_terminated();

  /// Waits until a text is in the output.
  [[nodiscard]] bool wait_for(const std::string& text);

  /// Gives what the phone has printed, SIP messages included.
  [[nodiscard]] std::string output() const;

private:
  [[nodiscard]] bool hears_tone() const;

  std::filesystem::path directory_;
  std::unique_ptr<child_process> process_;
};

} // namespace carillon::test
