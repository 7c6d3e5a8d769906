#include "bench/simulation/stored_records.hpp"

#include <caf/all.hpp>

#include <memory>
#include <utility>

namespace carillon {

namespace {

using namespace std::chrono_literals;

/// Runs a ring until something has happened.
/// @returns whether it has within the time.
template <class Predicate>
bool run_until(virtual_ring& ring, duration longest, const Predicate& is_done) {
  const auto end = ring.now() + longest;
  ring.run();
  while (!is_done() && ring.now() < end)
    ring.advance(100ms);
  return is_done();
}

/// Longer than all attempts of one operation take.
constexpr auto patience = 2min;

} // namespace

expected<stored_records> stored_records::make(virtual_ring& ring,
                                              size_t users) {
  stored_records result;
  size_t stored = 0;
  const auto put = [&](std::string key, p2psip::shared_bytes record) {
    ring.request<put_outcome>(
      ring.handle(ring.random_peer()),
      [&stored](const put_outcome* outcome) {
        stored += outcome && *outcome ? 1 : 0;
      },
      put_atom_v, record);
    result.keys_.push_back(std::move(key));
  };
  for (size_t i = 0; i < users; ++i) {
    const auto user = ring_user::admit(*ring.context, ring.bootstrap,
                                       "user-" + std::to_string(i), ring.rng);
    if (!user)
      return tl::unexpected{user.error()};
    auto where =
      user->make_location(*ring.context, ring.random_peer(), 1, ring.rng);
    if (!where)
      return tl::unexpected{where.error()};
    put(user->location_key(), std::move(*where));
    for (uint8_t number = 1; number <= user->shares().size(); ++number)
      put(identity::share_key_text(user->aor(), number),
          std::make_shared<const bytes>(user->shares()[number - 1u]));
  }
  if (!run_until(ring, patience, [&] { return stored == result.keys_.size(); }))
    return fail(errc::timeout,
                std::to_string(result.keys_.size() - stored)
                  + " records could not be stored");
  return result;
}

size_t stored_records::count_lost(virtual_ring& ring) const {
  const auto replicas = ring.context->ring->settings().replicas;
  // Shared with answers that may come after the last look.
  struct tally {
    std::vector<bool> found;
    size_t open = 0;
  };
  auto seen = std::make_shared<tally>();
  seen->found.resize(keys_.size());
  // A lost message is no lost record.
  constexpr int attempts = 3;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    for (size_t i = 0; i < keys_.size(); ++i) {
      for (uint8_t rank = 0; !seen->found[i] && rank < replicas; ++rank) {
        ++seen->open;
        ring.request<fetch_outcome>(
          ring.handle(ring.random_peer()),
          [seen, i](const fetch_outcome* outcome) {
            --seen->open;
            if (outcome && outcome->result && outcome->result->record)
              seen->found[i] = true;
          },
          get_atom_v, keys_[i], rank);
      }
    }
    run_until(ring, patience, [&] { return seen->open == 0; });
  }
  return static_cast<size_t>(std::ranges::count(seen->found, false));
}

} // namespace carillon
