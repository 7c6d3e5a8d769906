#include "protocols/identity/public_keys.hpp"

#include "protocols/identity/tagged_bytes.hpp"
#include "protocols/identity/verifier.hpp"

namespace carillon::identity {

fingerprint public_keys::id() const {
  return fingerprint::of(tagged_bytes{"carillon key bundle"}
                           .add(static_cast<uint64_t>(suite()))
                           .add(signature.spki())
                           .add(encryption.spki())
                           .data());
}

expected<public_keys> parse_public_keys(byte_view signature_spki,
                                        byte_view encryption_spki,
                                        verifier& check) {
  auto signature = check.key(signature_spki, key_use::signature);
  if (!signature)
    return tl::unexpected{signature.error()};
  auto encryption = check.key(encryption_spki, key_use::encryption);
  if (!encryption)
    return tl::unexpected{encryption.error()};
  if (signature->suite() != encryption->suite())
    return fail(errc::unsupported_suite,
                "signature and encryption key are of different suites");
  if (*signature == *encryption)
    return fail(errc::invalid_key, "one key for two uses");
  return public_keys{std::move(*signature), std::move(*encryption)};
}

} // namespace carillon::identity
