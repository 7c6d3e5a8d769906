#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace carillon {

/// Text from the environment or the command line, where every value is text;
/// its key tells what it stands for. Lists are separated by commas.
struct plain_text {
  std::string text;

  bool operator==(const plain_text&) const = default;
};

/// A value as its source gives it.
using setting_value =
  std::variant<int64_t, std::string, std::vector<std::string>, plain_text, bool,
               double>;

/// One value for one key of the configuration.
struct setting {
  /// The full key, like `overlay.k` or `sip.user[0].name`.
  std::string key;
  setting_value value;
  /// Where it stands, for messages: `node.toml:12`.
  std::string origin;

  bool operator==(const setting&) const = default;
};

/// Gives a value as text for messages.
[[nodiscard]] std::string to_string(const setting_value& value);

} // namespace carillon
