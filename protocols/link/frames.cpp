#include "protocols/link/frames.hpp"

#include "protocols/identity/defaults.hpp"
#include "protocols/link/defaults.hpp"
#include "protocols/link/field_checks.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/link.pb.h"

namespace carillon::link {

namespace {

// -- writing ------------------------------------------------------------------

void write_one(wire::Frame& out, const hello& what) {
  auto& field = *out.mutable_hello();
  field.set_min_version(what.min_version);
  field.set_max_version(what.max_version);
  if (what.ring)
    field.set_ring(identity::to_wire(what.ring->data()));
  field.set_descriptor_version(what.descriptor_version);
  field.set_time(identity::to_wire(what.time));
  field.set_incarnation(what.incarnation);
  field.set_ticket(identity::to_wire(what.ticket));
  field.set_peers(what.peers);
  field.set_endpoint(what.endpoint);
}

void write_one(wire::Frame& out, const overlay_frame& what) {
  write(*out.mutable_overlay(), what);
}

void write_one(wire::Frame& out, const heartbeat& what) {
  auto& field = *out.mutable_heartbeat();
  field.set_number(what.number);
  field.set_answer(what.is_answer);
}

void write_one(wire::Frame& out, const problem& what) {
  auto& field = *out.mutable_problem();
  write(*field.mutable_refusal(), what.why);
  field.set_closing(what.is_closing);
}

// -- reading ------------------------------------------------------------------

std::optional<identity::fingerprint> read_ring(field_checks& check,
                                               const std::string& field) {
  if (field.empty())
    return std::nullopt;
  return check.fingerprint(field);
}

expected<any_frame> read_hello(const wire::Hello& field) {
  field_checks check;
  hello result;
  result.min_version = field.min_version();
  result.max_version = field.max_version();
  result.ring = read_ring(check, field.ring());
  result.descriptor_version = field.descriptor_version();
  result.time = check.time(field.time());
  result.incarnation = field.incarnation();
  result.ticket = check.optional_data(field.ticket(),
                                      identity::defaults::max_ticket, "ticket");
  result.peers = field.peers();
  result.endpoint =
    check.text(field.endpoint(), identity::defaults::max_endpoint, "endpoint");
  return check.finish(any_frame{std::move(result)});
}

expected<any_frame> read_problem(const wire::Problem& field) {
  field_checks check;
  problem result{check.refusal(field.refusal()), field.closing()};
  return check.finish(any_frame{std::move(result)});
}

} // namespace

bytes encode(const any_frame& what) {
  wire::Frame out;
  std::visit([&](const auto& body) { write_one(out, body); }, what);
  return wire::encode(out);
}

expected<any_frame> decode_frame(byte_view data) {
  if (data.size() > defaults::max_message)
    return fail(errc::too_large, "link message");
  wire::Frame message;
  if (!message.ParseFromArray(data.data(), static_cast<int>(data.size())))
    return fail(errc::malformed, "link message");
  switch (message.body_case()) {
  case wire::Frame::kHello:
    return read_hello(message.hello());
  case wire::Frame::kOverlay:
    return read_overlay(message.overlay()).map([](overlay_frame&& what) {
      return any_frame{std::move(what)};
    });
  case wire::Frame::kHeartbeat:
    return heartbeat{message.heartbeat().number(),
                     message.heartbeat().answer()};
  case wire::Frame::kProblem:
    return read_problem(message.problem());
  case wire::Frame::BODY_NOT_SET:
    break;
  }
  return fail(errc::unsupported_version, "a link message of an unknown kind");
}

} // namespace carillon::link
