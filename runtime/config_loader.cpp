#include "runtime/config_loader.hpp"

#include "runtime/config_keys.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace carillon {

namespace {

// Keys whose values may be as good as passwords: that of a user, and whatever
// somebody may write for it.
bool is_secret(std::string_view key) {
  constexpr auto harmless = std::to_array<std::string_view>(
    {"name", "password_file", "digest", "security"});
  return key.starts_with("sip.user")
    && std::ranges::find(harmless, key.substr(key.rfind('.') + 1))
    == harmless.end();
}

std::string describe(const setting& given, std::string_view reason) {
  auto text = given.origin + ": " + given.key;
  if (!is_secret(given.key))
    text += " = " + to_string(given.value);
  return text + ": " + std::string{reason};
}

std::string describe(const config_problem& problem,
                     const std::map<std::string, std::string>& origins) {
  const auto origin = origins.find(problem.key);
  auto text =
    origin == origins.end() ? problem.key : origin->second + ": " + problem.key;
  if (!problem.value.empty())
    text += " = " + problem.value;
  return text + ": " + problem.reason;
}

} // namespace

expected<config> load_config(std::span<const setting> settings) {
  config result;
  std::map<std::string, std::string> origins;
  for (const auto& given : settings) {
    if (const auto done = assign(result, given); !done)
      return fail(errc::invalid_configuration,
                  describe(given, done.error().detail));
    origins.insert_or_assign(given.key, given.origin);
  }
  if (const auto problem = validate(result))
    return fail(errc::invalid_configuration, describe(*problem, origins));
  return result;
}

} // namespace carillon
