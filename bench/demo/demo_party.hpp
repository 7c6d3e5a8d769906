#pragma once

#include "actors/interfaces.hpp"
#include "bench/demo/demo_ring.hpp"
#include "bench/demo/test_phone.hpp"
#include "protocols/identity/security_mode.hpp"
#include "runtime/sip_gateway.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace carillon {

/// What the parties of a demonstration share.
struct demo_stage {
  demo_ring& ring;
  bootstrap_server bootstrap;
  key_keeper_actor keys;
  std::shared_ptr<call_observer> observer;
  Botan::RandomNumberGenerator& rng;
  /// Takes the stores of the parties' own nodes.
  std::filesystem::path directory;
};

/// Starts what the parties share: a bootstrap server on a node of the ring, and
/// a keeper of keys that lie in `directory`.
/// @param bootstrap_peer the number of that node.
/// @param ring and `rng` must outlive the stage.
[[nodiscard]] demo_stage make_stage(demo_ring& ring, size_t bootstrap_peer,
                                    std::shared_ptr<call_observer> observer,
                                    const std::filesystem::path& directory,
                                    Botan::RandomNumberGenerator& rng);

/// A user of the demonstration: an adapter on a node of its own, and a phone.
class demo_party {
public:
  /// Starts the adapter and the phone.
  /// @param peer the number of the user's node in the ring.
  /// @returns what opening a store and listening give.
  [[nodiscard]] static expected<std::unique_ptr<demo_party>>
  make(demo_stage& stage, size_t peer, std::string user);

  /// Starts the adapter anew, at the same address, in this mode.
  /// @returns what `sip_gateway::open` gives.
  [[nodiscard]] expected<void> restart(identity::security_mode mode);

  [[nodiscard]] const identity::address_of_record& aor() const noexcept {
    return aor_;
  }

  /// Where the adapter listens, by UDP.
  [[nodiscard]] const endpoint& adapter() const noexcept {
    return adapter_;
  }

  /// The peer of the user's node.
  [[nodiscard]] const chord::peer_ref& place() const {
    return stage_.ring.peers()[peer_];
  }

  [[nodiscard]] test_phone& phone() noexcept {
    return *phone_;
  }

  /// Makes the keys of a user, as the node does at the first registration.
  /// @returns what the key vault gives.
  [[nodiscard]] expected<void> make_keys(const std::string& user);

  /// Finds where a user's adapter is.
  [[nodiscard]] location_reading
  find(const identity::address_of_record& user) const;

  /// Rebuilds a user's key.
  [[nodiscard]] key_reading
  read_key(const identity::address_of_record& user) const;

private:
  demo_party(demo_stage& stage, size_t peer, std::string user,
             std::shared_ptr<storage::record_store> store);

  demo_stage& stage_;
  size_t peer_;
  identity::address_of_record aor_;
  endpoint adapter_{"127.0.0.1", 0};
  // The ring's context, with a store of the party's own for what its adapter
  // must remember.
  node_context_ptr context_;
  ring_reader_actor reader_;
  std::unique_ptr<sip_gateway> gateway_;
  std::optional<test_phone> phone_;
};

} // namespace carillon
