#include "protocols/cluster/view.hpp"

#include <algorithm>

namespace carillon::cluster {

const member* find_member(const view& where, member_id id) noexcept {
  const auto found =
    std::ranges::lower_bound(where.members, id, {}, &member::id);
  return found != where.members.end() && found->id == id ? &*found : nullptr;
}

std::vector<uint32_t> seats_of(const view& where, member_id id) {
  std::vector<uint32_t> result;
  for (size_t i = 0; i < where.seats.size(); ++i) {
    if (where.seats[i].holder == id)
      result.push_back(static_cast<uint32_t>(i));
  }
  return result;
}

} // namespace carillon::cluster
