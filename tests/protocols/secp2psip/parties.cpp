#include "tests/protocols/secp2psip/parties.hpp"

namespace carillon::secp2psip::test {

namespace {

std::shared_ptr<const identity::key_pair> make_keys(identity::suite suite,
                                                    uint8_t seed) {
  auto rng = make_rng(seed);
  auto keys = identity::key_pair::generate(suite, rng);
  return std::make_shared<const identity::key_pair>(*std::move(keys));
}

std::shared_ptr<const identity::key_pair> rsa_keys() {
  static const auto result = make_keys(identity::suite::rsa, 1);
  return result;
}

/// Gives the user part of the URI after `header`.
std::string user_after(std::string_view text, std::string_view header) {
  const auto start = text.find(header);
  if (start == std::string_view::npos)
    return {};
  const auto rest = text.substr(start + header.size());
  return std::string{rest.substr(0, rest.find('@'))};
}

} // namespace

Botan::ChaCha_RNG make_rng(uint8_t seed) {
  return Botan::ChaCha_RNG{Botan::secure_vector<uint8_t>(32, seed)};
}

identity::fingerprint ring_named(std::string_view name) {
  return identity::fingerprint::of(as_bytes(name));
}

local_user make_user(std::string_view name, identity::suite suite,
                     identity::security_mode mode) {
  local_user result;
  result.keys = suite == identity::suite::rsa
    ? rsa_keys()
    : make_keys(suite, static_cast<uint8_t>(name.front()));
  result.aor = {std::string{name}, "example.org"};
  result.ring = ring_named("test");
  result.mode = mode;
  return result;
}

identity::key_bundle bundle_of(const local_user& user) {
  return {user.aor, 1, now, user.keys->public_half(), {}};
}

expected<sip_names> read_names(byte_view sip_message) {
  const auto text = as_text(sip_message);
  return sip_names{user_after(text, "\r\nFrom: <sip:"),
                   user_after(text, "\r\nTo: <sip:")};
}

bytes sip_invite(std::string_view from, std::string_view to) {
  std::string text{"INVITE sip:"};
  text.append(to)
    .append("@127.0.0.1:5060 SIP/2.0\r\n"
            "Via: SIP/2.0/UDP 127.0.0.1:40000;branch=z9hG4bK776asdhds\r\n"
            "From: <sip:")
    .append(from)
    .append("@127.0.0.1:5060>;tag=1928301774\r\nTo: <sip:")
    .append(to)
    .append("@127.0.0.1:5060>\r\n"
            "Call-ID: a84b4c76e66710\r\n"
            "CSeq: 314159 INVITE\r\n"
            "Max-Forwards: 70\r\n"
            "Content-Length: 0\r\n\r\n");
  return to_bytes(text);
}

bytes sip_302(std::string_view from, std::string_view to) {
  std::string text{"SIP/2.0 302 Moved Temporarily\r\nFrom: <sip:"};
  text.append(from)
    .append("@127.0.0.1:5060>;tag=1928301774\r\nTo: <sip:")
    .append(to)
    .append("@127.0.0.1:5060>;tag=a6c85cf\r\n"
            "Call-ID: a84b4c76e66710\r\n"
            "CSeq: 314159 INVITE\r\n"
            "Contact: <sip:bob@192.0.2.4:5060>\r\n"
            "Content-Length: 0\r\n\r\n");
  return to_bytes(text);
}

bytes replace(const bytes& data, std::string_view from, std::string_view to) {
  std::string text{as_text(data)};
  const auto start = text.find(from);
  EXPECT_NE(start, std::string::npos) << from;
  if (start != std::string::npos)
    text.replace(start, from.size(), to);
  return to_bytes(text);
}

} // namespace carillon::secp2psip::test
