#include "protocols/identity/verifier.hpp"

#include "protocols/identity/tagged_bytes.hpp"

namespace carillon::identity {

verifier::verifier(size_t keys, size_t signatures)
  : keys_(keys)
  , signatures_(std::make_shared<checked_signatures>(signatures)) {}

verifier::verifier(std::shared_ptr<checked_signatures> checked)
  : keys_(defaults::cached_keys)
  , signatures_(std::move(checked)) {}

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
                                byte_view signature, recurrence again) {
  if (again == recurrence::never) {
    ++checks_;
    return key.verify(message, signature);
  }
  const auto id = fingerprint::of(tagged_bytes{"carillon checked signature"}
                                    .add(key.id().data())
                                    .add(message)
                                    .add(signature)
                                    .data());
  if (signatures_->contains(id))
    return {};
  ++checks_;
  auto result = key.verify(message, signature);
  if (result)
    signatures_->add(id);
  return result;
}

} // namespace carillon::identity
