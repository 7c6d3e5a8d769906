#include "protocols/secp2psip/field_writer.hpp"

#include "protocols/secp2psip/defaults.hpp"
#include "protocols/secp2psip/field_text.hpp"

namespace carillon::secp2psip {

void field_writer::line(std::string_view text) {
  append(text);
  append("\r\n");
}

void field_writer::text(std::string_view name, std::string_view value,
                        size_t max_size) {
  if (const auto ok = check_field_text(name, value, max_size); !ok)
    refuse(ok.error().code, ok.error().detail);
  field(name, value);
}

void field_writer::number(std::string_view name, uint64_t value) {
  field(name, std::to_string(value));
}

void field_writer::hex(std::string_view name, byte_view value) {
  field(name, to_hex(value));
}

void field_writer::base64(std::string_view name, byte_view value) {
  text(name, to_base64(value), defaults::max_message_size);
}

void field_writer::optional_base64(std::string_view name,
                                   const std::optional<bytes>& value) {
  if (value)
    base64(name, *value);
  else
    field(name, absent_field);
}

void field_writer::body(std::string_view name, byte_view value) {
  if (value.empty())
    refuse(errc::malformed, "field " + std::string{name});
  number(name, value.size());
  written_.insert(written_.end(), value.begin(), value.end());
}

void field_writer::refuse(errc code, std::string detail) {
  if (!failure_)
    failure_ = error{code, std::move(detail)};
}

expected<bytes> field_writer::finish() {
  if (failure_)
    return tl::unexpected{*failure_};
  if (written_.size() > defaults::max_message_size)
    return fail(errc::too_large,
                "a message of " + std::to_string(written_.size()) + " bytes");
  return std::move(written_);
}

void field_writer::field(std::string_view name, std::string_view value) {
  append(name);
  append(": ");
  line(value);
}

void field_writer::append(std::string_view text) {
  written_.insert(written_.end(), text.begin(), text.end());
}

} // namespace carillon::secp2psip
