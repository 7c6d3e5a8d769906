#include "protocols/secp2psip/secured_message.hpp"

#include "protocols/secp2psip/protected_message.hpp"
#include "protocols/secp2psip/seal.hpp"

namespace carillon::secp2psip {

namespace {

using identity::security_mode;

/// Precedes what is signed, so that the signature cannot stand for anything
/// but a message of this protocol.
constexpr std::string_view signature_label = "Carillon SECP2PSIP signature\n";

bytes to_be_signed(byte_view signed_bytes) {
  auto result = to_bytes(signature_label);
  result.insert(result.end(), signed_bytes.begin(), signed_bytes.end());
  return result;
}

expected<bytes> sign(const any_message& content,
                     const identity::key_pair& sender,
                     Botan::RandomNumberGenerator& rng) {
  auto signed_part = encode_signed_part(content);
  if (!signed_part)
    return signed_part;
  auto signature = sender.sign(to_be_signed(*signed_part), rng);
  if (!signature)
    return signature;
  return complete(content, *std::move(signed_part), *signature);
}

expected<bytes> protect(const message_head& head, byte_view plaintext,
                        const identity::public_key& recipient,
                        Botan::RandomNumberGenerator& rng) {
  auto context = encode_protected_context(head.ring, head.to);
  if (!context)
    return context;
  auto sealed = seal(recipient, *context, plaintext, rng);
  if (!sealed)
    return sealed;
  return complete_protected(*std::move(context), *sealed);
}

expected<void> check_address(const reader_terms& reader,
                             const identity::fingerprint& ring,
                             std::string_view to) {
  if (ring != reader.ring)
    return fail(errc::wrong_ring, "message for ring " + ring.to_hex());
  if (to != reader.name)
    return fail(errc::wrong_recipient, "message for " + std::string{to});
  return {};
}

expected<received_message> decode_checked(const reader_terms& reader,
                                          byte_view data,
                                          security_mode came_as) {
  auto result = decode(data);
  if (!result)
    return result;
  const auto& head = head_of(result->content);
  if (auto ok = check_address(reader, head.ring, head.to); !ok)
    return tl::unexpected{ok.error()};
  if (head.mode != came_as)
    return fail(errc::wrong_mode,
                "came as " + std::string{to_string(came_as)} + ", says "
                  + std::string{to_string(head.mode)});
  return result;
}

} // namespace

expected<secured_message> secure(const any_message& content,
                                 const identity::key_pair& sender,
                                 const identity::public_key* recipient,
                                 Botan::RandomNumberGenerator& rng) {
  const auto& head = head_of(content);
  const auto is_sealed = head.mode == security_mode::protected_mode;
  if (is_sealed != (recipient != nullptr))
    return fail(errc::wrong_mode, "a key to seal to is for protected messages");
  auto data = sign(content, sender, rng);
  if (!data)
    return tl::unexpected{data.error()};
  secured_message result;
  result.hash = identity::fingerprint::of(*data);
  if (is_sealed)
    data = protect(head, *data, *recipient, rng);
  if (!data)
    return tl::unexpected{data.error()};
  result.data = *std::move(data);
  return result;
}

expected<received_message> open_message(const reader_terms& reader,
                                        byte_view data,
                                        Botan::RandomNumberGenerator& rng) {
  if (!is_protected(data)) {
    if (reader.weakest == security_mode::protected_mode)
      return fail(errc::wrong_mode, "only protected messages are accepted");
    return decode_checked(reader, data, security_mode::signed_mode);
  }
  const auto outer = decode_protected(data);
  if (!outer)
    return tl::unexpected{outer.error()};
  if (auto ok = check_address(reader, outer->ring, outer->to); !ok)
    return tl::unexpected{ok.error()};
  const auto inner =
    open_sealed(reader.keys, outer->context, outer->sealed, rng);
  if (!inner)
    return tl::unexpected{inner.error()};
  return decode_checked(reader, *inner, security_mode::protected_mode);
}

expected<void> verify(const received_message& received,
                      const identity::public_key& sender) {
  const auto& head = head_of(received.content);
  if (head.suite != sender.suite())
    return fail(errc::unsupported_suite,
                "signed with " + std::string{to_string(head.suite)}
                  + ", the key is " + std::string{to_string(sender.suite())});
  if (!sender.verify(to_be_signed(received.signed_bytes), received.signature))
    return fail(errc::invalid_signature, "message of " + head.name);
  return {};
}

expected<std::string> addressee(byte_view data) {
  if (is_protected(data))
    return decode_protected(data).map(
      [](const protected_message& outer) { return outer.to; });
  return decode(data).map([](const received_message& received) {
    return head_of(received.content).to;
  });
}

} // namespace carillon::secp2psip
