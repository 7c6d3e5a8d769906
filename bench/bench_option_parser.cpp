#include "bench/bench_option_parser.hpp"

#include "bench/defaults.hpp"
#include "bench/simulation/hostile_peers.hpp"
#include "protocols/identity/ring_descriptor.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon {

namespace {

/// What the command line gives as numbers of seconds.
template <class Setter>
CLI::Option* add_seconds(CLI::App& command, const char* name, Setter set,
                         const char* what) {
  return command
    .add_option_function<double>(
      name,
      [set](const double& seconds) {
        set(std::chrono::duration_cast<duration>(
          std::chrono::duration<double>{seconds}));
      },
      what)
    ->type_name("SECONDS")
    ->check(
      CLI::Range(defaults::min_bench_seconds, defaults::max_bench_seconds));
}

/// Reads `MEAN[:JITTER]` in milliseconds.
/// @returns nothing when it is something else, or the jitter exceeds the mean.
std::optional<latency_range> parse_latency(const std::string& text) {
  const auto parse = [](std::string_view part) -> std::optional<duration> {
    double value = 0;
    const auto* end = part.data() + part.size();
    const auto [rest, problem] = std::from_chars(part.data(), end, value);
    if (problem != std::errc{} || rest != end || !(value >= 0)
        || value > defaults::max_latency_ms)
      return std::nullopt;
    return std::chrono::duration_cast<duration>(
      std::chrono::duration<double, std::milli>{value});
  };
  const auto colon = text.find(':');
  const auto mean = parse(std::string_view{text}.substr(0, colon));
  const auto jitter = colon == std::string::npos
    ? duration::zero()
    : parse(std::string_view{text}.substr(colon + 1));
  if (!mean || !jitter || *jitter > *mean)
    return std::nullopt;
  return latency_range{*mean, *jitter};
}

void add_threshold_options(CLI::App& command, bench_options& options) {
  const auto add = [&](const char* name, std::optional<uint8_t>& into,
                       const char* what) {
    command
      .add_option_function<unsigned>(
        name,
        [&into](const unsigned& value) { into = static_cast<uint8_t>(value); },
        what)
      ->type_name("N")
      ->check(CLI::Range(2u, unsigned{identity::ring_settings::max_n}));
  };
  add("--k", options.k, "shares that rebuild a key");
  add("--n", options.n, "shares of a key");
}

void add_network_options(CLI::App& command, bench_options& options) {
  command
    .add_option_function<std::string>(
      "--latency-ms",
      [&options](const std::string& text) {
        options.latency = parse_latency(text);
      },
      "how long messages take between nodes")
    ->type_name("MEAN[:JITTER]")
    ->check([](const std::string& text) {
      return parse_latency(text) ? std::string{}
                                 : text
          + " is not MEAN[:JITTER] in milliseconds, with a jitter up to "
            "the mean";
    });
  command.add_option("--loss", options.loss, "share of messages that are lost")
    ->type_name("P")
    ->check(CLI::Range(0.0, defaults::max_loss));
  auto* paced = command.add_flag("--real-time", options.real_time,
                                 "let a second take a second");
  const std::string fast = "let time go as fast as the machine can (default)";
  command.add_flag("--virtual-time", fast)->excludes(paced);
}

void add_hostile_share(CLI::App& command, bench_options& options) {
  command
    .add_option("--hostile-share", options.hostile_share,
                "share of hostile peers, instead of several")
    ->type_name("F")
    ->check(CLI::Range(0.0, defaults::max_hostile_share));
}

void add_attack_options(CLI::App& command, bench_options& options) {
  std::vector<std::string> names{"all"};
  for (const auto one : misdeeds)
    names.emplace_back(to_string(one));
  command
    .add_option("--behaviour", options.behaviour,
                "what hostile peers do, instead of each in turn: drop, "
                "misroute, lie, tamper, replay or all")
    ->type_name("WHAT")
    ->check(CLI::IsMember(names));
  static const std::map<std::string, bool> switches{{"on", true},
                                                    {"off", false}};
  command
    .add_option_function<std::string>(
      "--defences",
      [&options](const std::string& name) {
        options.defences = switches.at(name);
      },
      "on or off, instead of both")
    ->type_name("HOW")
    ->check(CLI::IsMember(switches));
}

void add_load_options(CLI::App& command, bench_options& options) {
  command
    .add_option_function<std::string>(
      "--rate",
      [&options](const std::string& text) {
        options.rate = rate_ramp::parse(text);
      },
      "operations a second; a ramp ends with the first one that is too much")
    ->type_name("RATE|FROM:TO:STEP")
    ->check([](const std::string& text) {
      return rate_ramp::parse(text) ? std::string{}
                                    : text
          + " is not RATE or FROM:TO:STEP in operations a second, from 0.01 to "
            "1000000 and in at most 1000 steps upwards";
    });
  command
    .add_option_function<std::string>(
      "--target",
      [&options](const std::string& text) {
        if (auto target = parse_endpoint(text))
          options.target = std::move(*target);
      },
      "load the node whose adapter listens there for UDP, instead of an own "
      "one")
    ->type_name("HOST:PORT")
    ->check([](const std::string& text) {
      const auto target = parse_endpoint(text);
      return target ? std::string{} : text + ": " + to_string(target.error());
    });
}

} // namespace

void add_common_bench_options(CLI::App& command, bench_options& options) {
  command.add_flag("--quick", options.quick, "a small run");
  command.add_option("--seed", options.seed, "seed of all choices")
    ->type_name("S")
    ->capture_default_str();
  command
    .add_option("--json", options.json,
                "write a report for programs; - is standard output")
    ->type_name("FILE");
  command
    .add_option("--html", options.html,
                "write a page with plots and tables for people")
    ->type_name("FILE");
}

void add_bench_options(CLI::App& command, bench_option_set wanted,
                       bench_options& options) {
  if (has(wanted, bench_option::peers))
    command.add_option("--peers", options.peers, "peers of the ring")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, defaults::max_bench_peers));
  if (has(wanted, bench_option::replicas))
    command
      .add_option_function<unsigned>(
        "--replicas",
        [&options](const unsigned& count) {
          options.replicas = static_cast<uint8_t>(count);
        },
        "nodes that hold each record")
      ->type_name("N")
      ->check(CLI::Range(1u, unsigned{identity::defaults::max_replicas}));
  if (has(wanted, bench_option::operations))
    command
      .add_option("--operations", options.operations, "operations to measure")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, defaults::max_bench_operations));
  if (has(wanted, bench_option::concurrency))
    command
      .add_option("--concurrency", options.concurrency,
                  "operations under way at a time")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, defaults::max_bench_concurrency));
  if (has(wanted, bench_option::time))
    add_seconds(
      command, "--duration", [&options](duration time) { options.time = time; },
      "how long to measure");
  if (has(wanted, bench_option::threshold))
    add_threshold_options(command, options);
  if (has(wanted, bench_option::network))
    add_network_options(command, options);
  if (has(wanted, bench_option::users))
    command.add_option("--users", options.users, "users of the ring")
      ->type_name("N")
      ->check(CLI::Range(size_t{2}, defaults::max_bench_users));
  if (has(wanted, bench_option::lifetimes)) {
    static const std::map<std::string, lifetime_law> laws{
      {"weibull", lifetime_law::weibull},
      {"exponential", lifetime_law::exponential}};
    command
      .add_option_function<std::string>(
        "--lifetimes",
        [&options](const std::string& name) {
          options.lifetimes = laws.at(name);
        },
        "how the times are distributed that peers stay: weibull or "
        "exponential")
      ->type_name("LAW")
      ->check(CLI::IsMember(laws));
  }
  if (has(wanted, bench_option::hostile_share))
    add_hostile_share(command, options);
  if (has(wanted, bench_option::attack))
    add_attack_options(command, options);
  if (has(wanted, bench_option::routing)) {
    using chord::routing_strategy;
    static const std::map<std::string, routing_strategy> names{
      {"semi-recursive", routing_strategy::semi_recursive},
      {"recursive", routing_strategy::recursive},
      {"iterative", routing_strategy::iterative}};
    command
      .add_option_function<std::string>(
        "--routing",
        [&options](const std::string& name) {
          options.routing = names.at(name);
        },
        "how lookups travel: semi-recursive, recursive or iterative")
      ->type_name("HOW")
      ->check(CLI::IsMember(names));
  }
  if (has(wanted, bench_option::load))
    add_load_options(command, options);
}

} // namespace carillon
