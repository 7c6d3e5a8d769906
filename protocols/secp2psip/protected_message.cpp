#include "protocols/secp2psip/protected_message.hpp"

#include "protocols/secp2psip/defaults.hpp"
#include "protocols/secp2psip/field_reader.hpp"
#include "protocols/secp2psip/field_writer.hpp"

namespace carillon::secp2psip {

expected<bytes> encode_protected_context(const identity::fingerprint& ring,
                                         std::string_view to) {
  field_writer writer;
  writer.line(protected_message::start_line);
  writer.number("Version", defaults::version);
  writer.hex("Ring", ring.data());
  writer.text("To", to, defaults::max_name_size);
  return writer.finish();
}

expected<bytes> complete_protected(bytes context, byte_view sealed) {
  field_writer writer{std::move(context)};
  writer.body("Sealed", sealed);
  return writer.finish();
}

bool is_protected(byte_view data) noexcept {
  return as_text(data).starts_with(protected_message::start_line);
}

expected<protected_message> decode_protected(byte_view data) {
  if (data.size() > defaults::max_message_size)
    return fail(errc::too_large, "message");
  field_reader reader{data};
  protected_message result;
  reader.line(protected_message::start_line);
  reader.version();
  result.ring = reader.fingerprint("Ring");
  result.to = reader.text("To", defaults::max_name_size);
  result.context = to_bytes(reader.consumed());
  result.sealed = to_bytes(reader.body("Sealed"));
  if (reader.failure())
    return tl::unexpected{*reader.failure()};
  return result;
}

} // namespace carillon::secp2psip
