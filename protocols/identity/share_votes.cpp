#include "protocols/identity/share_votes.hpp"

namespace carillon::identity {

void share_votes::add(uint8_t index, const fingerprint& node,
                      const fingerprint& key) {
  by_share_[index][node].insert(key);
}

void share_votes::add_absent(uint8_t index, const fingerprint& node) {
  by_share_[index].try_emplace(node);
}

std::map<fingerprint, size_t> share_votes::count() const {
  std::map<fingerprint, size_t> result;
  for (const auto& [index, nodes] : by_share_) {
    std::map<fingerprint, size_t> votes;
    for (const auto& [node, keys] : nodes) {
      if (keys.size() == 1)
        ++votes[*keys.begin()];
    }
    for (const auto& [key, number] : votes) {
      if (2 * number > nodes.size())
        ++result[key];
    }
  }
  return result;
}

std::optional<fingerprint> share_votes::winner(size_t k) const {
  std::optional<fingerprint> result;
  size_t most = 0;
  for (const auto& [key, shares] : count()) {
    if (shares > most) {
      result = key;
      most = shares;
    } else if (shares == most) {
      result.reset();
    }
  }
  return most >= k ? result : std::nullopt;
}

} // namespace carillon::identity
