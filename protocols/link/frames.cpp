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
  field.set_run(what.run);
  for (const auto& key : what.bootstrap)
    field.add_bootstrap(identity::to_wire(key.data()));
  field.set_relays(what.relays);
  field.set_member(what.is_member);
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

void write_one(wire::Frame& out, const join_request& what) {
  auto& field = *out.mutable_join_request();
  field.set_peers(what.peers);
  field.set_ticket(identity::to_wire(what.ticket));
}

void write_one(wire::Frame& out, const join_answer& what) {
  auto& field = *out.mutable_join_answer();
  for (const auto& descriptor : what.descriptors)
    field.add_descriptors(identity::to_wire(descriptor));
  field.set_ticket(identity::to_wire(what.ticket));
  if (what.refusal)
    write(*field.mutable_refusal(), *what.refusal);
}

void write_one(wire::Frame& out, const call_back_request& what) {
  auto& field = *out.mutable_call_back();
  field.set_node(identity::to_wire(what.node.data()));
  field.set_asker(identity::to_wire(what.asker.data()));
  field.set_endpoint(what.endpoint);
}

void write_one(wire::Tunnel& out, const tunnel_open& what) {
  out.set_open(identity::to_wire(what.node.data()));
}

void write_one(wire::Tunnel& out, const tunnel_offer& what) {
  out.set_offer(identity::to_wire(what.asker.data()));
}

void write_one(wire::Tunnel& out, const tunnel_data& what) {
  out.set_data(identity::to_wire(what.data));
}

void write_one(wire::Tunnel& out, const tunnel_credit& what) {
  out.set_credit(what.size);
}

void write_one(wire::Tunnel& out, const tunnel_close& what) {
  write(*out.mutable_close(), what.why);
}

void write_one(wire::Frame& out, const tunnel_frame& what) {
  auto& field = *out.mutable_tunnel();
  field.set_number(what.number);
  std::visit([&](const auto& body) { write_one(field, body); }, what.what);
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
  result.run = field.run();
  result.bootstrap = check.fingerprints(
    field.bootstrap(), identity::defaults::max_authorities, "bootstrap");
  result.relays = field.relays();
  result.is_member = field.member();
  return check.finish(any_frame{std::move(result)});
}

expected<any_frame> read_join_request(const wire::JoinRequest& field) {
  field_checks check;
  join_request result{field.peers(),
                      check.optional_data(field.ticket(),
                                          identity::defaults::max_ticket,
                                          "ticket")};
  return check.finish(any_frame{std::move(result)});
}

expected<any_frame> read_join_answer(const wire::JoinAnswer& field) {
  field_checks check;
  join_answer result;
  result.descriptors =
    check.list(field.descriptors(), defaults::max_descriptors,
               identity::defaults::max_descriptor, "descriptor");
  result.ticket = check.optional_data(field.ticket(),
                                      identity::defaults::max_ticket, "ticket");
  if (field.has_refusal())
    result.refusal = check.refusal(field.refusal());
  return check.finish(any_frame{std::move(result)});
}

expected<any_frame> read_call_back(const wire::CallBack& field) {
  field_checks check;
  call_back_request result;
  result.node = check.fingerprint(field.node());
  result.asker = check.fingerprint(field.asker());
  result.endpoint =
    check.text(field.endpoint(), identity::defaults::max_endpoint, "endpoint");
  return check.finish(any_frame{std::move(result)});
}

expected<any_frame> read_problem(const wire::Problem& field) {
  field_checks check;
  problem result{check.refusal(field.refusal()), field.closing()};
  return check.finish(any_frame{std::move(result)});
}

expected<any_frame> read_tunnel(const wire::Tunnel& field) {
  field_checks check;
  tunnel_frame result;
  result.number = field.number();
  switch (field.what_case()) {
  case wire::Tunnel::kOpen:
    result.what = tunnel_open{check.fingerprint(field.open())};
    break;
  case wire::Tunnel::kOffer:
    result.what = tunnel_offer{check.fingerprint(field.offer())};
    break;
  case wire::Tunnel::kData:
    result.what = tunnel_data{
      check.data(field.data(), defaults::max_tunnel_data, "tunnel data")};
    break;
  case wire::Tunnel::kCredit:
    check.require(field.credit() > 0, "tunnel credit");
    result.what = tunnel_credit{field.credit()};
    break;
  case wire::Tunnel::kClose:
    result.what = tunnel_close{check.refusal(field.close())};
    break;
  case wire::Tunnel::WHAT_NOT_SET:
    return fail(errc::unsupported_version,
                "a message about a tunnel of an unknown kind");
  }
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
  case wire::Frame::kJoinRequest:
    return read_join_request(message.join_request());
  case wire::Frame::kJoinAnswer:
    return read_join_answer(message.join_answer());
  case wire::Frame::kCallBack:
    return read_call_back(message.call_back());
  case wire::Frame::kTunnel:
    return read_tunnel(message.tunnel());
  case wire::Frame::BODY_NOT_SET:
    break;
  }
  return fail(errc::unsupported_version, "a link message of an unknown kind");
}

} // namespace carillon::link
