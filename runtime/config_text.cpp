#include "runtime/config_text.hpp"

#include "runtime/config_keys.hpp"

#include <algorithm>
#include <string_view>

namespace carillon {

namespace {

constexpr std::string_view environment_prefix = "CARILLON_";

constexpr std::string_view user_prefix = "sip.user[].";

std::string variable_of(std::string_view key) {
  std::string result{environment_prefix};
  for (const auto character : key) {
    if (character == '.')
      result += '_';
    else if (character >= 'a' && character <= 'z')
      result += static_cast<char>(character - 'a' + 'A');
    else
      result += character;
  }
  return result;
}

} // namespace

expected<std::vector<setting>>
read_config_environment(std::span<const std::string> variables) {
  std::vector<setting> settings;
  const auto keys = config_keys();
  for (const auto& variable : variables) {
    if (!variable.starts_with(environment_prefix))
      continue;
    const auto name = variable.substr(0, variable.find('='));
    const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const config_key& key) {
        return !key.name.starts_with(user_prefix)
          && variable_of(key.name) == name;
      });
    if (found == keys.end())
      return fail(errc::invalid_configuration,
                  "the environment variable " + name
                    + " belongs to no key of the configuration");
    auto value = variable.size() > name.size()
      ? variable.substr(name.size() + 1)
      : std::string{};
    settings.push_back({std::string{found->name}, plain_text{std::move(value)},
                        "environment variable " + name});
  }
  return settings;
}

expected<std::vector<setting>>
read_set_options(std::span<const std::string> options) {
  std::vector<setting> settings;
  for (const auto& option : options) {
    const auto equals = option.find('=');
    if (equals == std::string::npos)
      return fail(errc::invalid_configuration,
                  "--set " + option + ": expected KEY=VALUE");
    settings.push_back({option.substr(0, equals),
                        plain_text{option.substr(equals + 1)}, "option --set"});
  }
  return settings;
}

std::vector<setting>
read_log_level_options(std::span<const std::string> options) {
  std::vector<setting> settings;
  for (const auto& option : options) {
    const auto equals = option.find('=');
    const auto key = equals == std::string::npos
      ? std::string{"log.level"}
      : "log.levels." + option.substr(0, equals);
    const auto level =
      equals == std::string::npos ? option : option.substr(equals + 1);
    settings.push_back({key, plain_text{level}, "option --log-level"});
  }
  return settings;
}

} // namespace carillon
