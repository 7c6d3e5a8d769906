#include "protocols/secp2psip/message.hpp"

#include "protocols/secp2psip/field_reader.hpp"
#include "protocols/secp2psip/field_writer.hpp"

namespace carillon::secp2psip {

namespace {

constexpr uint64_t min_code = 400;
constexpr uint64_t max_code = 699;

constexpr std::string_view sip_field = "SIP Request";

// -- writing ------------------------------------------------------------------

void write_head(field_writer& writer, const message_head& head) {
  writer.number("Version", defaults::version);
  writer.hex("Ring", head.ring.data());
  writer.text("Suite", to_string(head.suite), defaults::max_name_size);
  writer.text("Mode", to_string(head.mode), defaults::max_name_size);
  writer.text("Name", head.name, defaults::max_name_size);
  writer.text("To", head.to, defaults::max_name_size);
  writer.hex("Nonce", head.nonce);
  const auto seconds =
    std::chrono::floor<std::chrono::seconds>(head.time).time_since_epoch();
  writer.number("Time", static_cast<uint64_t>(seconds.count()));
}

void write_answered(field_writer& writer, const answered_message& answered) {
  writer.hex("InReplyTo", answered.nonce);
  writer.hex("RequestHash", answered.hash.data());
}

void write_fields(field_writer& writer, const register_message& content) {
  writer.text("IP", content.location, defaults::max_location_size);
  writer.base64("PublicKey", content.public_key);
  writer.optional_base64("Location", content.location_envelope);
  writer.optional_base64("Succession", content.succession);
  // Only a renewal has one.
  if (content.admission)
    writer.base64("Admission", *content.admission);
}

void write_fields(field_writer& writer, const registered_message& content) {
  write_answered(writer, content.answered);
  writer.hex("Descriptor", content.descriptor.data());
  writer.base64("Admission", content.admission);
}

void write_fields(field_writer& writer, const invite_message& content) {
  writer.hex("Hash", identity::fingerprint::of(content.sip_request).data());
}

void write_fields(field_writer& writer, const redirect_message& content) {
  write_answered(writer, content.answered);
  writer.hex("Hash", identity::fingerprint::of(content.sip_response).data());
}

void write_fields(field_writer& writer, const refused_message& content) {
  write_answered(writer, content.answered);
  if (content.code < min_code || content.code > max_code)
    writer.refuse(errc::malformed, "field Code");
  writer.number("Code", content.code);
  writer.text("Reason", content.reason, defaults::max_reason_size);
}

/// Gives the SIP bytes of a message that carries some, else nothing.
byte_view sip_bytes(const any_message& content) {
  if (const auto* invite = std::get_if<invite_message>(&content))
    return invite->sip_request;
  if (const auto* redirect = std::get_if<redirect_message>(&content))
    return redirect->sip_response;
  return {};
}

// -- reading ------------------------------------------------------------------

/// Takes the value of a text field that names one of a few things.
template <class T, class Parse>
T read_choice(field_reader& reader, std::string_view name, Parse parse) {
  const auto text = reader.text(name, defaults::max_name_size);
  const auto value = parse(text);
  if (!value)
    reader.refuse(value.error().code, std::string{text});
  return value.value_or(T{});
}

message_head read_head(field_reader& reader) {
  reader.version();
  message_head head;
  head.ring = reader.fingerprint("Ring");
  head.suite =
    read_choice<identity::suite>(reader, "Suite", identity::parse_suite);
  head.mode = read_choice<identity::security_mode>(
    reader, "Mode", identity::parse_security_mode);
  head.name = reader.text("Name", defaults::max_name_size);
  head.to = reader.text("To", defaults::max_name_size);
  head.nonce = reader.hex<defaults::nonce_size>("Nonce");
  head.time =
    timestamp{std::chrono::seconds{reader.number("Time", defaults::max_time)}};
  return head;
}

answered_message read_answered(field_reader& reader) {
  answered_message result;
  result.nonce = reader.hex<defaults::nonce_size>("InReplyTo");
  result.hash = reader.fingerprint("RequestHash");
  return result;
}

/// Ends the signed part of a message.
void read_signature(field_reader& reader, received_message& result) {
  result.signed_bytes = to_bytes(reader.consumed());
  result.signature = reader.base64("SignedHash");
}

bytes read_sip_bytes(field_reader& reader, received_message& result) {
  const auto hash = reader.fingerprint("Hash");
  read_signature(reader, result);
  auto sip = to_bytes(reader.body(sip_field));
  if (identity::fingerprint::of(sip) != hash)
    reader.refuse(errc::hash_mismatch, "SIP bytes");
  return sip;
}

void read_fields(field_reader& reader, register_message& content,
                 received_message& result) {
  content.location = reader.text("IP", defaults::max_location_size);
  content.public_key = reader.base64("PublicKey");
  content.location_envelope = reader.optional_base64("Location");
  content.succession = reader.optional_base64("Succession");
  if (reader.is_next("Admission"))
    content.admission = reader.base64("Admission");
  read_signature(reader, result);
}

void read_fields(field_reader& reader, registered_message& content,
                 received_message& result) {
  content.answered = read_answered(reader);
  content.descriptor = reader.fingerprint("Descriptor");
  content.admission = reader.base64("Admission");
  read_signature(reader, result);
}

void read_fields(field_reader& reader, invite_message& content,
                 received_message& result) {
  content.sip_request = read_sip_bytes(reader, result);
}

void read_fields(field_reader& reader, redirect_message& content,
                 received_message& result) {
  content.answered = read_answered(reader);
  content.sip_response = read_sip_bytes(reader, result);
}

void read_fields(field_reader& reader, refused_message& content,
                 received_message& result) {
  content.answered = read_answered(reader);
  const auto code = reader.number("Code", max_code);
  if (code < min_code)
    reader.refuse(errc::malformed, "field Code");
  content.code = static_cast<uint16_t>(code);
  content.reason = reader.text("Reason", defaults::max_reason_size);
  read_signature(reader, result);
}

template <class Content>
expected<received_message> decode_as(byte_view data) {
  field_reader reader{data};
  reader.line(Content::start_line);
  received_message result;
  Content content;
  content.head = read_head(reader);
  read_fields(reader, content, result);
  reader.end();
  if (reader.failure())
    return tl::unexpected{*reader.failure()};
  result.content = std::move(content);
  result.hash = identity::fingerprint::of(data);
  return result;
}

} // namespace

std::string_view answer_line(byte_view data) noexcept {
  const auto text = as_text(data);
  const auto line = text.substr(0, text.find('\r'));
  for (const auto known :
       {registered_message::start_line, redirect_message::start_line,
        refused_message::start_line})
    if (line == known)
      return known;
  return {};
}

message_head make_head(message_route route, identity::suite suite,
                       identity::security_mode mode, timestamp now,
                       Botan::RandomNumberGenerator& rng) {
  message_head result;
  result.ring = route.ring;
  result.suite = suite;
  result.mode = mode;
  result.name = std::move(route.name);
  result.to = std::move(route.to);
  rng.randomize(result.nonce.data(), result.nonce.size());
  result.time = now;
  return result;
}

const message_head& head_of(const any_message& content) {
  return std::visit(
    [](const auto& it) -> const message_head& { return it.head; }, content);
}

expected<bytes> encode_signed_part(const any_message& content) {
  field_writer writer;
  std::visit(
    [&](const auto& it) {
      writer.line(it.start_line);
      write_head(writer, it.head);
      write_fields(writer, it);
    },
    content);
  return writer.finish();
}

expected<bytes> complete(const any_message& content, bytes signed_part,
                         byte_view signature) {
  field_writer writer{std::move(signed_part)};
  writer.base64("SignedHash", signature);
  if (const auto sip = sip_bytes(content); !sip.empty())
    writer.body(sip_field, sip);
  return writer.finish();
}

expected<received_message> decode(byte_view data) {
  if (data.size() > defaults::max_message_size)
    return fail(errc::too_large, "message");
  const auto text = as_text(data);
  const auto start_line = text.substr(0, text.find('\r'));
  if (start_line == register_message::start_line)
    return decode_as<register_message>(data);
  if (start_line == registered_message::start_line)
    return decode_as<registered_message>(data);
  if (start_line == invite_message::start_line)
    return decode_as<invite_message>(data);
  if (start_line == redirect_message::start_line)
    return decode_as<redirect_message>(data);
  if (start_line == refused_message::start_line)
    return decode_as<refused_message>(data);
  return fail(errc::malformed, "unknown start line");
}

} // namespace carillon::secp2psip
