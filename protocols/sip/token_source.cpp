#include "protocols/sip/token_source.hpp"

#include <botan/mac.h>

namespace carillon::sip {

namespace {

/// 80 bits: more than the 32 that RFC 3261 section 19.3 asks of a tag.
constexpr size_t token_size = 10;

} // namespace

token_source::token_source(bytes secret)
  : secret_{std::move(secret)} {
  // nop
}

std::string token_source::to_tag(const message& request) const {
  return mac("tag",
             request.call_id() + '\n' + request.from().tag() + '\n'
               + std::to_string(request.cseq().number) + '\n'
               + request.top_via().branch());
}

std::string token_source::unique() {
  return mac("unique", std::to_string(++counter_));
}

std::string token_source::branch() {
  return std::string{magic_cookie} + unique();
}

std::string token_source::mac(std::string_view purpose,
                              std::string_view data) const {
  auto hmac =
    Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
  hmac->set_key(secret_.data(), secret_.size());
  hmac->update(std::string{purpose});
  hmac->update('\0');
  hmac->update(std::string{data});
  const auto tag = hmac->final();
  return to_hex(byte_view{tag.data(), token_size});
}

} // namespace carillon::sip
