#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/secp2psip/registrar.hpp"
#include "protocols/secp2psip/replay_cache.hpp"

#include <botan/chacha_rng.h>
#include <caf/stateful_actor.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace carillon {

/// What a bootstrap server needs.
struct bootstrap_config {
  node_context_ptr node;
  /// The bootstrap server's key, listed in the ring descriptor.
  std::shared_ptr<const identity::key_pair> keys;
  /// The peer of this process through which it stores records and answers;
  /// looked up each time, since a peer that died comes back under another
  /// handle.
  chord::peer_ref place;
  /// Seeds its own generator; at least 32 random bytes.
  bytes seed;
};

/// What a bootstrap server has under way.
struct bootstrap_state {
  static constexpr const char* name = "bootstrap";

  explicit bootstrap_state(delivery_actor::pointer owner)
    : self(owner) {}

  void start(bootstrap_config given);
  void on_delivery(const chord::peer_ref& from, const p2psip::delivery& msg);

  delivery_actor::pointer self;

private:
  [[nodiscard]] peer_actor peer() const {
    return config_.node->directory->asker(config_.place);
  }

  /// An admission whose records are being stored.
  struct pending {
    chord::peer_ref from;
    std::string trace;
    secp2psip::claimed_register claimed;
    std::optional<secp2psip::accepted_register> accepted;
    identity::admission_set admitted;
    // Shares that are not yet on disk.
    size_t missing = 0;
  };

  using pending_ptr = std::shared_ptr<pending>;

  void admit(const pending_ptr& entry);
  void remember(const pending_ptr& entry);
  void forget_old_nonces(timestamp now);
  void store_location(const pending_ptr& entry);
  void store_shares(const pending_ptr& entry);
  void confirm(const pending_ptr& entry);
  void refuse(const pending_ptr& entry, const error& why);
  void answer(const pending_ptr& entry, expected<bytes> content);

  bootstrap_config config_;
  secp2psip::local_registrar registrar_;
  secp2psip::replay_cache replays_;
  // The notes behind `replays_`, oldest first.
  std::deque<std::pair<timestamp, std::string>> notes_;
  identity::verifier check_;
  std::unique_ptr<Botan::ChaCha_RNG> rng_;
  size_t under_way_ = 0;
};

/// Admits names: takes SECP2PSIP REGISTER as deliveries, checks that the name
/// is free or the sender's and that the sender holds the key, splits the key
/// and stores the user's location and the shares, and answers REGISTERED when
/// all of it is on disk (SecP2PSIP section IV.2).
///
/// The location is stored first: its key's owner decides which of two
/// competing admissions of one name is the first.
delivery_actor::behavior_type
bootstrap(delivery_actor::stateful_pointer<bootstrap_state> self,
          bootstrap_config config);

} // namespace carillon
