#pragma once

#include "bench/demo/demo_party.hpp"
#include "bench/demo/step_recorder.hpp"
#include "runtime/termination.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace carillon {

/// How the calls under an attack ended.
struct attack_outcome {
  /// "redirected" when all calls were answered 302, "refused" when all were
  /// answered 403; else the answers that came.
  std::string call;
  /// How many calls were made.
  size_t calls = 0;
  /// The holders that lied.
  std::set<std::string> liars;
  /// The holders that the caller's adapter named, as ring ids.
  std::set<std::string> named;
};

/// Attacks calls from one party to another by what hostile peers can do.
class demo_attack {
public:
  /// All must outlive the object.
  demo_attack(demo_stage& stage, demo_party& caller, demo_party& callee,
              step_recorder& steps, const termination& signals);

  /// Gives lying owners to n-k of the callee's shares, and calls until every
  /// liar was asked. A reader needs k good shares, and there are k.
  /// @returns `timeout` when liars were not asked within `demo_reads` calls,
  ///          `interrupted`, or what a phone gives.
  [[nodiscard]] expected<attack_outcome> lie_about_spare_shares();

  /// Has all holders of n-k+1 of the callee's shares lie, replicas included.
  /// @returns as `lie_about_spare_shares`.
  [[nodiscard]] expected<attack_outcome> lie_about_too_many_shares();

  /// Sends the callee's adapter an INVITE in the caller's name, signed with
  /// another key.
  /// @returns "refused", or what the adapter did instead; or what reading the
  ///          callee's key gives.
  [[nodiscard]] expected<std::string> forge_invite();

  /// Gives all hostile holders back to their owners.
  /// @returns what `demo_ring::replace_holder` gives.
  [[nodiscard]] expected<void> end();

private:
  using lies = std::map<chord::ring_id, std::set<std::string>>;

  expected<void> corrupt(const lies& about);
  expected<void> call(attack_outcome& outcome);
  [[nodiscard]] const chord::peer_ref& peer(const chord::ring_id& id) const;

  demo_stage& stage_;
  demo_party& caller_;
  demo_party& callee_;
  step_recorder& steps_;
  const termination& signals_;
  std::set<chord::ring_id> corrupted_;
};

} // namespace carillon
