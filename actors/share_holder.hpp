#pragma once

#include "actors/record_client.hpp"
#include "actors/replicator.hpp"
#include "actors/share_holder_config.hpp"
#include "protocols/p2psip/record_keeper.hpp"

#include <caf/stateful_actor.hpp>

#include <optional>
#include <vector>

namespace carillon {

struct peer_config;

/// The records of one peer's arc and the copies it keeps for others.
struct share_holder_state {
  static constexpr const char* name = "share_holder";

  explicit share_holder_state(share_holder_actor::pointer owner)
    : self(owner) {}

  void start(share_holder_config given);
  void on_message(const overlay_message& msg);
  void on_neighbours(const chord::member_view& view);
  void on_tick();
  caf::typed_response_promise<left_atom> leave();

  share_holder_actor::pointer self;
  std::optional<record_client> client;

private:
  using entry = p2psip::record_keeper::entry;

  void load();
  void on_loaded(const loaded_records& records);
  void restore(const p2psip::shared_bytes& record);
  void finish_loading();
  void handle(const chord::peer_ref& from, const p2psip::message& msg);
  void on_store(const chord::peer_ref& from, const p2psip::store_request& msg);
  void on_copy(const chord::peer_ref& from, const p2psip::copy_request& msg);
  void on_fetch(const chord::peer_ref& from, const p2psip::fetch_request& msg);
  template <class Done>
  void verify(const p2psip::shared_bytes& record, Done done);
  template <class Done>
  void write(const entry& offered, bool fresh, Done done);
  void queue_repairs(const chord::ring_id& from, const chord::ring_id& to,
                     const chord::peer_list& targets);
  void send_repairs();
  void finish_leaving();
  bool send(const chord::peer_ref& to, p2psip::message body);
  void request_tick();

  share_holder_config config_;
  p2psip::record_keeper keeper_;
  std::optional<replicator> copies_;
  chord::member_view neighbours_;
  // Whom this peer's records were copied to.
  chord::peer_list copied_to_;
  // Messages that came before the records were read from the store.
  bool loading_ = true;
  size_t to_restore_ = 0;
  std::vector<overlay_message> early_;
  /// The neighbours that were told of meanwhile: what they need can be said
  /// only when the records are there.
  std::optional<chord::member_view> early_view_;
  caf::typed_response_promise<left_atom> leaving_;
  timestamp leave_deadline_ = timestamp::max();
  timestamp next_expiry_{};
  timestamp next_tick_ = timestamp::max();
};

/// Makes the configuration of a peer's share holder.
[[nodiscard]] share_holder_config
make_share_holder_config(const peer_config& config, const peer_actor& peer);

/// Keeps the records of a peer's arc: verifies each before it is stored,
/// writes it, has its copies written by the next peers and answers when all of
/// that is on disk. Repairs copies when the neighbours change, and asks the
/// holders of other arcs for their records.
share_holder_actor::behavior_type
share_holder(share_holder_actor::stateful_pointer<share_holder_state> self,
             share_holder_config config);

} // namespace carillon
