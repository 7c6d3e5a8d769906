#include "protocols/identity/verifier.hpp"

#include "protocols/identity/tagged_bytes.hpp"

namespace carillon::identity {

verifier::verifier(size_t keys, size_t signatures)
  : keys_(keys)
  , signatures_(signatures) {}

expected<public_key> verifier::key(byte_view spki, key_use use) {
  const auto id = fingerprint::of(spki);
  if (const auto* known = keys_.find(id); known && known->use() == use)
    return *known;
  auto parsed = public_key::parse(spki, use);
  if (parsed)
    keys_.insert(id, *parsed);
  return parsed;
}

expected<void> verifier::verify(const public_key& key, byte_view message,
                                byte_view signature) {
  const auto id = fingerprint::of(tagged_bytes{"carillon checked signature"}
                                    .add(key.id().data())
                                    .add(message)
                                    .add(signature)
                                    .data());
  if (signatures_.find(id))
    return {};
  ++checks_;
  auto result = key.verify(message, signature);
  if (result)
    signatures_.insert(id, {});
  return result;
}

} // namespace carillon::identity
