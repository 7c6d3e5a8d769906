#pragma once

#include "bench/simulation/virtual_ring.hpp"
#include "protocols/identity/verifier.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carillon {

/// What hostile peers do to others.
enum class misdeed : uint8_t {
  /// They answer nothing but questions of ring maintenance, so that they keep
  /// their places.
  drop = 1u << 0,
  /// They claim that the nearest of them to a key owns it.
  misroute = 1u << 1,
  /// They name only each other as successors, and themselves as predecessors.
  lie = 1u << 2,
  /// They change the records that they are asked for.
  tamper = 1u << 3,
  /// They give the oldest records that any of them has seen, and answers to
  /// former questions.
  replay = 1u << 4,
};

/// All of them.
inline constexpr std::array misdeeds{misdeed::drop, misdeed::misroute,
                                     misdeed::lie, misdeed::tamper,
                                     misdeed::replay};

/// Gives "drop", "misroute", "lie", "tamper" or "replay".
[[nodiscard]] std::string_view to_string(misdeed what) noexcept;

/// A set of misdeeds.
using misdeed_set = uint8_t;

/// Gives the misdeed of this name, or all for "all".
[[nodiscard]] misdeed_set parse_behaviour(std::string_view name) noexcept;

/// Hostile peers of a ring in virtual time. They work as others do; what they
/// say and hear is changed on its way. They know each other and share what they
/// know, have keys and tickets like everybody, and choose at random where they
/// could either drop or misroute, and either tamper or replay.
class hostile_peers final : public message_interceptor {
public:
  /// @param ring must outlive this object.
  hostile_peers(virtual_ring& ring, misdeed_set what)
    : ring_(ring)
    , what_(what) {}

  /// Makes a peer one of them.
  void add(const chord::peer_ref& peer) {
    peers_.emplace(peer.id, peer);
  }

  /// Takes a peer that has left the ring off the list.
  void remove(const chord::ring_id& id) {
    peers_.erase(id);
  }

  [[nodiscard]] bool contains(const chord::ring_id& id) const {
    return peers_.contains(id);
  }

  /// Begins the attack. Before they only watch.
  void begin() noexcept {
    has_begun_ = true;
  }

  bool intercept(const chord::peer_ref& to,
                 const overlay_message& msg) override;

private:
  /// A question for a record that one of them has been asked.
  struct question {
    identity::answer::nonce_type nonce;
    std::string key;
  };

  [[nodiscard]] bool does(misdeed one) const noexcept;
  [[nodiscard]] bool chooses(misdeed one, misdeed other);
  [[nodiscard]] bool on_arrival(const chord::peer_ref& at,
                                const overlay_message& msg);
  [[nodiscard]] bool on_lookup(const chord::peer_ref& at,
                               const chord::lookup& asked);
  [[nodiscard]] bool on_next_hop(const chord::peer_ref& at,
                                 const chord::peer_ref& asker,
                                 const chord::get_next_hop& asked);
  [[nodiscard]] bool on_routes(const chord::peer_ref& at,
                               const chord::peer_ref& asker,
                               const chord::get_routes& asked);
  [[nodiscard]] bool on_records(const chord::peer_ref& at,
                                const chord::peer_ref& asker,
                                const p2psip::message& said);
  [[nodiscard]] bool on_sent(const chord::peer_ref& to,
                             const overlay_message& msg);
  [[nodiscard]] bool on_answer(const chord::peer_ref& to,
                               const chord::peer_ref& from,
                               const p2psip::fetch_answer& given);
  void watch(const p2psip::shared_bytes& record);
  void say(const chord::peer_ref& from, const chord::peer_ref& to,
           chord::message body);

  /// Gives the first of them at or after a key.
  [[nodiscard]] const chord::peer_ref&
  accomplice(const chord::ring_id& key) const;

  /// Gives those after a peer.
  [[nodiscard]] chord::successor_list
  accomplices_after(const chord::ring_id& id) const;

  virtual_ring& ring_;
  misdeed_set what_;
  bool has_begun_ = false;
  std::map<chord::ring_id, chord::peer_ref> peers_;
  identity::verifier check_;
  // The oldest record that was seen for each key, and its epoch.
  std::unordered_map<std::string, std::pair<uint64_t, bytes>> archive_;
  // Sealed answers of each of them, by peer and key.
  std::map<std::pair<chord::ring_id, std::string>, bytes> answers_;
  // By asker, peer and number.
  std::map<std::tuple<chord::ring_id, chord::ring_id, uint64_t>, question>
    questions_;
};

} // namespace carillon
