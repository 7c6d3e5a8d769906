#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/interfaces.hpp"
#include "actors/linked_transport.hpp"
#include "actors/node_context.hpp"
#include "actors/restart_limit.hpp"
#include "actors/sip_reception.hpp"
#include "actors/sip_settings.hpp"
#include "actors/sip_transport.hpp"
#include "actors/sleeping_users.hpp"
#include "protocols/sip/memory_budget.hpp"

#include <botan/chacha_rng.h>
#include <caf/stateful_actor.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace carillon {

/// What the adapters of a node need.
struct sip_switch_config {
  node_context_ptr node;
  sip_settings_ptr settings;
  std::shared_ptr<sip_transport> transport;
  /// The peers of this node through which its users are reached; at least one.
  chord::peer_list places;
  ring_reader_actor reader;
  key_keeper_actor keys;
  /// Where adapters are entered under their users' names.
  std::shared_ptr<addressee_directory> addressees;
  /// Seeds the generators of all adapters; at least 32 random bytes.
  bytes seed;
};

/// The adapters of a node.
struct sip_switch_state {
  static constexpr const char* name = "sip_switch";

  explicit sip_switch_state(sip_switch_actor::pointer owner)
    : self(owner) {}

  sip_switch_state(const sip_switch_state&) = delete;

  /// Ends all adapters.
  ~sip_switch_state();

  void start(sip_switch_config config);
  void on_arrival(const sip_arrival& arrival);
  void on_tick();
  void on_down(const caf::down_msg& msg);
  /// An adapter is idle.
  void on_idle(const std::string& user, uint64_t handled, bool admitted);

  sip_switch_actor::pointer self;

private:
  struct child {
    sip_adapter_actor handle;
    restart_limit restarts;
    /// Messages that were passed to it.
    uint64_t passed = 0;
    /// Those of them that have no answer yet; their credits count them out,
    /// wherever they are given back.
    std::shared_ptr<std::atomic<size_t>> pending =
      std::make_shared<std::atomic<size_t>>(0);
  };

  void load();
  void on_loaded(const loaded_notes& notes);
  void put_to_sleep(const std::string& user, timestamp until);
  void wake_due();
  void request_tick(timestamp due);
  void on_response(const sip_arrival& arrival);
  void on_request(const sip_arrival& arrival);
  void on_registration(const sip_arrival& arrival, const sip::message& request);
  void on_invite(const sip_arrival& arrival, const sip::message& request);
  void admit_newcomer(const std::string& user, const sip_arrival& arrival,
                      const sip::message& request);
  [[nodiscard]] std::optional<std::string>
  routed_user(const sip::message& request) const;
  [[nodiscard]] expected<std::string>
  user_of(const sip::name_addr& address) const;
  void pass(const std::string& user, const sip_arrival& arrival);
  void pass_request(const std::string& user, const sip_arrival& arrival,
                    const sip::message& request);
  void send(child& to, const sip_arrival& arrival);
  /// Gives a user's adapter, spawning it when there is room; null when there is
  /// none.
  [[nodiscard]] child* adapter_of(const std::string& user);
  void spawn(const std::string& user, child& which);

  sip_switch_config config_;
  /// Knows the way to phones and to other nodes.
  std::shared_ptr<linked_transport> transport_;
  delivery_actor link_intake_;
  std::unique_ptr<Botan::ChaCha_RNG> rng_;
  std::optional<sip_reception> reception_;
  std::shared_ptr<sip::memory_budget> memory_;
  /// It is known who was registered before the node started.
  bool loaded_ = false;
  /// Who had phones registered when the node went down: these users are known
  /// here, even while they have no adapter because their keys cannot be read.
  std::unordered_set<std::string> reachable_;
  std::unordered_map<std::string, child> adapters_;
  /// How many there are, for the figures of the node.
  gauge_part adapters_count_;
  sleeping_users sleeping_;
  /// When the next tick comes.
  alarm alarm_;
  /// First REGISTERs under way; their credits count them out, wherever they are
  /// given back.
  std::shared_ptr<std::atomic<size_t>> newcomers_ =
    std::make_shared<std::atomic<size_t>>(0);
  std::unordered_map<caf::actor_addr, std::string> names_;
};

/// Brings SIP messages to the adapters they concern, spawns those when a user
/// registers with what an adapter would accept, brings them back when they die,
/// ends those that are idle, and answers what concerns nobody. No user's
/// adapter gets more requests at a time than `settings.max_user_requests`: the
/// others' go on. It keeps no SIP transactions: what it answers by itself it
/// answers each time anew (RFC 3261 section 8.2.7). Until it knows who was
/// registered before it started it refuses requests with a 503: it would tell
/// phones that users are not there who are.
sip_switch_actor::behavior_type
sip_switch(sip_switch_actor::stateful_pointer<sip_switch_state> self,
           sip_switch_config config);

} // namespace carillon
