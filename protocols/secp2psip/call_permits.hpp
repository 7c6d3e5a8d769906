#pragma once

#include "protocols/error.hpp"
#include "protocols/secp2psip/defaults.hpp"
#include "protocols/time.hpp"

#include <botan/rng.h>

#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace carillon::secp2psip {

/// What a verified caller was permitted.
struct call_permit {
  /// The caller's name, without the domain.
  std::string caller;
  /// Names the call in the logs.
  std::string trace;

  bool operator==(const call_permit&) const = default;
};

/// The permits that one callee's adapter has given to verified callers, each
/// to call the callee's phones once, through the adapter. Bounded: no caller
/// can have all of them.
class call_permits {
public:
  /// Gives a permit that is good for `defaults::permit_lifetime`.
  /// @returns the token that stands for it, hexadecimal digits that nobody can
  ///          guess; `quota_exceeded` when the caller has
  ///          `defaults::max_permits_per_caller` permits, `overloaded` when
  ///          there are `defaults::max_permits`.
  [[nodiscard]] expected<std::string> issue(call_permit what, timestamp now,
                                            Botan::RandomNumberGenerator& rng);

  /// Uses a permit up.
  /// @param caller who shows it.
  /// @returns `no_such_record` for a token that was never given or has ended,
  ///          `name_mismatch` when somebody else has got it, who leaves it
  ///          unused, and `replayed` when it was used before.
  [[nodiscard]] expected<call_permit>
  redeem(const std::string& token, const std::string& caller, timestamp now);

private:
  struct entry {
    call_permit what;
    timestamp until;
    bool is_used = false;
  };

  void drop_expired(timestamp now);

  std::unordered_map<std::string, entry> entries_;
  /// By their ends, the first first.
  std::multimap<timestamp, std::string> ends_;
  std::unordered_map<std::string, size_t> per_caller_;
};

} // namespace carillon::secp2psip
