#include "protocols/secp2psip/sip_names.hpp"

namespace carillon::secp2psip {

bool is_sip_invite(byte_view sip_message) noexcept {
  return as_text(sip_message).starts_with("INVITE ");
}

bool is_sip_redirect(byte_view sip_message) noexcept {
  return as_text(sip_message).starts_with("SIP/2.0 302 ");
}

expected<void> check_sip_names(byte_view sip_message,
                               const sip_name_reader& reader,
                               const identity::address_of_record& caller,
                               const identity::address_of_record& callee) {
  const auto names = reader(sip_message);
  if (!names)
    return tl::unexpected{names.error()};
  if (names->from != caller.user)
    return fail(errc::name_mismatch, "From is not " + caller.user);
  if (names->to != callee.user)
    return fail(errc::name_mismatch, "To is not " + callee.user);
  return {};
}

} // namespace carillon::secp2psip
