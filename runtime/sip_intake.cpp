#include "runtime/sip_intake.hpp"

#include "protocols/sip/build.hpp"
#include "protocols/sip/parser.hpp"
#include "protocols/sip/via.hpp"
#include "runtime/defaults.hpp"
#include "runtime/edge/sip_edge.hpp"

#include <caf/all.hpp>

#include <utility>

namespace carillon {

sip_intake::sip_intake(logger log, std::shared_ptr<const clock> time,
                       bytes secret)
  : log_(log)
  , limited_(std::move(log), std::move(time), defaults::refusal_lines)
  , tokens_(std::move(secret)) {}

void sip_intake::connect(sip_switch_actor target, sip_edge& edge) {
  target_ = std::move(target);
  edge_ = &edge;
}

void sip_intake::on_datagram(byte_view data, const sip::flow& source,
                             message_credit credit) {
  on_stream_message(data, source, std::move(credit));
}

void sip_intake::on_stream_message(byte_view data, const sip::flow& source,
                                   message_credit credit) {
  auto parsed = sip::parse_message(data);
  if (!parsed) {
    refuse(parsed.error(), source, data.size());
    return;
  }
  caf::anon_send(
    target_,
    sip_arrival{std::make_shared<const sip::message>(std::move(*parsed)),
                source, std::make_shared<message_credit>(std::move(credit))});
}

void sip_intake::on_stream_refused(const sip::refused_message& refused,
                                   const sip::flow& source) {
  refuse(refused, source, 0);
}

void sip_intake::refuse(const sip::refused_message& refused,
                        const sip::flow& source, size_t size) {
  on_refused(source, refused.why);
  const auto tag =
    refused.request ? tokens_.to_tag(*refused.request) : std::string{};
  const auto answer = sip::make_refusal(refused, source, tag);
  if (!answer)
    return;
  if (auto text = sip::print_answer(*answer, size, source.kind))
    edge_->send(sip::response_flow(answer->top_via(), source),
                std::move(*text));
}

void sip_intake::on_closed(const sip::flow& path, const error& why) {
  log_.write(log_level::debug, {},
             [&] { return to_string(path) + ": " + to_string(why); });
}

void sip_intake::on_refused(const sip::flow& source, const error& why) {
  limited_.write(log_level::warning,
                 "refused what came from " + to_string(source) + ": "
                   + to_string(why));
}

} // namespace carillon
