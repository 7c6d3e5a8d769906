#include "protocols/sip/stored_bindings.hpp"

#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

#include <limits>

namespace carillon::sip {

namespace {

constexpr uint32_t max_port = std::numeric_limits<uint16_t>::max();

/// The largest list that is looked at: what REGISTERs can bring about.
constexpr size_t max_stored_size =
  defaults::max_bindings * defaults::max_message_size;

bytes encode_binding(const binding& phone) {
  wire::Binding message;
  message.set_version(wire::format_version);
  message.set_contact(to_string(phone.contact));
  message.set_q(phone.q);
  message.set_call_id(phone.call_id);
  message.set_cseq(phone.cseq);
  message.set_expires(identity::to_wire(phone.expires));
  message.set_transport(static_cast<uint32_t>(phone.source.kind));
  message.set_remote_address(phone.source.remote_address);
  message.set_remote_port(phone.source.remote_port);
  message.set_local_address(phone.source.local_address);
  message.set_local_port(phone.source.local_port);
  return wire::encode(message);
}

expected<binding> decode_binding(byte_view data) {
  const auto message =
    wire::decode<wire::Binding>(data, defaults::max_message_size, "binding");
  if (!message)
    return tl::unexpected{message.error()};
  auto contact = name_addr::parse(message->contact());
  if (!contact)
    return tl::unexpected{contact.error()};
  auto target = uri::parse(contact->address);
  if (!target)
    return tl::unexpected{target.error()};
  const auto expires = identity::time_from_wire(message->expires());
  if (!expires || message->transport() > static_cast<uint32_t>(transport::tls)
      || message->remote_port() > max_port || message->local_port() > max_port)
    return fail(errc::malformed, "binding");
  return binding{
    *std::move(contact),
    *std::move(target),
    message->q(),
    message->call_id(),
    message->cseq(),
    *expires,
    {static_cast<transport>(message->transport()), message->remote_address(),
     static_cast<uint16_t>(message->remote_port()), message->local_address(),
     static_cast<uint16_t>(message->local_port()), 0}};
}

} // namespace

bytes encode_bindings(const std::vector<binding>& phones) {
  wire::Bindings message;
  message.set_version(wire::format_version);
  for (const auto& phone : phones)
    message.add_bindings(identity::to_wire(encode_binding(phone)));
  return wire::encode(message);
}

expected<std::vector<binding>> decode_bindings(byte_view data) {
  const auto message =
    wire::decode<wire::Bindings>(data, max_stored_size, "bindings");
  if (!message)
    return tl::unexpected{message.error()};
  std::vector<binding> result;
  for (const auto& item : message->bindings()) {
    auto phone = decode_binding(as_bytes(item));
    if (!phone)
      return tl::unexpected{phone.error()};
    result.push_back(*std::move(phone));
  }
  return result;
}

} // namespace carillon::sip
