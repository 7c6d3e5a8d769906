#include "actors/bootstrap_client.hpp"

#include "actors/services.hpp"
#include "actors/sip_status.hpp"
#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/succession.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

/// What a REGISTER says about a node without a link listener; the field must
/// not be empty.
constexpr std::string_view no_endpoint = "local";

/// Lets the keys before these sign for the bundle.
expected<std::optional<bytes>> make_succession(adapter_core& core,
                                               byte_view bundle) {
  const auto& own = *core.credentials();
  if (!own.predecessor || own.epoch < 2)
    return std::optional<bytes>{};
  const auto& ring = core.ring();
  auto old =
    identity::seal_bundle(core.user().aor, own.epoch - 1, core.now(), {},
                          ring.ring(), *own.predecessor, core.rng());
  if (!old)
    return tl::unexpected{old.error()};
  const auto replacement = identity::open_bundle(bundle, ring, core.check());
  if (!replacement)
    return tl::unexpected{replacement.error()};
  return identity::seal_succession(*old, *replacement, ring, *own.predecessor,
                                   core.check(), core.rng())
    .map([](bytes made) { return std::optional{std::move(made)}; });
}

} // namespace

bootstrap_client::bootstrap_client(adapter_core& core)
  : core_(&core) {}

void bootstrap_client::ask(const std::string& trace, identity::location where,
                           done then) {
  trace_ = trace;
  where_ = std::move(where);
  then_ = std::move(then);
  next_server_ = 0;
  failure_ = {sip_status::service_unavailable, "no bootstrap server is known"};
  ask_next();
}

bool bootstrap_client::on_delivery(const p2psip::delivery& msg) {
  if (!sent_ || msg.trace != trace_)
    return false;
  const auto checked = secp2psip::check_register_answer(
    core_->user(), *sent_, msg.content, core_->now(), core_->rng());
  if (!checked) {
    core_->log(log_level::warning, trace_, [&] {
      return "ignored what is no answer of the bootstrap server: "
        + to_string(checked.error());
    });
    return false;
  }
  if (const auto* answer = std::get_if<secp2psip::registered>(&*checked))
    on_answer(*answer);
  else
    on_refusal(std::get<secp2psip::refusal>(*checked));
  return true;
}

void bootstrap_client::tick(timestamp now) {
  if (deadline_ > now)
    return;
  failure_ = {sip_status::service_unavailable,
              "the bootstrap server does not answer"};
  core_->log(log_level::warning, trace_, [&] {
    return "bootstrap server " + std::to_string(next_server_) + " of "
      + std::to_string(core_->settings().bootstrap_servers.size())
      + " does not answer";
  });
  ask_next();
}

void bootstrap_client::ask_next() {
  const auto& servers = core_->settings().bootstrap_servers;
  if (next_server_ >= servers.size()) {
    finish(tl::unexpected{failure_});
    return;
  }
  const auto& server = servers[next_server_++];
  auto request = make_request(server.key);
  if (!request) {
    finish(tl::unexpected{to_sip_failure(request.error())});
    return;
  }
  sent_ = std::move(request->sent);
  deadline_ = core_->now() + defaults::bootstrap_timeout;
  core_->step(trace_, call_steps::bootstrap_asked,
              "peer " + chord::brief(server.peer.id));
  core_->deliver(
    server.peer,
    {std::string{services::bootstrap}, trace_, std::move(request->data)});
}

expected<secp2psip::outgoing_register>
bootstrap_client::make_request(const identity::public_key& server) {
  const auto& own = *core_->credentials();
  const auto& ring = core_->ring().ring();
  const auto now = core_->now();
  auto bundle =
    identity::seal_bundle(core_->user().aor, own.epoch, now, own.certificates,
                          ring, *own.keys, core_->rng());
  if (!bundle)
    return tl::unexpected{bundle.error()};
  auto succession = make_succession(*core_, *bundle);
  if (!succession)
    return tl::unexpected{succession.error()};
  auto location =
    identity::sign_location(where_, ring, *own.keys, core_->rng());
  if (!location)
    return tl::unexpected{location.error()};
  const auto& endpoint = where_.endpoint;
  return secp2psip::make_register(
    core_->user(), server,
    {endpoint.empty() ? std::string{no_endpoint} : endpoint, std::move(*bundle),
     std::move(*location), std::move(*succession)},
    now, core_->rng());
}

void bootstrap_client::on_answer(const secp2psip::registered& answer) {
  const auto admitted = identity::open_admission(
    answer.admission, core_->ring(), core_->check(), core_->now());
  const auto own = core_->credentials()->keys->public_half().id();
  if (!admitted) {
    on_refusal({sip_status::service_unavailable,
                "a bootstrap server made a bad admission: "
                  + to_string(admitted.error())});
  } else if (admitted->aor != core_->user().aor || admitted->bundle != own) {
    on_refusal({sip_status::service_unavailable,
                "a bootstrap server admitted somebody else"});
  } else {
    core_->step(trace_, call_steps::bootstrap_answered, "admitted");
    finish(answer.admission);
  }
}

void bootstrap_client::on_refusal(const secp2psip::refusal& why) {
  core_->step(trace_, call_steps::bootstrap_answered, "refused: " + why.reason);
  failure_ = {why.code, why.reason};
  // A server that cannot decide leaves it to the next; a decision stands.
  if (why.code >= sip_status::server_error)
    ask_next();
  else
    finish(tl::unexpected{failure_});
}

void bootstrap_client::finish(const outcome& result) {
  sent_.reset();
  deadline_ = timestamp::max();
  const auto then = std::exchange(then_, {});
  then(result);
}

} // namespace carillon
