#include "protocols/sip/parameters.hpp"

#include "protocols/sip/text.hpp"

#include <algorithm>

namespace carillon::sip {

namespace {

/// Finds a parameter by name in a range of them.
template <class Items>
auto find(Items& items, std::string_view name) {
  return std::find_if(items.begin(), items.end(), [&](const auto& item) {
    return iequals(item.name, name);
  });
}

} // namespace

std::optional<std::string_view>
parameters::get(std::string_view name) const noexcept {
  const auto pos = find(items_, name);
  if (pos == items_.end())
    return std::nullopt;
  return pos->value;
}

bool parameters::contains(std::string_view name) const noexcept {
  return find(items_, name) != items_.end();
}

void parameters::set(std::string_view name,
                     std::optional<std::string_view> value) {
  auto pos = find(items_, name);
  if (pos == items_.end())
    pos = items_.insert(pos, parameter{std::string{name}, {}, false});
  pos->value = value.value_or("");
  pos->has_value = value.has_value();
}

void parameters::remove(std::string_view name) {
  const auto pos = find(items_, name);
  if (pos != items_.end())
    items_.erase(pos);
}

std::string to_string(const parameters& params) {
  std::string result;
  for (const auto& item : params) {
    result += ';';
    result += item.name;
    if (item.has_value) {
      result += '=';
      result += item.value;
    }
  }
  return result;
}

} // namespace carillon::sip
