#pragma once

#include "actors/messages.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

/// What a node remembers of the registrations of its users, as notes with the
/// keys `user/NAME/WHAT`.
namespace carillon {

/// How the keys of all users' notes begin.
inline constexpr std::string_view users_prefix = "user/";

/// Gives how the keys of a user's notes begin.
[[nodiscard]] std::string user_prefix(const std::string& user);

/// The names of a user's notes.
namespace user_notes {
inline constexpr std::string_view admission = "admission";
inline constexpr std::string_view phones = "phones";
inline constexpr std::string_view succession = "succession";
} // namespace user_notes

/// Gives the user of a note.
/// @param what the name of the note.
/// @returns nothing for a note of another name.
[[nodiscard]] std::optional<std::string> noted_user(const note& item,
                                                    std::string_view what);

/// Gives the users who have phones registered.
[[nodiscard]] std::unordered_set<std::string>
reachable_users(const std::vector<note>& notes, timestamp now);

} // namespace carillon
