#include "runtime/membership.hpp"

#include "protocols/identity/verifier.hpp"
#include "runtime/node_files.hpp"

#include <utility>

namespace carillon {

namespace {

/// Checks that the ring of the data directory is the one of the configuration.
expected<void> check_ring_pin(const entrance& with,
                              const identity::ring_descriptor& ring) {
  const auto& settings = *with.settings;
  const auto& pin = settings.overlay.ring;
  if (!pin || *pin == ring.ring())
    return {};
  return fail(errc::invalid_configuration,
              "overlay.ring: the ring in " + settings.node.data_dir.string()
                + " is sha256=" + ring.ring().to_hex()
                + "; correct it, or use another node.data_dir for another "
                  "ring");
}

expected<membership> found(const entrance& with,
                           Botan::RandomNumberGenerator& rng) {
  const auto& settings = *with.settings;
  auto ring = load_ring(settings, with.log, rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  if (auto fits = check_ring_pin(with, *ring->descriptor); !fits)
    return tl::unexpected{fits.error()};
  const auto salt = load_salt(settings.node.data_dir, rng);
  if (!salt)
    return tl::unexpected{salt.error()};
  const auto now = with.time->now();
  const identity::ticket grant{
    with.keys->public_half().signature, *salt, settings.node.peers, now,
    now + ring->descriptor->settings().ticket_lifetime};
  return identity::seal_ticket(grant, *ring->descriptor, *ring->bootstrap, rng)
    .map([&](bytes sealed) {
      return membership{
        ring->descriptor, ring->bootstrap, {std::move(sealed), grant}};
    });
}

/// Gives the ticket of an earlier run, if it is good for this one.
std::optional<granted_ticket> find_ticket(const entrance& with,
                                          const joined_ring& known) {
  if (known.ticket.empty())
    return std::nullopt;
  identity::verifier check;
  auto ticket = identity::open_ticket(known.ticket, *known.descriptor, check,
                                      with.time->now());
  if (!ticket || ticket->node_key != with.keys->public_half().signature
      || ticket->max_peers < with.settings->node.peers)
    return std::nullopt;
  return granted_ticket{known.ticket, std::move(*ticket)};
}

admission_plan make_plan(const entrance& with) {
  admission_plan result;
  result.time = with.time;
  result.log = with.log;
  result.keys = with.keys;
  result.chain = with.chain;
  result.bootstrap = with.settings->overlay.bootstrap;
  result.request.peers = with.settings->node.peers;
  result.ring = with.settings->overlay.ring;
  result.discovers = with.settings->overlay.discovery;
  result.listen = with.settings->overlay.listen;
  result.is_stopped = with.is_stopped;
  return result;
}

expected<membership> join(const entrance& with) {
  const auto& settings = *with.settings;
  auto known = load_joined_ring(settings);
  if (!known)
    return tl::unexpected{known.error()};
  auto plan = make_plan(with);
  if (!*known && settings.overlay.discovery && !settings.overlay.ring)
    return fail(errc::invalid_configuration,
                "overlay.ring: a node that finds its ring by overlay.discovery "
                "has to know which one it is: set it to \"sha256=DIGITS\", "
                "with what the log of a node of the ring calls the ring, or "
                "found one with node.roles = [\"bootstrap\"]");
  if (*known) {
    if (auto fits = check_ring_pin(with, *(*known)->descriptor); !fits)
      return tl::unexpected{fits.error()};
    if (auto ticket = find_ticket(with, **known))
      return membership{(*known)->descriptor, nullptr, std::move(*ticket)};
    plan.ring = (*known)->descriptor->ring();
    plan.request.ticket = (*known)->ticket;
  }
  with.log.write(log_level::info, {},
                 [] { return "asking to be let into the ring"; });
  auto got = seek_admission(plan);
  if (!got)
    return tl::unexpected{got.error()};
  if (auto fits =
        check_ring(got->ring.settings(), settings, "of overlay.bootstrap");
      !fits)
    return tl::unexpected{fits.error()};
  auto& admitted = *got->admitted;
  if (auto saved =
        save_joined_ring(settings.node.data_dir, got->ring, admitted.sealed);
      !saved)
    return tl::unexpected{saved.error()};
  return membership{
    std::make_shared<const identity::ring_descriptor>(std::move(got->ring)),
    nullptr,
    {std::move(admitted.sealed), std::move(admitted.ticket)}};
}

} // namespace

expected<membership> enter_ring(const entrance& with,
                                Botan::RandomNumberGenerator& rng) {
  return founds_ring(*with.settings) ? found(with, rng) : join(with);
}

} // namespace carillon
