#include "protocols/identity/defaults.hpp"
#include "protocols/link/defaults.hpp"
#include "protocols/link/field_checks.hpp"
#include "protocols/link/message_codec.hpp"
#include "protocols/p2psip/defaults.hpp"

namespace carillon::link {

namespace {

/// Bytes that surround what a message carries.
constexpr size_t surroundings = 1024;

// What a peer may hold or say can be sent to another node.
static_assert(identity::defaults::max_answer + surroundings
              <= defaults::max_message);
static_assert(p2psip::defaults::max_message_size + surroundings
              <= defaults::max_message);

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

void write_one(wire::Overlay& frame, const p2psip::digest_request& msg) {
  auto& out = *frame.mutable_digest_request();
  out.set_request(msg.request);
  out.set_from(identity::to_wire(msg.range.from.data()));
  out.set_to(identity::to_wire(msg.range.to.data()));
}

void write_one(wire::Overlay& frame, const p2psip::digest_answer& msg) {
  auto& out = *frame.mutable_digest_answer();
  out.set_request(msg.request);
  for (const auto& part : msg.parts) {
    auto& field = *out.add_parts();
    field.set_count(part.count);
    field.set_digest(identity::to_wire(part.digest.data()));
  }
  for (const auto& tag : msg.records) {
    auto& field = *out.add_records();
    field.set_position(identity::to_wire(tag.position.data()));
    field.set_content(identity::to_wire(tag.content.data()));
    field.set_epoch(tag.epoch);
  }
}

void write_one(wire::Overlay& frame, const p2psip::copies_wanted& msg) {
  auto& out = *frame.mutable_copies_wanted();
  for (const auto& position : msg.positions)
    out.add_positions(identity::to_wire(position.data()));
}

void write_one(wire::Overlay& frame, const p2psip::outdated_notice& msg) {
  frame.mutable_outdated_notice()->set_key(msg.key);
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

p2psip::message read_one(field_checks& check, const wire::DigestRequest& from) {
  return p2psip::digest_request{from.request(),
                                {check.id(from.from()), check.id(from.to())}};
}

p2psip::message read_one(field_checks& check, const wire::DigestAnswer& from) {
  p2psip::digest_answer result;
  result.request = from.request();
  // A range is summed up in parts or listed, never both.
  check.require(from.parts().empty()
                  || (static_cast<size_t>(from.parts_size())
                        == p2psip::defaults::range_parts
                      && from.records().empty()),
                "parts of a range");
  check.limit(from.records_size(), p2psip::defaults::listed_records,
              "list of records");
  if (check.has_failed())
    return result;
  for (const auto& field : from.parts())
    result.parts.push_back(
      {check.number(field.count(), p2psip::defaults::records_per_peer,
                    "count of records"),
       check.fingerprint(field.digest())});
  for (const auto& field : from.records())
    result.records.push_back({check.id(field.position()),
                              check.fingerprint(field.content()),
                              field.epoch()});
  return result;
}

p2psip::message read_one(field_checks& check, const wire::CopiesWanted& from) {
  return p2psip::copies_wanted{
    check.ids(from.positions(), p2psip::defaults::listed_records)};
}

p2psip::message read_one(field_checks& check,
                         const wire::OutdatedNotice& from) {
  return p2psip::outdated_notice{
    check.text(from.key(), defaults::max_key, "key of a record")};
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
  case wire::Overlay::kDigestRequest:
    return read_record_kind(frame.digest_request());
  case wire::Overlay::kDigestAnswer:
    return read_record_kind(frame.digest_answer());
  case wire::Overlay::kCopiesWanted:
    return read_record_kind(frame.copies_wanted());
  case wire::Overlay::kOutdatedNotice:
    return read_record_kind(frame.outdated_notice());
  default:
    return std::nullopt;
  }
}

} // namespace carillon::link
