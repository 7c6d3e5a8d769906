#pragma once

#include "protocols/chord/peer_ref.hpp"

#include <initializer_list>
#include <memory>
#include <utility>

namespace carillon::chord {

/// The next peers clockwise, nearest first. It does not change, and copies
/// share it: a peer's list goes to its helpers, its neighbours and everybody
/// who has looked up one of its keys.
class successor_list {
public:
  using value_type = peer_ref;
  using const_iterator = peer_list::const_iterator;
  using iterator = const_iterator;

  successor_list() = default;

  // A list of peers is one wherever it comes from.
  successor_list(peer_list peers) {
    if (!peers.empty())
      peers_ = std::make_shared<const peer_list>(std::move(peers));
  }

  successor_list(std::initializer_list<peer_ref> peers) {
    if (peers.size() > 0)
      peers_ = std::make_shared<const peer_list>(peers);
  }

  /// Gives the peers; the reference is good as long as a copy of the list is.
  [[nodiscard]] const peer_list& peers() const noexcept {
    static const peer_list none;
    return peers_ ? *peers_ : none;
  }

  operator const peer_list&() const noexcept {
    return peers();
  }

  [[nodiscard]] const_iterator begin() const noexcept {
    return peers().begin();
  }

  [[nodiscard]] const_iterator end() const noexcept {
    return peers().end();
  }

  [[nodiscard]] size_t size() const noexcept {
    return peers_ ? peers_->size() : 0;
  }

  [[nodiscard]] bool empty() const noexcept {
    return !peers_;
  }

  /// @pre not empty
  [[nodiscard]] const peer_ref& front() const noexcept {
    return peers_->front();
  }

  /// @pre not empty
  [[nodiscard]] const peer_ref& back() const noexcept {
    return peers_->back();
  }

  /// @pre `position` is below `size`
  [[nodiscard]] const peer_ref& operator[](size_t position) const noexcept {
    return (*peers_)[position];
  }

  friend bool operator==(const successor_list& lhs,
                         const successor_list& rhs) noexcept {
    return lhs.peers_ == rhs.peers_ || lhs.peers() == rhs.peers();
  }

private:
  // Null when there are none.
  std::shared_ptr<const peer_list> peers_;
};

} // namespace carillon::chord
