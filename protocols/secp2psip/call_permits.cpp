#include "protocols/secp2psip/call_permits.hpp"

#include "protocols/bytes.hpp"

namespace carillon::secp2psip {

expected<std::string> call_permits::issue(call_permit what, timestamp now,
                                          Botan::RandomNumberGenerator& rng) {
  drop_expired(now);
  if (entries_.size() >= defaults::max_permits)
    return fail(errc::overloaded, "too many callers are about to call");
  const auto known = per_caller_.find(what.caller);
  if (known != per_caller_.end()
      && known->second >= defaults::max_permits_per_caller)
    return fail(errc::quota_exceeded, "too many calls of " + what.caller);
  bytes secret(defaults::permit_size);
  rng.randomize(secret.data(), secret.size());
  auto token = to_hex(secret);
  const auto until = now + defaults::permit_lifetime;
  ++per_caller_[what.caller];
  ends_.emplace(until, token);
  entries_.emplace(token, entry{std::move(what), until});
  return token;
}

expected<call_permit> call_permits::redeem(const std::string& token,
                                           const std::string& caller,
                                           timestamp now) {
  drop_expired(now);
  const auto position = entries_.find(token);
  if (position == entries_.end())
    return fail(errc::no_such_record, "this contact has expired");
  auto& [what, until, is_used] = position->second;
  if (what.caller != caller)
    return fail(errc::name_mismatch,
                "this contact was made for " + what.caller);
  if (std::exchange(is_used, true))
    return fail(errc::replayed, "this contact was good for one call");
  return what;
}

void call_permits::drop_expired(timestamp now) {
  while (!ends_.empty() && ends_.begin()->first <= now) {
    const auto position = entries_.find(ends_.begin()->second);
    const auto count = per_caller_.find(position->second.what.caller);
    if (--count->second == 0)
      per_caller_.erase(count);
    entries_.erase(position);
    ends_.erase(ends_.begin());
  }
}

} // namespace carillon::secp2psip
