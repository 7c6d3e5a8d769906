#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/ring_id.hpp"
#include "protocols/identity/address_of_record.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/location.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/time.hpp"

#include <optional>
#include <string>

namespace carillon::identity {

/// What kinds of record the ring stores.
enum class record_kind : uint8_t { location = 1, share = 2 };

/// What a holder knows about a record that was found good: enough to decide
/// about the next one without looking at the bytes again.
struct record_info {
  record_kind kind;

  /// The text under which it is stored: `user@domain` or `user@domain.i`.
  std::string key;

  /// The ring id of `key`.
  chord::ring_id position;

  address_of_record aor;

  /// 1 to n for a share, 0 for a location.
  uint8_t share_index = 0;

  /// The bundle that the name is bound to.
  fingerprint bundle;

  /// The signature key of that bundle, as the admission names it.
  fingerprint signature_key;

  /// The SHA-256 of the encoded record.
  fingerprint content;

  /// The epoch of the admission.
  uint64_t admission_epoch = 0;

  /// The epoch of the location; for a share the same as `admission_epoch`.
  uint64_t epoch = 0;

  /// When the record stops being an answer. Of a location this is its own
  /// expiry.
  timestamp expires;

  /// When the name stops being bound to `bundle`; never before `expires`. A
  /// holder keeps the record until then.
  timestamp bound_until;

  /// The user has unregistered: the answer is "absent" until a newer location
  /// comes.
  bool tombstone = false;

  /// The bundle whose key signed for this one.
  std::optional<fingerprint> predecessor;

  /// A certificate for this name came along.
  bool certified = false;

  /// When a bootstrap server first admitted the name for this key or the ones
  /// before it, and which server signed the present admission.
  timestamp since{};
  fingerprint server{};

  /// Until when an earlier admission of the name takes it from this key: for
  /// the lifetime of one admission after the first.
  timestamp contestable_until{};

  bool operator==(const record_info&) const = default;
};

/// Checks an encoded record of any kind by itself. The expensive part of
/// storing: workers run it.
/// @returns what `open_location` or `open_share` gives.
[[nodiscard]] expected<record_info>
verify_record(byte_view encoded, const ring_descriptor& ring, verifier& check,
              timestamp now, expiry_rule rule = expiry_rule::live);

/// Decides whether a holder stores `offered` under a key where it holds
/// `known`, or nothing when null. The cheap part of storing. The rule:
///
/// - what has expired is refused; under `expiry_rule::any` only what binds the
///   name no longer, so that copies of a name whose user is away are kept;
/// - while the name is bound (`known->bound_until`), another bundle needs the
///   bound bundle's signature or a certificate, and a newer admission; the
///   bundle before the bound one never comes back;
/// - of two bundles that have nothing to do with each other, which two halves
/// of
///   a ring that was cut have admitted, the one that a bootstrap server
///   admitted first has the name: by `since`, which only the server's clock
///   decides, not by anything that could be tried out until it wins. Of two
///   that were admitted in the same microsecond the one of the server whose key
///   has the lower fingerprint wins, which stood in the ring descriptor before;
///   by the same server, which admits one after the other, the lower
///   fingerprint of the bundle. Who has held a name for longer than the
///   lifetime of an admission cannot lose it this way, and a store
///   (`expiry_rule::live`) of what was first admitted just now never takes a
///   name from another;
/// - under the same bundle the signature key is the same: an admission that
///   names another one is forged;
/// - under the same bundle a newer epoch replaces an older one; the very same
///   bytes are accepted again; an expired location or a tombstone keeps its
///   place in that order, so nothing old comes back.
///
/// @returns `expired`; `name_taken` for another bundle without any proof;
///          `unauthorized_key_change` for another bundle whose proof is for
///          something else, or the same one with another signature key;
///          `older_epoch`; `replayed` for other bytes of the same epoch;
///          `name_mismatch` when the two are not for the same key.
[[nodiscard]] expected<void> may_replace(const record_info* known,
                                         const record_info& offered,
                                         timestamp now,
                                         expiry_rule rule = expiry_rule::live);

} // namespace carillon::identity
