#include "protocols/link/overlay_codec.hpp"

#include "protocols/link/field_checks.hpp"
#include "protocols/link/message_codec.hpp"

namespace carillon::link {

void write(wire::Overlay& field, const overlay_frame& what) {
  field.set_to(identity::to_wire(what.to.data()));
  write(*field.mutable_from(), what.from);
  std::visit([&](const auto& body) { write_body(field, body); }, what.body);
}

expected<overlay_frame> read_overlay(const wire::Overlay& field) {
  field_checks check;
  overlay_frame result{check.id(field.to()), check.peer(field.from()), {}};
  if (auto body = read_chord_body(field)) {
    if (!*body)
      return tl::unexpected{body->error()};
    result.body = **std::move(body);
  } else if (auto other = read_p2psip_body(field)) {
    if (!*other)
      return tl::unexpected{other->error()};
    result.body = **std::move(other);
  } else {
    return fail(errc::unsupported_version,
                "an overlay message of an unknown kind");
  }
  return check.finish(std::move(result));
}

} // namespace carillon::link
