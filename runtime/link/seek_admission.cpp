#include "runtime/link/seek_admission.hpp"

#include "runtime/defaults.hpp"
#include "runtime/link/discovery.hpp"
#include "runtime/link/ring_seeker.hpp"
#include "runtime/link/tls.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

namespace carillon {

namespace {

/// Has one conversation and waits for its end.
expected<link::invitation> ask(const admission_plan& plan,
                               boost::asio::ssl::context& tls,
                               const bootstrap_endpoint& server) {
  expected<link::invitation> result =
    fail(errc::interrupted, "the conversation has not ended");
  const join_question question{plan.request, plan.keys->public_half().signature,
                               server.descriptor ? server.descriptor
                                                 : plan.ring};
  boost::asio::io_context io;
  ask_to_join(io, tls, plan.time, server.address, question,
              [&](expected<link::invitation> got) { result = std::move(got); });
  while (!plan.is_stopped() && !io.stopped())
    io.run_for(defaults::stop_check_interval);
  return result;
}

/// Has nodes that are heard on the local network tried; gives null when nobody
/// listens. What a stranger says counts for nothing without a ring to hold it
/// against.
std::shared_ptr<discovery> discover(const admission_plan& plan,
                                    boost::asio::io_context& io,
                                    ring_seeker& servers) {
  if (!plan.discovers || !plan.ring)
    return nullptr;
  auto result = std::make_shared<discovery>(
    io,
    discovery_config{plan.time,
                     plan.log,
                     *plan.ring,
                     {},
                     interface_of(plan.listen),
                     defaults::discovery_port,
                     std::random_device{}()},
    [&servers](const endpoint& where) { servers.offer(where); });
  result->start();
  result->look(true);
  return result;
}

bool is_configured(const admission_plan& plan,
                   const bootstrap_endpoint& server) {
  return std::ranges::find(plan.bootstrap, server) != plan.bootstrap.end();
}

/// Gives why an answer lets nobody in.
std::optional<error> find_obstacle(const expected<link::invitation>& got) {
  if (!got)
    return got.error();
  if (!got->admitted)
    return got->admitted.error();
  return std::nullopt;
}

} // namespace

expected<link::invitation> seek_admission(const admission_plan& plan) {
  auto tls = make_link_tls(*plan.keys, plan.chain);
  if (!tls)
    return tl::unexpected{tls.error()};
  ring_seeker servers{plan.bootstrap, {}, std::random_device{}()};
  boost::asio::io_context neighbourhood;
  const auto neighbours = discover(plan, neighbourhood, servers);
  const auto begin = plan.time->now();
  error last{errc::unreachable, "no bootstrap server is known"};
  while (!plan.is_stopped()) {
    neighbourhood.poll();
    const auto now = plan.time->now();
    if (plan.patience && now - begin > *plan.patience)
      return tl::unexpected{last};
    const auto server = servers.next(now);
    if (!server) {
      std::this_thread::sleep_for(defaults::stop_check_interval);
      continue;
    }
    auto got = ask(plan, *tls, *server);
    const auto obstacle = find_obstacle(got);
    if (!obstacle)
      return got;
    last = {obstacle->code,
            "bootstrap server " + to_string(server->address) + ": "
              + to_string(*obstacle)};
    // Another ring will not become the right one by asking again.
    if (last.code == errc::wrong_ring && is_configured(plan, *server))
      return tl::unexpected{last};
    plan.log.write(log_level::warning, {},
                   [&] { return "not let in: " + last.detail; });
  }
  return fail(errc::interrupted, "asked to end before the node was let in");
}

} // namespace carillon
