#include "actors/sip_link_intake.hpp"

#include "actors/quiet.hpp"
#include "protocols/sip/parser.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

delivery_actor::behavior_type
sip_link_intake(delivery_actor::stateful_pointer<sip_link_intake_state> self,
                sip_switch_actor target,
                const std::shared_ptr<linked_transport>& transport,
                const logger& log) {
  be_quiet(self);
  return {
    [self, target = std::move(target), transport, log](
      deliver_atom, const chord::peer_ref& from, const p2psip::delivery& msg) {
      auto parsed = sip::parse_message(msg.content);
      if (!parsed) {
        log.write(log_level::debug, {}, [&] {
          return "no SIP message from peer " + chord::brief(from.id) + ": "
            + to_string(parsed.error().why);
        });
        return;
      }
      self->send(
        target,
        sip_arrival{std::make_shared<const sip::message>(std::move(*parsed)),
                    transport->path_to(from),
                    {}});
    },
  };
}

} // namespace carillon
