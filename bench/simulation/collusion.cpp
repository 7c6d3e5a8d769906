#include "bench/simulation/collusion.hpp"

#include "bench/simulation/seeded_rng.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/share_reader.hpp"
#include "protocols/identity/verifier.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

namespace carillon {

namespace {

/// The domain and the one user; that all users have one name makes no
/// difference to who holds what.
constexpr auto domain_name = "example.org";
constexpr auto user_name = "user";

/// When keys are read.
constexpr timestamp reading_time{std::chrono::hours{500'000}};

expected<identity::key_pair> draw_keys(Botan::RandomNumberGenerator& rng) {
  return identity::key_pair::generate(identity::suite::ed25519_x25519, rng);
}

/// A ring without peers.
struct paper_ring {
  identity::key_pair bootstrap;
  identity::ring_descriptor descriptor;
};

expected<paper_ring> found(const collusion& how,
                           Botan::RandomNumberGenerator& rng) {
  auto keys = draw_keys(rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  identity::ring_settings settings;
  settings.domain = domain_name;
  settings.k = how.k;
  settings.n = how.n;
  settings.replicas = how.replicas;
  settings.bootstrap_keys = {keys->public_half().signature.spki()};
  auto descriptor = identity::ring_descriptor::found(settings, *keys, rng);
  if (!descriptor)
    return tl::unexpected{descriptor.error()};
  return paper_ring{std::move(*keys), std::move(*descriptor)};
}

/// A key that was admitted, and the shares of it.
struct admitted_key {
  identity::fingerprint id;
  std::vector<bytes> shares;
};

expected<admitted_key> admit(const paper_ring& ring, timestamp when,
                             identity::verifier& check,
                             Botan::RandomNumberGenerator& rng) {
  const auto keys = draw_keys(rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  const identity::address_of_record aor{user_name, domain_name};
  const auto epoch = static_cast<uint64_t>(when.time_since_epoch().count());
  const auto bundle = identity::seal_bundle(aor, epoch, when, {},
                                            ring.descriptor.ring(), *keys, rng);
  if (!bundle)
    return tl::unexpected{bundle.error()};
  auto split = identity::split_bundle(*bundle, {}, epoch, ring.descriptor,
                                      ring.bootstrap, check, when, rng);
  if (!split)
    return tl::unexpected{split.error()};
  return admitted_key{keys->public_half().id(), std::move(split->shares)};
}

/// In how many ways some of `count` things can be chosen.
double ways(size_t count, size_t chosen) {
  return std::exp(std::lgamma(static_cast<double>(count) + 1)
                  - std::lgamma(static_cast<double>(chosen) + 1)
                  - std::lgamma(static_cast<double>(count - chosen) + 1));
}

/// The probability that at least `least` of `count` things happen.
double at_least(size_t least, size_t count, double probability) {
  double result = 0;
  for (auto i = least; i <= count; ++i)
    result += ways(count, i) * std::pow(probability, static_cast<double>(i))
      * std::pow(1 - probability, static_cast<double>(count - i));
  return result;
}

/// How likely the holders of one share decide for a key, and for the other.
struct share_odds {
  double own;
  double other;
};

/// Of a share whose every holder has the key with the probability `has`.
share_odds odds_of_share(size_t replicas, double has) {
  const auto majority = replicas / 2 + 1;
  return {at_least(majority, replicas, has),
          at_least(majority, replicas, 1 - has)};
}

/// The same when the owner is known to have it.
share_odds odds_with_owner(size_t replicas, double has) {
  const auto majority = replicas / 2 + 1;
  return {at_least(majority - 1, replicas - 1, has),
          at_least(majority, replicas - 1, 1 - has)};
}

/// The probability that a key gets k of n shares and more than the other, where
/// the first k shares have odds of their own.
double probability_of_majority(const collusion& how, const share_odds& first,
                               const share_odds& rest) {
  // [i][j]: that of the shares so far i have gone to the key, j to the other.
  const auto size = size_t{how.n} + 1;
  using table = std::vector<std::vector<double>>;
  table odds(size, std::vector<double>(size));
  odds[0][0] = 1;
  for (size_t share = 0; share < how.n; ++share) {
    const auto& [own, other] = share < how.k ? first : rest;
    table next(size, std::vector<double>(size));
    for (size_t i = 0; i <= share; ++i)
      for (size_t j = 0; i + j <= share; ++j) {
        next[i + 1][j] += odds[i][j] * own;
        next[i][j + 1] += odds[i][j] * other;
        next[i][j] += odds[i][j] * (1 - own - other);
      }
    odds = std::move(next);
  }
  double result = 0;
  for (size_t i = how.k; i < size; ++i)
    for (size_t j = 0; j < i; ++j)
      result += odds[i][j];
  return result;
}

/// The probability that a reader takes the key which each holder has with the
/// probability `has`, while the others have another one: when the k owners that
/// it asks first all have it, or when they do not agree and the majority of all
/// holders has.
double probability_of_key(const collusion& how, double has) {
  const auto any = odds_of_share(how.replicas, has);
  const auto with = odds_with_owner(how.replicas, has);
  const auto [other, own] = odds_with_owner(how.replicas, 1 - has);
  const auto all = std::pow(has, how.k);
  const auto none = std::pow(1 - has, how.k);
  const auto result = all + probability_of_majority(how, any, any)
    - all * probability_of_majority(how, with, any)
    - none * probability_of_majority(how, {own, other}, any);
  // Rounding may lead just outside.
  return std::clamp(result, 0.0, 1.0);
}

} // namespace

expected<collusion_tally> read_among_colluders(const collusion& how,
                                               size_t users, uint64_t seed) {
  std::mt19937_64 random{seed};
  auto rng = make_seeded_rng(random);
  const auto ring = found(how, rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  identity::verifier check;
  // Who is hostile differs from user to user, and the keys need not.
  const auto honest =
    admit(*ring, reading_time - std::chrono::hours{1}, check, rng);
  if (!honest)
    return tl::unexpected{honest.error()};
  const auto forged = admit(*ring, reading_time, check, rng);
  if (!forged)
    return tl::unexpected{forged.error()};
  const bytes garbage(honest->shares.front().size());
  std::bernoulli_distribution is_hostile{how.hostile_share};
  collusion_tally result;
  for (; result.users < users; ++result.users) {
    std::vector<bool> hostile(size_t{how.n} * how.replicas);
    std::generate(hostile.begin(), hostile.end(),
                  [&] { return is_hostile(random); });
    identity::share_reader reader{{user_name, domain_name},
                                  ring->descriptor,
                                  check,
                                  hostile.size(),
                                  random()};
    while (!reader.finished()) {
      for (const auto& asked : reader.requests()) {
        const auto which =
          (asked.index - size_t{1}) * how.replicas + asked.replica;
        // Each holder is a node of its own.
        const auto name = std::to_string(which);
        const identity::share_reader::holder from{
          chord::ring_id::hash(as_bytes(name)),
          identity::fingerprint::of(as_bytes(name))};
        const auto& shares = (hostile[which] ? forged : honest)->shares;
        const auto& given = hostile[which] && !how.stolen_bootstrap
          ? garbage
          : shares[asked.index - size_t{1}];
        reader.on_record(asked, from, given, reading_time);
      }
    }
    const auto read = reader.result(reading_time);
    if (!read)
      ++result.unavailable;
    else if (read->bundle.id() == forged->id)
      ++result.impersonated;
  }
  return result;
}

double expected_impersonated(const collusion& how) {
  return how.stolen_bootstrap ? probability_of_key(how, how.hostile_share) : 0;
}

double expected_unavailable(const collusion& how) {
  if (how.stolen_bootstrap)
    return std::max(0.0,
                    1 - probability_of_key(how, how.hostile_share)
                      - probability_of_key(how, 1 - how.hostile_share));
  const size_t spare = how.n - how.k;
  return at_least(spare + 1, how.n, std::pow(how.hostile_share, how.replicas));
}

} // namespace carillon
