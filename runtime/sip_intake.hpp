#pragma once

#include "actors/clock.hpp"
#include "actors/interfaces.hpp"
#include "actors/log.hpp"
#include "protocols/sip/token_source.hpp"
#include "runtime/edge/sip_edge_handler.hpp"
#include "runtime/limited_log.hpp"

#include <memory>

namespace carillon {

class sip_edge;

/// Parses what the SIP edge takes in and hands it to the switch; answers and
/// logs what is no SIP.
class sip_intake final : public sip_edge_handler {
public:
  /// @param secret random bytes for the tags of refusals.
  sip_intake(logger log, std::shared_ptr<const clock> time, bytes secret);

  /// Tells where messages go and where answers leave. Call it before the edge's
  /// `io_context` runs; `edge` must outlive its running.
  void connect(sip_switch_actor target, sip_edge& edge);

  void on_datagram(byte_view data, const sip::flow& source,
                   message_credit credit) override;

  void on_stream_message(byte_view data, const sip::flow& source,
                         message_credit credit) override;

  void on_stream_refused(const sip::refused_message& refused,
                         const sip::flow& source) override;

  void on_closed(const sip::flow& path, const error& why) override;

  void on_refused(const sip::flow& source, const error& why) override;

private:
  /// @param size the bytes of what came; of no account on a stream.
  void refuse(const sip::refused_message& refused, const sip::flow& source,
              size_t size);

  logger log_;
  limited_log limited_;
  sip::token_source tokens_;
  sip_switch_actor target_;
  sip_edge* edge_ = nullptr;
};

} // namespace carillon
