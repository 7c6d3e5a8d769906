#include "actors/user_notes.hpp"

#include "protocols/sip/stored_bindings.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

std::string user_prefix(const std::string& user) {
  return std::string{users_prefix} + user + "/";
}

std::optional<std::string> noted_user(const note& item, std::string_view what) {
  const auto key = std::string_view{item.key};
  const auto end = key.find('/', users_prefix.size());
  if (end == std::string_view::npos || key.substr(end + 1) != what)
    return std::nullopt;
  return std::string{
    key.substr(users_prefix.size(), end - users_prefix.size())};
}

std::unordered_set<std::string> reachable_users(const std::vector<note>& notes,
                                                timestamp now) {
  std::unordered_set<std::string> result;
  for (const auto& item : notes) {
    auto user = noted_user(item, user_notes::phones);
    const auto phones = user ? sip::decode_bindings(item.value)
                             : expected<std::vector<sip::binding>>{};
    if (phones && std::ranges::any_of(*phones, [&](const sip::binding& phone) {
          return phone.expires > now;
        }))
      result.insert(std::move(*user));
  }
  return result;
}

} // namespace carillon
