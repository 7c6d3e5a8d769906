#include "bench/demo/demo_attack.hpp"

#include "actors/sip_status.hpp"
#include "bench/defaults.hpp"
#include "bench/demo/lying_holder.hpp"
#include "protocols/secp2psip/caller.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

std::string name_of(unsigned status) {
  if (status == sip_status::moved_temporarily)
    return "redirected";
  if (status == sip_status::forbidden)
    return "refused";
  return std::to_string(status);
}

/// Gives the ring ids among these that a step names.
void collect_named(const recorded_step& step, const std::set<std::string>& ids,
                   std::set<std::string>& named) {
  if (step.step != call_steps::bad_holder)
    return;
  for (const auto& id : ids)
    if (step.detail.find(id) != std::string::npos)
      named.insert(id);
}

} // namespace

demo_attack::demo_attack(demo_stage& stage, demo_party& caller,
                         demo_party& callee, step_recorder& steps,
                         const termination& signals)
  : stage_(stage)
  , caller_(caller)
  , callee_(callee)
  , steps_(steps)
  , signals_(signals) {}

expected<attack_outcome> demo_attack::lie_about_spare_shares() {
  const auto& settings = stage_.ring.context().ring->settings();
  const size_t wanted = settings.n - settings.k;
  lies about;
  // Each liar owns one of the shares it lies about, and lies about that only.
  for (uint8_t i = 1; i <= settings.n && about.size() < wanted; ++i) {
    const auto owner =
      stage_.ring.holders_of(identity::share_key(callee_.aor(), i)).front();
    about.try_emplace(owner.id,
                      std::set{identity::share_key_text(callee_.aor(), i)});
  }
  if (auto done = corrupt(about); !done)
    return tl::unexpected{done.error()};
  attack_outcome result;
  for (const auto& [id, keys] : about)
    result.liars.insert(id.to_hex());
  while (result.named.size() < result.liars.size()) {
    if (result.calls == defaults::demo_reads)
      return fail(errc::timeout, "not every liar was asked");
    if (auto done = call(result); !done)
      return tl::unexpected{done.error()};
  }
  return result;
}

expected<attack_outcome> demo_attack::lie_about_too_many_shares() {
  const auto& settings = stage_.ring.context().ring->settings();
  const auto wanted = settings.n - settings.k + 1;
  lies about;
  for (uint8_t i = 1; i <= wanted; ++i)
    for (const auto& holder :
         stage_.ring.holders_of(identity::share_key(callee_.aor(), i)))
      about[holder.id].insert(identity::share_key_text(callee_.aor(), i));
  if (auto done = corrupt(about); !done)
    return tl::unexpected{done.error()};
  attack_outcome result;
  for (const auto& [id, keys] : about)
    result.liars.insert(id.to_hex());
  while (result.calls < defaults::demo_refusals)
    if (auto done = call(result); !done)
      return tl::unexpected{done.error()};
  return result;
}

expected<std::string> demo_attack::forge_invite() {
  constexpr auto trace = "forged";
  const auto callee = caller_.read_key(callee_.aor());
  if (!callee.bundle)
    return tl::unexpected{callee.bundle.error()};
  auto keys =
    identity::key_pair::generate(identity::suite::ed25519_x25519, stage_.rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  const auto& context = stage_.ring.context();
  const secp2psip::local_user forger{
    std::make_shared<const identity::key_pair>(std::move(*keys)), caller_.aor(),
    context.ring->ring(), identity::security_mode::protected_mode};
  const auto forged =
    secp2psip::make_invite(forger, callee.bundle->bundle,
                           caller_.phone().make_invite(callee_.aor().user),
                           context.time->now(), stage_.rng);
  if (!forged)
    return tl::unexpected{forged.error()};
  const auto ignored = steps_.take();
  // From a peer that is neither party's.
  caf::anon_send(stage_.ring.handle(stage_.ring.peers().back()), deliver_atom_v,
                 callee_.place(),
                 p2psip::delivery{callee_.aor().user, trace, forged->data});
  const auto decided = [](const recorded_step& step) {
    return step.step == call_steps::invite_refused
      || step.step == call_steps::redirect_signed;
  };
  if (!steps_.wait_for(decided, defaults::phone_timeout))
    return std::string{"ignored"};
  const auto steps = steps_.take();
  const auto decision = std::ranges::find_if(steps, decided);
  return std::string{
    decision->step == call_steps::invite_refused ? "refused" : "redirected"};
}

expected<void> demo_attack::end() {
  for (const auto& id : corrupted_)
    if (auto done = stage_.ring.replace_holder(peer(id), {}); !done)
      return done;
  corrupted_.clear();
  return {};
}

/// Puts hostile share holders in the places of honest ones.
expected<void> demo_attack::corrupt(const lies& about) {
  for (const auto& [id, keys] : about) {
    corrupted_.insert(id);
    if (auto done = stage_.ring.replace_holder(peer(id), lie_about(keys));
        !done)
      return done;
  }
  return {};
}

/// Makes a call and notes how it ended and whom the caller's adapter named.
expected<void> demo_attack::call(attack_outcome& outcome) {
  if (signals_.requested())
    return fail(errc::interrupted);
  const auto ignored = steps_.take();
  const auto answer = caller_.phone().call(callee_.aor().user);
  if (!answer)
    return tl::unexpected{answer.error()};
  const auto ended = name_of(answer->status());
  ++outcome.calls;
  if (outcome.call.empty())
    outcome.call = ended;
  else if (outcome.call.find(ended) == std::string::npos)
    outcome.call += ", " + ended;
  for (const auto& step : steps_.take())
    collect_named(step, outcome.liars, outcome.named);
  return {};
}

const chord::peer_ref& demo_attack::peer(const chord::ring_id& id) const {
  return *std::ranges::find(stage_.ring.peers(), id, &chord::peer_ref::id);
}

} // namespace carillon
