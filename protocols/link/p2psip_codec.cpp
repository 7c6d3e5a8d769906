#include "protocols/identity/defaults.hpp"
#include "protocols/link/defaults.hpp"
#include "protocols/link/field_checks.hpp"
#include "protocols/link/message_codec.hpp"
#include "protocols/p2psip/defaults.hpp"

namespace carillon::link {

namespace {

// -- writing ------------------------------------------------------------------

void write_one(wire::Overlay& frame, const p2psip::store_request& msg) {
  auto& out = *frame.mutable_store_request();
  out.set_request(msg.request);
  out.set_record(identity::to_wire(*msg.record));
}

void write_one(wire::Overlay& frame, const p2psip::store_answer& msg) {
  auto& out = *frame.mutable_store_answer();
  out.set_request(msg.request);
  if (msg.refusal)
    write(*out.mutable_refusal(), *msg.refusal);
  out.set_copies(static_cast<uint32_t>(msg.copies));
}

void write_one(wire::Overlay& frame, const p2psip::copy_request& msg) {
  auto& out = *frame.mutable_copy_request();
  out.set_request(msg.request);
  out.set_record(identity::to_wire(*msg.record));
}

void write_one(wire::Overlay& frame, const p2psip::copy_answer& msg) {
  auto& out = *frame.mutable_copy_answer();
  out.set_request(msg.request);
  if (msg.refusal)
    write(*out.mutable_refusal(), *msg.refusal);
}

void write_one(wire::Overlay& frame, const p2psip::fetch_request& msg) {
  auto& out = *frame.mutable_fetch_request();
  out.set_request(msg.request);
  out.set_nonce(identity::to_wire(msg.nonce));
  out.set_key(msg.key);
}

void write_one(wire::Overlay& frame, const p2psip::fetch_answer& msg) {
  auto& out = *frame.mutable_fetch_answer();
  out.set_request(msg.request);
  out.set_answer(identity::to_wire(msg.answer));
}

void write_one(wire::Overlay& frame, const p2psip::delivery& msg) {
  auto& out = *frame.mutable_delivery();
  out.set_addressee(msg.addressee);
  out.set_trace(msg.trace);
  out.set_content(identity::to_wire(msg.content));
}

// -- reading ------------------------------------------------------------------

p2psip::shared_bytes read_record(field_checks& check,
                                 const std::string& field) {
  return std::make_shared<const bytes>(
    check.data(field, p2psip::defaults::max_record_size, "record"));
}

template <class Fields>
std::optional<error> read_refusal(field_checks& check, const Fields& from) {
  if (!from.has_refusal())
    return std::nullopt;
  return check.refusal(from.refusal());
}

p2psip::message read_one(field_checks& check, const wire::StoreRequest& from) {
  return p2psip::store_request{from.request(),
                               read_record(check, from.record())};
}

p2psip::message read_one(field_checks& check, const wire::StoreAnswer& from) {
  return p2psip::store_answer{from.request(), read_refusal(check, from),
                              from.copies()};
}

p2psip::message read_one(field_checks& check, const wire::CopyRequest& from) {
  return p2psip::copy_request{from.request(),
                              read_record(check, from.record())};
}

p2psip::message read_one(field_checks& check, const wire::CopyAnswer& from) {
  return p2psip::copy_answer{from.request(), read_refusal(check, from)};
}

p2psip::message read_one(field_checks& check, const wire::FetchRequest& from) {
  constexpr auto nonce_size = std::tuple_size_v<identity::answer::nonce_type>;
  return p2psip::fetch_request{
    from.request(), check.array<nonce_size>(from.nonce(), "nonce"),
    check.text(from.key(), defaults::max_key, "key of a record")};
}

p2psip::message read_one(field_checks& check, const wire::FetchAnswer& from) {
  return p2psip::fetch_answer{
    from.request(),
    check.data(from.answer(), identity::defaults::max_answer, "answer")};
}

p2psip::message read_one(field_checks& check, const wire::Delivery& from) {
  return p2psip::delivery{
    check.text(from.addressee(), defaults::max_addressee, "addressee"),
    check.text(from.trace(), defaults::max_trace, "trace id"),
    check.data(from.content(), p2psip::defaults::max_message_size,
               "content of a delivery")};
}

template <class Fields>
expected<p2psip::message> read_record_kind(const Fields& from) {
  field_checks check;
  return check.finish(read_one(check, from));
}

} // namespace

void write_body(wire::Overlay& frame, const p2psip::message& body) {
  std::visit([&](const auto& msg) { write_one(frame, msg); }, body);
}

std::optional<expected<p2psip::message>>
read_p2psip_body(const wire::Overlay& frame) {
  switch (frame.body_case()) {
  case wire::Overlay::kStoreRequest:
    return read_record_kind(frame.store_request());
  case wire::Overlay::kStoreAnswer:
    return read_record_kind(frame.store_answer());
  case wire::Overlay::kCopyRequest:
    return read_record_kind(frame.copy_request());
  case wire::Overlay::kCopyAnswer:
    return read_record_kind(frame.copy_answer());
  case wire::Overlay::kFetchRequest:
    return read_record_kind(frame.fetch_request());
  case wire::Overlay::kFetchAnswer:
    return read_record_kind(frame.fetch_answer());
  case wire::Overlay::kDelivery:
    return read_record_kind(frame.delivery());
  default:
    return std::nullopt;
  }
}

} // namespace carillon::link
