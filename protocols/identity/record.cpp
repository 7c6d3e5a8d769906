#include "protocols/identity/record.hpp"

#include "protocols/wire/codec.hpp"
#include "protocols/wire/records.pb.h"

#include <algorithm>
#include <tuple>

namespace carillon::identity {

namespace {

/// Fills what both kinds take from the admission.
record_info describe(const admission& admitted, byte_view encoded) {
  record_info result;
  result.aor = admitted.aor;
  result.bundle = admitted.bundle;
  result.signature_key = admitted.signature_key;
  result.content = fingerprint::of(encoded);
  result.admission_epoch = admitted.epoch;
  result.bound_until = admitted.expires;
  result.predecessor = admitted.predecessor;
  result.certified = admitted.certified;
  result.since = admitted.since;
  result.server = admitted.server;
  result.contestable_until =
    admitted.since + (admitted.expires - admitted.not_before);
  return result;
}

record_info describe(const verified_location& found, byte_view encoded) {
  auto result = describe(found.admission, encoded);
  result.kind = record_kind::location;
  result.key = location_key_text(result.aor);
  result.position = location_key(result.aor);
  result.epoch = found.location.epoch;
  result.expires = std::min(found.location.expires, found.admission.expires);
  result.tombstone = found.location.tombstone;
  return result;
}

record_info describe(const verified_share& found, byte_view encoded) {
  auto result = describe(found.admission, encoded);
  result.kind = record_kind::share;
  result.key = share_key_text(result.aor, found.index);
  result.position = share_key(result.aor, found.index);
  result.share_index = found.index;
  result.epoch = found.admission.epoch;
  result.expires = found.admission.expires;
  return result;
}

/// Two bundles that two halves of a ring have admitted.
bool was_admitted_first(const record_info& known, const record_info& offered,
                        timestamp now, expiry_rule rule) {
  if (known.certified || offered.certified || known.contestable_until <= now)
    return false;
  const bool is_new = offered.since + defaults::clock_window > now;
  if (rule == expiry_rule::live && is_new)
    return false;
  return std::tie(offered.since, offered.server, offered.bundle)
    < std::tie(known.since, known.server, known.bundle);
}

/// Another bundle for a bound name.
expected<void> may_change_key(const record_info& known,
                              const record_info& offered, timestamp now,
                              expiry_rule rule) {
  if (known.predecessor == offered.bundle)
    return fail(errc::older_epoch, "the key was replaced");
  if (offered.predecessor != known.bundle
      && was_admitted_first(known, offered, now, rule))
    return {};
  if (!offered.predecessor && !offered.certified)
    return fail(errc::name_taken, to_string(known.aor));
  if (offered.predecessor != known.bundle && !offered.certified)
    return fail(errc::unauthorized_key_change,
                "the succession is not from the known key of "
                  + to_string(known.aor));
  if (offered.admission_epoch <= known.admission_epoch)
    return fail(errc::older_epoch, "admission of " + to_string(known.aor));
  return {};
}

/// A newer record of the same bundle.
expected<void> may_refresh(const record_info& known,
                           const record_info& offered) {
  if (offered.signature_key != known.signature_key)
    return fail(errc::unauthorized_key_change,
                "another signature key under the bundle of "
                  + to_string(known.aor));
  if (offered.epoch < known.epoch)
    return fail(errc::older_epoch, known.key);
  if (offered.epoch == known.epoch && offered.content != known.content)
    return fail(errc::replayed, known.key + ": another record of this epoch");
  return {};
}

} // namespace

expected<record_info> verify_record(byte_view encoded,
                                    const ring_descriptor& ring,
                                    verifier& check, timestamp now,
                                    expiry_rule rule) {
  auto message =
    wire::decode<wire::Record>(encoded, defaults::max_record, "record");
  if (!message)
    return tl::unexpected{message.error()};
  const auto describe_found = [encoded](const auto& found) {
    return describe(found, encoded);
  };
  switch (message->kind()) {
  case static_cast<uint32_t>(record_kind::location):
    return open_location(encoded, ring, check, now, rule).map(describe_found);
  case static_cast<uint32_t>(record_kind::share):
    return open_share(encoded, ring, check, now).map(describe_found);
  default:
    return fail(errc::malformed, "unknown kind of record");
  }
}

expected<void> may_replace(const record_info* known, const record_info& offered,
                           timestamp now, expiry_rule rule) {
  const auto end =
    rule == expiry_rule::live ? offered.expires : offered.bound_until;
  if (end <= now)
    return fail(errc::expired, offered.key);
  if (!known)
    return {};
  if (known->kind != offered.kind || known->key != offered.key)
    return fail(errc::name_mismatch, offered.key);
  if (known->bound_until <= now)
    return {};
  return offered.bundle == known->bundle
    ? may_refresh(*known, offered)
    : may_change_key(*known, offered, now, rule);
}

} // namespace carillon::identity
