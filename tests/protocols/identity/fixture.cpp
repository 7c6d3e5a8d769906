#include "fixture.hpp"

namespace carillon::identity::test {

Botan::ChaCha_RNG make_rng(uint8_t seed) {
  return Botan::ChaCha_RNG{Botan::secure_vector<uint8_t>(32, seed)};
}

bytes flipped(bytes data, size_t position, unsigned mask) {
  data[position] = static_cast<uint8_t>(data[position] ^ mask);
  return data;
}

ring_settings ring_test::settings_for(const key_pair& bootstrap) {
  ring_settings result;
  result.domain = "example.org";
  result.bootstrap_keys = {bootstrap.public_half().signature.spki()};
  return result;
}

user ring_test::make_user(const std::string& name, uint64_t epoch, suite kind) {
  address_of_record aor{name, ring.settings().domain};
  auto keys = must(key_pair::generate(kind, rng));
  auto encoded =
    must(seal_bundle(aor, epoch, start, {}, ring.ring(), keys, rng));
  auto bundle = must(open_bundle(encoded, ring, check));
  return {std::move(aor), std::move(keys), std::move(encoded),
          std::move(bundle)};
}

admission_set ring_test::admit(const user& who, uint64_t epoch, timestamp now,
                               const bytes& succession) {
  return must(split_bundle(who.encoded, succession, epoch, ring, bootstrap,
                           check, now, rng));
}

bytes ring_test::locate(const user& who, const admission_set& admitted,
                        uint64_t epoch, timestamp now, bool tombstone) {
  location where;
  where.aor = who.aor;
  where.peer = chord::ring_id::hash(as_bytes("peer"));
  where.peer_index = 3;
  where.node = fingerprint::of(as_bytes("node"));
  where.endpoint = "192.0.2.1:7480";
  where.epoch = epoch;
  where.expires = now + std::chrono::minutes{10};
  where.tombstone = tombstone;
  return must(
    seal_location(where, admitted.admission, ring.ring(), who.keys, rng));
}

bytes ring_test::succeed(const user& old, const user& replacement) {
  return must(seal_succession(old.encoded, replacement.bundle, ring, old.keys,
                              check, rng));
}

record_info ring_test::verified(const bytes& record, timestamp now) {
  return must(verify_record(record, ring, check, now));
}

} // namespace carillon::identity::test
