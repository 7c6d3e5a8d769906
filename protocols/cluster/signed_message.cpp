#include "protocols/cluster/signed_message.hpp"

#include "protocols/identity/tagged_bytes.hpp"

#include <string_view>
#include <variant>

namespace carillon::cluster {

namespace {

constexpr std::string_view view_label = "carillon cluster view 1";

bytes to_be_signed(byte_view encoded, const identity::fingerprint& ring) {
  return identity::tagged_bytes{view_label}
    .add(ring.data())
    .add(encoded)
    .data();
}

} // namespace

bool needs_signature(const message& what) noexcept {
  const auto* said = std::get_if<beat>(&what.body);
  return said != nullptr && said->proposal;
}

expected<bytes> sign_message(byte_view encoded,
                             const identity::fingerprint& ring,
                             const identity::key_pair& node,
                             Botan::RandomNumberGenerator& rng) {
  return node.sign(to_be_signed(encoded, ring), rng);
}

expected<message> open_message(byte_view encoded, byte_view signature,
                               const identity::fingerprint& ring,
                               const identity::public_key& node) {
  auto result = decode_message(encoded);
  if (!result || !needs_signature(*result))
    return result;
  return node.verify(to_be_signed(encoded, ring), signature).map([&] {
    return *std::move(result);
  });
}

} // namespace carillon::cluster
