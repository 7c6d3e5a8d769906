#pragma once

#include "actors/arc_keeper.hpp"
#include "actors/record_client.hpp"
#include "actors/replicator.hpp"
#include "actors/share_holder_config.hpp"

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
  void on_outdated(const chord::peer_ref& holder, const std::string& key);
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
  template <class Atom, class Done>
  void verify(Atom how, const p2psip::shared_bytes& record, Done done);
  template <class Done>
  void write(const entry& offered, bool fresh, Done done);
  void find_owner(const chord::ring_id& key,
                  const arc_keeper::found_function& then);
  void finish_leaving();
  bool send(const chord::peer_ref& to, p2psip::message body);
  void request_tick();

  share_holder_config config_;
  p2psip::record_keeper keeper_;
  /// What the keeper holds, for the figures of the node.
  gauge_part held_;
  std::optional<replicator> copies_;
  std::optional<arc_keeper> arc_;
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
  alarm alarm_;
};

/// Makes the configuration of a peer's share holder.
[[nodiscard]] share_holder_config
make_share_holder_config(const peer_config& config, const peer_actor& peer);

/// Keeps the records of a peer's arc: verifies each before it is stored,
/// writes it, has its copies written by the next peers and answers when all of
/// that is on disk. Compares what it has with the holders of the copies when
/// the neighbours change, now and then, and when a reader has seen a
/// difference; asks the holders of other arcs for their records.
share_holder_actor::behavior_type
share_holder(share_holder_actor::stateful_pointer<share_holder_state> self,
             share_holder_config config);

} // namespace carillon
