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
constexpr auto no_endpoint = "local";

/// What a REGISTER is made of.
struct request_parts {
  secp2psip::local_user user;
  credentials_ptr own;
  std::shared_ptr<const identity::ring_descriptor> ring;
  identity::location where;
  /// Of earlier keys for these; empty when there is none.
  bytes succession;
  /// The one that is to be renewed; empty when there is none.
  bytes admission;
  identity::public_key server;
  timestamp now;
};

/// Lets the keys before these sign for the bundle.
expected<bytes> make_succession(const request_parts& from, byte_view bundle,
                                Botan::RandomNumberGenerator& rng) {
  const auto& own = *from.own;
  const auto& ring = *from.ring;
  identity::verifier check{defaults::adapter_verifier_entries,
                           defaults::adapter_verifier_entries};
  auto old = identity::seal_bundle(from.user.aor, own.epoch - 1, from.now, {},
                                   ring.ring(), *own.predecessor, rng);
  if (!old)
    return old;
  const auto replacement = identity::open_bundle(bundle, ring, check);
  if (!replacement)
    return tl::unexpected{replacement.error()};
  return identity::seal_succession(*old, *replacement, ring, *own.predecessor,
                                   check, rng);
}

expected<secp2psip::outgoing_register>
make_request(const request_parts& from, Botan::RandomNumberGenerator& rng) {
  const auto& own = *from.own;
  const auto& ring = from.ring->ring();
  auto bundle = identity::seal_bundle(from.user.aor, own.epoch, from.now,
                                      own.certificates, ring, *own.keys, rng);
  if (!bundle)
    return tl::unexpected{bundle.error()};
  auto succession = own.predecessor ? make_succession(from, *bundle, rng)
                                    : expected<bytes>{from.succession};
  if (!succession)
    return tl::unexpected{succession.error()};
  auto location = identity::sign_location(from.where, ring, *own.keys, rng);
  if (!location)
    return tl::unexpected{location.error()};
  secp2psip::registration content;
  content.location =
    from.where.endpoint.empty() ? no_endpoint : from.where.endpoint;
  content.bundle = std::move(*bundle);
  content.location_envelope = std::move(*location);
  if (!succession->empty())
    content.succession = std::move(*succession);
  if (!from.admission.empty())
    content.admission = from.admission;
  return secp2psip::make_register(from.user, from.server, content, from.now,
                                  rng);
}

} // namespace

bootstrap_client::bootstrap_client(adapter_core& core)
  : core_(&core) {}

void bootstrap_client::ask(const std::string& trace, identity::location where,
                           bytes succession, bytes admission, done then) {
  trace_ = trace;
  where_ = std::move(where);
  succession_ = std::move(succession);
  admission_ = std::move(admission);
  then_ = std::move(then);
  servers_ = core_->settings().bootstrap->get();
  next_server_ = 0;
  failure_ = {
    sip_status::service_unavailable,
    "no bootstrap server can be reached; only known users are served"};
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
      + std::to_string(servers_.size()) + " does not answer";
  });
  ask_next();
}

void bootstrap_client::ask_next() {
  if (!core_->peer()) {
    finish(tl::unexpected{
      sip_failure{sip_status::service_unavailable,
                  "no peer of this node is in the ring at the moment"}});
    return;
  }
  if (next_server_ >= servers_.size()) {
    finish(tl::unexpected{failure_});
    return;
  }
  const auto& server = servers_[next_server_++];
  sent_.reset();
  deadline_ = core_->now() + defaults::bootstrap_timeout;
  core_->with_private_key(
    [parts = request_parts{core_->user(), core_->credentials(),
                           core_->config().node->ring, where_, succession_,
                           admission_, server.key, core_->now()}](
      Botan::RandomNumberGenerator& rng) { return make_request(parts, rng); },
    [this, server,
     attempt = ++attempt_](expected<secp2psip::outgoing_register> made) {
      if (attempt == attempt_)
        send(server, std::move(made));
    });
}

void bootstrap_client::send(const bootstrap_server& server,
                            expected<secp2psip::outgoing_register> made) {
  if (!made) {
    finish(tl::unexpected{to_sip_failure(made.error())});
    return;
  }
  sent_ = std::move(made->sent);
  core_->step(trace_, call_steps::bootstrap_asked,
              "peer " + chord::brief(server.peer.id));
  core_->deliver(
    server.peer,
    {std::string{services::bootstrap}, trace_, std::move(made->data)});
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
  ++attempt_;
  deadline_ = timestamp::max();
  const auto then = std::exchange(then_, {});
  then(result);
}

} // namespace carillon
