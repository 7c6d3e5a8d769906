#pragma once

#include "actors/foreign_peer.hpp"
#include "protocols/chord/peer_ref.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

namespace carillon {

/// Handles of peers that do nothing.
class idle_peers : public testing::Test {
public:
  ~idle_peers() override {
    caf::anon_send_exit(one, caf::exit_reason::kill);
    caf::anon_send_exit(two, caf::exit_reason::kill);
  }

  peer_actor make_handle() {
    return system.spawn(foreign_peer, nullptr, chord::peer_ref{});
  }

  static chord::peer_ref make_peer(uint8_t index) {
    return {chord::ring_id::hash(bytes{index}), index, nullptr};
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  peer_actor one = make_handle();
  peer_actor two = make_handle();
};

} // namespace carillon
