#pragma once

#include "actors/interfaces.hpp"
#include "actors/linked_transport.hpp"

#include <caf/stateful_actor.hpp>

#include <memory>

namespace carillon {

/// What comes in over links.
struct sip_link_intake_state {
  static constexpr const char* name = "sip_link_intake";
};

/// Takes the SIP messages that adapters of other nodes send, and hands them to
/// the switch as if they had come from the network.
delivery_actor::behavior_type
sip_link_intake(delivery_actor::stateful_pointer<sip_link_intake_state> self,
                sip_switch_actor target,
                const std::shared_ptr<linked_transport>& transport,
                const logger& log);

} // namespace carillon
