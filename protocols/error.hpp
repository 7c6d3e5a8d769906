#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon {

/// Why a protocol refused its input or could not give an answer.
enum class errc : uint8_t {
  /// A user name is not 1 to 64 of the permitted characters.
  invalid_name,
  /// A name, request or record belongs to another domain.
  foreign_domain,
  /// Bytes do not follow their format.
  malformed,
  /// Something exceeds its size limit.
  too_large,
  /// A format version that this program does not know.
  unsupported_version,
  /// A key suite that is unknown or that the ring does not permit.
  unsupported_suite,
  /// A key is below the permitted strength.
  weak_key,
  /// A key is malformed or fails its own consistency check.
  invalid_key,
  /// A signature does not verify.
  invalid_signature,
  /// A message or record names another ring.
  wrong_ring,
  /// A message is addressed to somebody else.
  wrong_recipient,
  /// A security mode that the receiver or the ring does not accept.
  wrong_mode,
  /// The hash of a request is not the one that was signed.
  hash_mismatch,
  /// A message's time lies outside the accepted window.
  stale,
  /// A nonce or record was seen before.
  replayed,
  /// A validity period is over.
  expired,
  /// A validity period has not begun.
  not_yet_valid,
  /// A certificate does not chain to a trusted authority.
  untrusted_certificate,
  /// A certificate or ticket names somebody else.
  name_mismatch,
  /// A threshold or share count is outside 2 <= k <= n <= 254.
  invalid_threshold,
  /// A share does not belong to its set or position.
  share_mismatch,
  /// Fewer than k good shares were found.
  not_enough_shares,
  /// A sealed message cannot be opened with this key.
  decryption_failed,
  /// The private keys of somebody who has had some are not there.
  missing_keys,
  /// A passphrase does not open a key.
  bad_passphrase,
  /// A certificate was revoked.
  revoked,
  /// Two nodes use the same identity at the same time.
  identity_in_use,
  /// A name is held by another key.
  name_taken,
  /// A key changed without its predecessor's signature.
  unauthorized_key_change,
  /// Holders have different keys of a user, and no majority decides.
  disputed_key,
  /// A record is older than the one that is known.
  older_epoch,
  /// A name or sender has used up its quota.
  quota_exceeded,
  /// A peer was asked about a key outside its arc.
  not_responsible,
  /// The ring holds no record under this key.
  no_such_record,
  /// A message was forwarded more often than permitted.
  hop_limit,
  /// No answer came in time.
  timeout,
  /// Nobody could be asked.
  unreachable,
  /// There is no capacity left for this request.
  overloaded,
  /// A write or read of the record store failed.
  storage_failed,
  /// A configuration or command line is wrong.
  invalid_configuration,
  /// A local address cannot be listened on: in use, not there, not permitted.
  cannot_listen,
  /// Somebody asked the process to end before it was done.
  interrupted,
  /// The number of values; not an error.
  count_
};

/// Gives the fixed text of an error code, in lower case and without a period.
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// An error code and what it was about: the field, the value, the limit.
struct error {
  errc code;
  std::string detail;

  bool operator==(const error&) const = default;
};

/// Gives "text of the code: detail".
[[nodiscard]] std::string to_string(const error& err);

/// A value, or why there is none.
template <class T>
using expected = tl::expected<T, error>;

/// Makes the failed state of an `expected`.
[[nodiscard]] inline tl::unexpected<error> fail(errc code,
                                                std::string detail = {}) {
  return tl::unexpected<error>{error{code, std::move(detail)}};
}

} // namespace carillon
