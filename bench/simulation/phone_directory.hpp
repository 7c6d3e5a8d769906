#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/services.hpp"
#include "protocols/chord/peer_ref.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace carillon {

/// Who takes what is delivered to the peers of a ring in virtual time: one
/// bootstrap server, and the users of some nodes.
struct phone_directory {
  chord::peer_ref bootstrap_place;
  delivery_actor bootstrap;
  /// By the peers of the nodes.
  std::unordered_map<chord::ring_id, std::shared_ptr<addressee_directory>>
    users;

  [[nodiscard]] delivery_actor find(const chord::peer_ref& at,
                                    const std::string& name) const {
    if (name == services::bootstrap)
      return at == bootstrap_place ? bootstrap : delivery_actor{};
    const auto found = users.find(at.id);
    return found == users.end() ? delivery_actor{} : found->second->find(name);
  }
};

using phone_directory_ptr = std::shared_ptr<phone_directory>;

/// Looks into a directory that is filled later; for
/// `virtual_ring_settings::find_addressee`.
[[nodiscard]] inline std::function<delivery_actor(const chord::peer_ref&,
                                                  const std::string&)>
find_in(phone_directory_ptr directory) {
  return [directory = std::move(directory)](const chord::peer_ref& at,
                                            const std::string& name) {
    return directory->find(at, name);
  };
}

} // namespace carillon
