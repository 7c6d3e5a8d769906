#include "bench/load/crypto_floor.hpp"

#include "bench/defaults.hpp"
#include "protocols/identity/defaults.hpp"
#include "protocols/secp2psip/seal.hpp"

#include <botan/system_rng.h>

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

namespace carillon {

namespace {

using identity::security_mode;

/// The share records and the location that a first registration stores.
constexpr size_t records_of_user = size_t{identity::defaults::n} + 1;

/// Who stores a record checks it before it is sent, and its owner when it has
/// come: by workers that take turns.
constexpr size_t checks_of_store = 2;

/// An envelope that a record carries through so many checks is verified by each
/// worker once.
size_t first_checks(size_t checks, size_t workers) {
  return std::min(checks, workers);
}

/// Reads a key from the ring: k signed answers of holders, the admission and
/// the bundle that the shares give.
void add_key_read(std::vector<crypto_step>& steps, const signed_sizes& sizes) {
  constexpr size_t k = identity::defaults::k;
  steps.push_back({sizes.share_answer, k, k, 0});
  steps.push_back({sizes.admission, 0, 1, 0});
  steps.push_back({sizes.bundle, 0, 1, 0});
}

std::vector<crypto_step> registration_steps(bool is_cold, size_t workers,
                                            const signed_sizes& sizes) {
  std::vector<crypto_step> result{
    {sizes.location, 1, first_checks(checks_of_store, workers), 0}};
  if (!is_cold)
    return result;
  // Signed by the user's adapter, the bootstrap server, and both in turn. The
  // adapter verifies its admission, too.
  result.push_back({sizes.bundle, 1, 1, 0});
  result.push_back(
    {sizes.admission, 1,
     first_checks(checks_of_store * records_of_user, workers) + 1, 0});
  result.push_back({sizes.registration, 1, 1, 0});
  result.push_back({sizes.registered, 1, 1, 0});
  return result;
}

std::vector<crypto_step> call_steps_of(security_mode mode, bool is_cold,
                                       const signed_sizes& sizes) {
  const bool is_sealed = mode == security_mode::protected_mode;
  std::vector<crypto_step> result{
    {sizes.location_answer, 1, 1, 0},
    {sizes.invite, 1, 1, is_sealed ? sizes.sealed_invite : 0},
    {sizes.redirect, 1, 1, is_sealed ? sizes.sealed_redirect : 0}};
  if (is_cold) {
    // The reader of locations remembers what it has verified.
    result.push_back({sizes.admission, 0, 1, 0});
    result.push_back({sizes.location, 0, 1, 0});
    // The caller reads the callee's key, and the callee the caller's.
    add_key_read(result, sizes);
    add_key_read(result, sizes);
  }
  return result;
}

std::chrono::nanoseconds thread_cpu_time() noexcept {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec}
  + std::chrono::nanoseconds{used.tv_nsec};
}

/// About as long as what precedes the sealed bytes of a message.
constexpr size_t sealed_context = 160;

} // namespace

std::vector<crypto_step> crypto_steps(phone_operation what, security_mode mode,
                                      bool is_cold, size_t workers,
                                      const signed_sizes& sizes) {
  return what == phone_operation::registration
    ? registration_steps(is_cold, workers, sizes)
    : call_steps_of(mode, is_cold, sizes);
}

crypto_floor::crypto_floor(const signed_sizes& sizes, identity::key_pair keys)
  : sizes_(sizes)
  , keys_(std::move(keys))
  , rng_(std::make_unique<Botan::ChaCha_RNG>(Botan::system_rng())) {}

expected<crypto_floor> crypto_floor::make(load_phones& phones) {
  Botan::ChaCha_RNG rng{Botan::system_rng()};
  const auto sizes = measure_signed_sizes(phones, rng);
  if (!sizes)
    return tl::unexpected{sizes.error()};
  auto keys =
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  return crypto_floor{*sizes, std::move(*keys)};
}

expected<double> crypto_floor::measure(phone_operation what, security_mode mode,
                                       bool is_cold) {
  const auto workers = std::max<size_t>(1, std::thread::hardware_concurrency());
  const auto steps = crypto_steps(what, mode, is_cold, workers, sizes_);
  std::vector<bytes> signatures;
  for (const auto& step : steps) {
    auto signature = keys_.sign(bytes(step.signed_bytes), *rng_);
    if (!signature)
      return tl::unexpected{signature.error()};
    signatures.push_back(std::move(*signature));
  }
  std::vector<double> turns;
  for (size_t turn = 0; turn < defaults::floor_turns; ++turn) {
    const auto before = thread_cpu_time();
    for (size_t i = 0; i < defaults::floor_rounds * steps.size(); ++i) {
      const auto which = i % steps.size();
      if (auto done = perform(steps[which], signatures[which]); !done)
        return tl::unexpected{done.error()};
    }
    const std::chrono::duration<double, std::micro> used =
      thread_cpu_time() - before;
    turns.push_back(used.count() / double{defaults::floor_rounds});
  }
  std::ranges::sort(turns);
  return turns[turns.size() / 2];
}

expected<void> crypto_floor::perform(const crypto_step& step,
                                     const bytes& signature) {
  const bytes content(step.signed_bytes);
  for (size_t i = 0; i < step.signatures; ++i)
    if (auto made = keys_.sign(content, *rng_); !made)
      return tl::unexpected{made.error()};
  for (size_t i = 0; i < step.verifications; ++i)
    if (auto good = keys_.public_half().signature.verify(content, signature);
        !good)
      return good;
  if (step.sealed_bytes == 0)
    return {};
  const bytes context(sealed_context);
  return secp2psip::seal(keys_.public_half().encryption, context,
                         bytes(step.sealed_bytes), *rng_)
    .and_then([&](const bytes& sealed) {
      return secp2psip::open_sealed(keys_, context, sealed, *rng_);
    })
    .map([](const bytes&) {});
}

} // namespace carillon
