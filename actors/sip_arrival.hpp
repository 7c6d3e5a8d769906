#pragma once

#include "protocols/sip/flow.hpp"
#include "protocols/sip/message.hpp"

#include <memory>

namespace carillon {

/// A SIP message that came from the network.
struct sip_arrival {
  std::shared_ptr<const sip::message> message;
  sip::flow source;
  /// What the edge gets back, by destruction, when the message has been dealt
  /// with: of a request, when it has its final answer. May be null.
  std::shared_ptr<void> credit;
};

} // namespace carillon
