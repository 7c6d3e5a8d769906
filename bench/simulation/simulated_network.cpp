#include "bench/simulation/simulated_network.hpp"

#include "protocols/link/frames.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

struct stand_in_state {
  static constexpr const char* name = "stand_in";
};

using stand_in_ptr = peer_actor::stateful_pointer<stand_in_state>;

/// Says a message as a link would, and gives what the other side understands.
expected<overlay_message> pass_through_link(const chord::peer_ref& to,
                                            const overlay_message& msg) {
  const auto data =
    link::encode(link::overlay_frame{to.id, msg.from, msg.body});
  auto got = link::decode_frame(data);
  if (!got)
    return tl::unexpected{got.error()};
  auto& frame = std::get<link::overlay_frame>(*got);
  return overlay_message{std::move(frame.from), std::move(frame.body), nullptr};
}

/// Stands for a peer of another node, and hands on what services of the peer's
/// own node ask it.
peer_actor::behavior_type
stand_in(stand_in_ptr self, simulated_network* network, chord::peer_ref peer) {
  self->set_default_handler(caf::drop);
  const auto real = [network, peer] {
    return network->actor_of(peer);
  };
  return {
    [=](tick_atom) { self->send(real(), tick_atom_v); },
    [=](const overlay_message& msg) { network->transmit(peer, msg); },
    [=](const ring_place& place) { self->send(real(), place); },
    [=](fingers_atom, const chord::finger_table_ptr& table) {
      self->send(real(), fingers_atom_v, table);
    },
    [=](failed_atom, const chord::ring_id& id) {
      self->send(real(), failed_atom_v, id);
    },
    [=](lookup_atom, const chord::ring_id& key,
        const chord::lookup_options& options) {
      return self->delegate(real(), lookup_atom_v, key, options);
    },
    [=](put_atom, const p2psip::shared_bytes& record) {
      return self->delegate(real(), put_atom_v, record);
    },
    [=](get_atom, const std::string& key, uint8_t rank) {
      return self->delegate(real(), get_atom_v, key, rank);
    },
    [=](repair_atom, const chord::peer_ref& holder, const std::string& key) {
      self->send(real(), repair_atom_v, holder, key);
    },
    [=](deliver_atom, const chord::peer_ref& to, const p2psip::delivery& what) {
      self->send(real(), deliver_atom_v, to, what);
    },
    [=](const chord::ring_id& id, trust::outcome what) {
      self->send(real(), id, what);
    },
    [=](view_atom, const chord::ring_id& id) {
      return self->delegate(real(), view_atom_v, id);
    },
    [=](view_atom) { return self->delegate(real(), view_atom_v); },
    [=](leave_atom) { return self->delegate(real(), leave_atom_v); },
  };
}

/// Tells whether peers say this to find an owner, not to keep the ring.
bool is_of_lookup(const chord::message& said) {
  return std::holds_alternative<chord::lookup>(said)
    || std::holds_alternative<chord::lookup_answer>(said)
    || std::holds_alternative<chord::get_next_hop>(said)
    || std::holds_alternative<chord::next_hop>(said)
    || std::holds_alternative<chord::get_routes>(said)
    || std::holds_alternative<chord::routes>(said);
}

} // namespace

simulated_network::simulated_network(caf::actor_system& system,
                                     std::mt19937_64& random,
                                     network_conditions how)
  : system_(&system)
  , random_(&random)
  , how_(how) {}

void simulated_network::end() {
  for (const auto& [id, handle] : stand_ins_)
    caf::anon_send_exit(handle, caf::exit_reason::kill);
}

void simulated_network::transmit(const chord::peer_ref& to,
                                 const overlay_message& msg) {
  const auto receiver = actor_of(to);
  if (same_node(msg.from, to)) {
    if (receiver)
      caf::anon_send(receiver, msg);
    return;
  }
  count(msg);
  if (!interceptor_ || !interceptor_->intercept(to, msg))
    deliver(to, msg);
}

void simulated_network::carry(const chord::peer_ref& to,
                              const overlay_message& msg) {
  count(msg);
  deliver(to, msg);
}

void simulated_network::count(const overlay_message& msg) {
  ++sent_;
  if (std::holds_alternative<p2psip::message>(msg.body))
    ++sent_about_records_;
  else if (is_of_lookup(std::get<chord::message>(msg.body)))
    ++sent_for_lookups_;
}

void simulated_network::deliver(const chord::peer_ref& to,
                                const overlay_message& msg) {
  const auto receiver = actor_of(to);
  const auto said = how_.are_encoded
    ? pass_through_link(to, msg)
    : overlay_message{msg.from, msg.body, nullptr};
  if (!said) {
    ++refused_;
    return;
  }
  if (!receiver || (is_here_ && is_here_(msg.from) != is_here_(to)))
    return;
  std::uniform_real_distribution<double> dice;
  for (auto copies = dice(*random_) < how_.duplication ? 2 : 1; copies > 0;
       --copies) {
    if (dice(*random_) < how_.loss)
      continue;
    const auto spread = how_.longest_delay - how_.shortest_delay;
    const auto delay = how_.shortest_delay
      + std::chrono::duration_cast<duration>(spread * dice(*random_));
    if (delay > duration::zero())
      caf::delayed_anon_send(receiver, delay, *said);
    else
      caf::anon_send(receiver, *said);
  }
}

peer_actor simulated_network::resolve(const chord::peer_ref& peer) {
  auto& result = stand_ins_[peer.id];
  if (!result)
    result = system_->spawn(stand_in, this, peer);
  return result;
}

void simulated_network::enter(const chord::peer_ref& peer, peer_actor handle) {
  peers_.enter(peer, std::move(handle));
}

void simulated_network::remove(const chord::peer_ref& peer,
                               const peer_actor& handle) {
  peers_.remove(peer, handle);
}

chord::peer_list simulated_network::contacts(size_t count,
                                             const chord::ring_id& except,
                                             std::minstd_rand& random) {
  return peers_.contacts(count, except, random);
}

} // namespace carillon
