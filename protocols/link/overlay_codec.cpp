#include "protocols/link/overlay_codec.hpp"

#include "protocols/link/defaults.hpp"
#include "protocols/link/field_checks.hpp"
#include "protocols/link/message_codec.hpp"
#include "protocols/wire/codec.hpp"

namespace carillon::link {

bytes encode(const overlay_frame& frame) {
  wire::Overlay message;
  message.set_to(identity::to_wire(frame.to.data()));
  write(*message.mutable_from(), frame.from);
  std::visit([&](const auto& body) { write_body(message, body); }, frame.body);
  return wire::encode(message);
}

expected<overlay_frame> decode_overlay(byte_view data) {
  if (data.size() > defaults::max_message)
    return fail(errc::too_large, "overlay message");
  wire::Overlay message;
  if (!message.ParseFromArray(data.data(), static_cast<int>(data.size())))
    return fail(errc::malformed, "overlay message");
  field_checks check;
  overlay_frame result{check.id(message.to()), check.peer(message.from()), {}};
  if (auto body = read_chord_body(message)) {
    if (!*body)
      return tl::unexpected{(*body).error()};
    result.body = **std::move(body);
  } else if (auto other = read_p2psip_body(message)) {
    if (!*other)
      return tl::unexpected{(*other).error()};
    result.body = **std::move(other);
  } else {
    return fail(errc::unsupported_version,
                "an overlay message of an unknown kind");
  }
  return check.finish(std::move(result));
}

} // namespace carillon::link
