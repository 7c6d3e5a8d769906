#include "bench/demo/demo.hpp"

#include "actors/sip_status.hpp"
#include "bench/demo/demo_attack.hpp"
#include "bench/demo/demo_output.hpp"
#include "bench/demo/demo_party.hpp"
#include "bench/demo/demo_rounds.hpp"
#include "bench/quiet_log.hpp"
#include "bench/report.hpp"
#include "bench/scratch_directory.hpp"
#include "protocols/quantity.hpp"
#include "runtime/call_journal.hpp"
#include "storage/rocksdb_store.hpp"

#include <botan/auto_rng.h>
#include <caf/all.hpp>

#include <unistd.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace carillon {

namespace {

// Which peers of the ring have a part; the last one is the forger's.
constexpr size_t bootstrap_peer = 0;
constexpr size_t alice_peer = 1;
constexpr size_t bob_peer = 2;

/// Tells how the calls under an attack ended.
std::string describe_calls(const attack_outcome& outcome) {
  if (outcome.calls == 1)
    return "1 call was " + outcome.call;
  const auto calls = std::to_string(outcome.calls) + " calls were ";
  const bool alike = outcome.call.find(',') == std::string::npos;
  return (alike ? "All " : "") + calls + outcome.call;
}

/// The demonstration while it runs.
class demo {
public:
  demo(const demo_options& options, const scratch_directory& directory,
       std::ostream& out, std::ostream& results)
    : options_(options)
    , directory_(directory)
    , out_(out)
    , results_(results) {}

  expected<void> run();

private:
  expected<void> check_report() const;
  expected<void> make_ring();
  expected<void> make_parties();
  expected<void> register_phones();
  expected<void> call_in(identity::security_mode mode, const char* result);
  expected<void> measure();
  expected<void> attack();
  void show_spare(const attack_outcome& outcome);
  void show_too_many(const attack_outcome& outcome);
  expected<void> write_report();
  expected<void> stay_up();
  void follow_calls();

  const demo_options& options_;
  const scratch_directory& directory_;
  demo_output out_;
  std::ostream& results_;
  const termination signals_;
  report report_{"demo"};
  Botan::AutoSeeded_RNG rng_;
  std::vector<std::pair<std::string, durations>> measured_;
  std::shared_ptr<step_recorder> steps_ = std::make_shared<step_recorder>();
  // What stands on something else comes after it, and so ends before it.
  std::unique_ptr<demo_ring> ring_;
  std::optional<demo_stage> stage_;
  std::unique_ptr<demo_party> alice_;
  std::unique_ptr<demo_party> bob_;
};

expected<void> demo::run() {
  return check_report()
    .and_then([&] { return make_ring(); })
    .and_then([&] { return make_parties(); })
    .and_then([&] { return register_phones(); })
    .and_then([&] {
      return call_in(identity::security_mode::signed_mode, "call_signed");
    })
    .and_then([&] {
      return call_in(identity::security_mode::protected_mode, "call_protected");
    })
    .and_then([&] { return measure(); })
    .and_then([&] { return attack(); })
    .and_then([&] { return write_report(); })
    .and_then([&] { return stay_up(); });
}

/// The report is what many wait for: that it cannot be written has to be known
/// before the work.
expected<void> demo::check_report() const {
  if (!options_.json || reports_to_stream(options_))
    return {};
  return report::check_writable(*options_.json);
}

expected<void> demo::make_ring() {
  auto store = storage::rocksdb_store::open(directory_.path() / "records");
  if (!store)
    return tl::unexpected{store.error()};
  demo_ring_config config;
  config.ring.domain = defaults::demo_domain;
  config.peers = options_.peers;
  config.seed = options_.seed;
  config.sink = make_quiet_log();
  config.store = std::move(*store);
  auto ring = demo_ring::make(config, rng_);
  if (!ring)
    return tl::unexpected{ring.error()};
  ring_ = std::move(*ring);
  const auto figures = measure_ring(*ring_, signals_);
  if (!figures)
    return tl::unexpected{figures.error()};
  const auto& settings = ring_->context().ring->settings();
  out_.section("A ring of " + std::to_string(figures->peers)
               + " peers in one process");
  out_.entry("neighbours",
             figures->consistent ? "all as they must be" : "NOT CONSISTENT");
  out_.entry("hops of a lookup",
             std::to_string(figures->mean_hops).substr(0, 4)
               + " on average, of " + std::to_string(defaults::demo_lookups)
               + " lookups");
  out_.entry("keys",
             "split into " + std::to_string(settings.n) + " shares, "
               + std::to_string(settings.k) + " rebuild them, "
               + std::to_string(settings.replicas) + " nodes hold each");
  report_.parameters = {{"peers", options_.peers},
                        {"seed", options_.seed},
                        {"k", settings.k},
                        {"n", settings.n},
                        {"replicas", settings.replicas},
                        {"rounds", defaults::demo_rounds},
                        {"key_cache", "cold"}};
  report_.results["ring"] = {{"peers", figures->peers},
                             {"consistent", figures->consistent},
                             {"mean_hops", figures->mean_hops}};
  return {};
}

expected<void> demo::make_parties() {
  stage_.emplace(
    make_stage(*ring_, bootstrap_peer, steps_, directory_.path(), rng_));
  const auto make = [&](size_t peer, const char* user,
                        std::unique_ptr<demo_party>& party) -> expected<void> {
    auto made = demo_party::make(*stage_, peer, user);
    if (!made)
      return tl::unexpected{made.error()};
    party = std::move(*made);
    return {};
  };
  return make(alice_peer, "alice", alice_)
    .and_then([&] { return make(bob_peer, "bob", bob_); })
    .map([&] {
      out_.section("Two adapters, each on a node of its own");
      for (const auto* party : {alice_.get(), bob_.get()})
        out_.entry(party->aor().user, "udp:" + to_string(party->adapter()));
    });
}

expected<void> demo::register_phones() {
  for (auto* party : {alice_.get(), bob_.get()}) {
    const auto answer = party->phone().register_here();
    if (!answer)
      return tl::unexpected{answer.error()};
    out_.section("The phone of " + party->aor().user + " registers: "
                 + std::to_string(answer->status()) + " " + answer->reason());
    out_.path(steps_->take());
  }
  return {};
}

/// Shows one call and measures more of them.
expected<void> demo::call_in(identity::security_mode mode, const char* result) {
  for (auto* party : {alice_.get(), bob_.get()}) {
    if (auto started = party->restart(mode); !started)
      return started;
    if (const auto answer = party->phone().register_here(); !answer)
      return tl::unexpected{answer.error()};
  }
  const auto ignored = steps_->take();
  const auto answer = alice_->phone().call(bob_->aor().user);
  if (!answer)
    return tl::unexpected{answer.error()};
  out_.section("alice calls bob, " + std::string{to_string(mode)} + ": "
               + std::to_string(answer->status()) + " " + answer->reason());
  out_.path(steps_->take());
  if (answer->status() == sip_status::moved_temporarily) {
    const auto contacts = answer->contacts();
    const auto target = contacts.empty() ? "" : contacts.front().address;
    if (auto called = alice_->phone().call_phone(target, bob_->phone());
        !called)
      return called;
    out_.line("alice's phone calls " + target
              + ": answered, acknowledged, hung up.");
  }
  const auto measured =
    measure_calls(*alice_, *bob_, signals_, defaults::demo_rounds);
  if (!measured)
    return tl::unexpected{measured.error()};
  measured_.emplace_back("INVITE to 302, " + std::string{to_string(mode)},
                         *measured);
  report_.results[result] = measured->to_json();
  return {};
}

expected<void> demo::measure() {
  const auto registrations =
    measure_registrations(*alice_, signals_, defaults::demo_rounds);
  if (!registrations)
    return tl::unexpected{registrations.error()};
  const auto lookups =
    measure_lookups(*alice_, *bob_, signals_, defaults::demo_rounds);
  if (!lookups)
    return tl::unexpected{lookups.error()};
  const auto keys =
    measure_reconstructions(*alice_, *bob_, signals_, defaults::demo_rounds);
  if (!keys)
    return tl::unexpected{keys.error()};
  report_.results["registration"] = registrations->to_json();
  report_.results["lookup"] = lookups->to_json();
  report_.results["reconstruct"] = keys->to_json();
  out_.section("Measured, with a cold key cache");
  out_.measured_heading();
  out_.measured("REGISTER to 200", *registrations);
  out_.measured("lookup", *lookups);
  out_.measured("key from shares", *keys);
  for (const auto& [what, values] : measured_)
    out_.measured(what, values);
  return {};
}

expected<void> demo::attack() {
  demo_attack attack{*stage_, *alice_, *bob_, *steps_, signals_};
  auto& results = report_.results["attack"];
  out_.section("Attacks on calls to bob");
  const auto spare = attack.lie_about_spare_shares();
  if (!spare)
    return tl::unexpected{spare.error()};
  show_spare(*spare);
  results["liars_n_minus_k"] = {{"call", spare->call}, {"named", spare->named}};
  const auto many = attack.lie_about_too_many_shares();
  if (!many)
    return tl::unexpected{many.error()};
  show_too_many(*many);
  results["liars_above_n_minus_k"] = {{"call", many->call}};
  if (auto ended = attack.end(); !ended)
    return ended;
  const auto forged = attack.forge_invite();
  if (!forged)
    return tl::unexpected{forged.error()};
  out_.line("An INVITE in alice's name, signed with another key than hers, was "
            + *forged + " by bob's adapter.");
  results["forged_invite"] = *forged;
  return {};
}

void demo::show_spare(const attack_outcome& outcome) {
  const auto& settings = ring_->context().ring->settings();
  const auto liars = outcome.liars.size();
  out_.line(quantity(liars, "holder lies", "holders lie")
            + " about one share of bob's key each; the other "
            + std::to_string(settings.n - liars) + " of "
            + std::to_string(settings.n) + " shares are enough to rebuild it. "
            + describe_calls(outcome)
            + "; by then every liar had been asked and was named:");
  for (const auto& id : outcome.named)
    out_.entry("  liar", id);
}

void demo::show_too_many(const attack_outcome& outcome) {
  const auto& settings = ring_->context().ring->settings();
  const auto forged = settings.n - settings.k + 1;
  out_.line(
    quantity(outcome.liars.size(), "holder lies", "holders lie") + " about "
    + std::to_string(forged) + " shares, all copies included; the other "
    + std::to_string(settings.n - forged) + " are too few to rebuild the key. "
    + describe_calls(outcome)
    + (outcome.call == "refused" ? ", none reached anybody else." : "."));
}

expected<void> demo::write_report() {
  if (!options_.json)
    return {};
  if (!reports_to_stream(options_))
    return report_.write(*options_.json);
  report_.write(results_);
  return {};
}

expected<void> demo::stay_up() {
  if (!options_.wait || ::isatty(STDOUT_FILENO) == 0)
    return {};
  // From now on nothing but their own phones answers people.
  for (auto* party : {alice_.get(), bob_.get()})
    if (const auto answer = party->phone().unregister(); !answer)
      return tl::unexpected{answer.error()};
  const auto ignored = steps_->take();
  out_.section("Your turn");
  out_.line(
    "Give each of two SIP phones of this machine an account without a "
    "password, and its adapter as registrar and outbound proxy, by UDP:");
  for (const auto* party : {alice_.get(), bob_.get()})
    out_.entry(to_string(party->aor()), to_string(party->adapter()));
  out_.line("Then call sip:" + to_string(bob_->aor())
            + ". Ctrl-C ends the demonstration.");
  follow_calls();
  return {};
}

/// Prints what people do with their phones, until somebody asks to end.
void demo::follow_calls() {
  call_journal journal;
  while (!signals_.requested()) {
    const auto any = [](const recorded_step&) {
      return true;
    };
    if (!steps_->wait_for(any, defaults::demo_live_interval))
      continue;
    for (const auto& step : steps_->take())
      if (const auto line = journal.add(step))
        out_.line(*line);
  }
  signals_.wait();
  out_.line("");
}

} // namespace

bool reports_to_stream(const demo_options& options) {
  return options.json && *options.json == "-";
}

expected<void> run_demo(const demo_options& options, std::ostream& out,
                        std::ostream& results) {
  const auto directory = scratch_directory::make();
  if (!directory)
    return tl::unexpected{directory.error()};
  return demo{options, *directory, out, results}.run();
}

} // namespace carillon
