#include "protocols/sip/digest_authenticator.hpp"

#include "protocols/sip/text.hpp"
#include "protocols/sip/uri.hpp"

#include <botan/mac.h>

#include <algorithm>
#include <charconv>

namespace carillon::sip {

namespace {

/// A nonce is its time in microseconds and the MAC, in hexadecimal.
constexpr size_t time_digits = 16;
constexpr size_t mac_size = 16;

std::string print_time(timestamp value) {
  auto rest = static_cast<uint64_t>(value.time_since_epoch().count());
  std::string result(time_digits, '0');
  for (auto pos = result.rbegin(); pos != result.rend(); ++pos, rest /= 16)
    *pos = "0123456789abcdef"[rest % 16];
  return result;
}

std::optional<uint64_t> read_hex(std::string_view text) {
  uint64_t result = 0;
  const auto* last = text.data() + text.size();
  const auto [end, err] = std::from_chars(text.data(), last, result, 16);
  if (err != std::errc{} || end != last)
    return std::nullopt;
  return result;
}

bool same_uri(std::string_view lhs, std::string_view rhs) {
  if (lhs == rhs)
    return true;
  const auto left = uri::parse(lhs);
  const auto right = uri::parse(rhs);
  return left && right && equivalent(*left, *right);
}

} // namespace

digest_authenticator::digest_authenticator(config options, bytes secret)
  : config_{std::move(options)}
  , secret_{std::move(secret)}
  , forgotten_until_{config_.none_before} {
  // nop
}

std::vector<std::string> digest_authenticator::challenges(timestamp now,
                                                          bool stale) const {
  std::vector<std::string> offers;
  const auto nonce = make_nonce(now);
  for (const auto algorithm : config_.algorithms) {
    auto value = "Digest realm=" + quote(config_.realm) + ", nonce=\"" + nonce
      + "\", algorithm=" + std::string{to_string(algorithm)} + ", qop=\"auth\"";
    if (stale)
      value += ", stale=true";
    offers.push_back(std::move(value));
  }
  return offers;
}

digest_authenticator::result digest_authenticator::verify(
  const std::vector<std::string_view>& values, std::string_view method,
  std::string_view request_uri, const ha1_lookup& lookup, timestamp now) {
  for (const auto value : values) {
    const auto given = digest_credentials::parse(value);
    if (!given && given.error().code == errc::malformed)
      return {verdict::malformed, {}};
    if (!given || given->realm != config_.realm
        || std::find(config_.algorithms.begin(), config_.algorithms.end(),
                     given->algorithm)
          == config_.algorithms.end())
      continue;
    if (!same_uri(given->uri, request_uri))
      return {verdict::malformed, {}};
    // An unknown user costs the same work as a known one.
    const auto ha1 = lookup(given->username, given->algorithm);
    const auto wanted = digest_response(*given, ha1.value_or(""), method);
    if (!constant_time_equal(as_bytes(wanted),
                             as_bytes(to_lower(given->response)))
        || !ha1)
      return {verdict::refused, {}};
    const auto made = nonce_time(given->nonce);
    if (!made || !use_nonce(*given, *made, now))
      return {verdict::stale, {}};
    return {verdict::accepted, given->username};
  }
  return {verdict::refused, {}};
}

std::string digest_authenticator::make_nonce(timestamp now) const {
  const auto time = print_time(now);
  return time + mac(time);
}

std::optional<timestamp>
digest_authenticator::nonce_time(std::string_view nonce) const {
  if (nonce.size() != time_digits + 2 * mac_size)
    return std::nullopt;
  const auto time = nonce.substr(0, time_digits);
  if (!constant_time_equal(as_bytes(mac(time)),
                           as_bytes(nonce.substr(time_digits))))
    return std::nullopt;
  const auto count = read_hex(time);
  if (!count)
    return std::nullopt;
  return timestamp{duration{static_cast<duration::rep>(*count)}};
}

bool digest_authenticator::use_nonce(const digest_credentials& given,
                                     timestamp made, timestamp now) {
  const auto count = read_hex(given.nc);
  if (made > now || now - made > config_.nonce_lifetime || !count)
    return false;
  const auto number = static_cast<uint32_t>(*count);
  if (const auto pos = counts_.find(given.nonce); pos != counts_.end()) {
    if (number <= pos->second)
      return false;
    pos->second = number;
    return true;
  }
  if (made <= forgotten_until_ || number == 0)
    return false;
  counts_.emplace(given.nonce, number);
  order_.emplace_back(given.nonce, made);
  if (order_.size() > config_.max_tracked_nonces) {
    forgotten_until_ = std::max(forgotten_until_, order_.front().second);
    counts_.erase(order_.front().first);
    order_.pop_front();
  }
  return true;
}

std::string digest_authenticator::mac(std::string_view data) const {
  auto hmac =
    Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
  hmac->set_key(secret_.data(), secret_.size());
  hmac->update(std::string{data});
  const auto tag = hmac->final();
  return to_hex(byte_view{tag.data(), mac_size});
}

} // namespace carillon::sip
