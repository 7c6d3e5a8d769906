#include "actors/adapter_core.hpp"

#include "protocols/sip/build.hpp"
#include "protocols/sip/parser.hpp"
#include "protocols/sip/uri.hpp"

#include <caf/all.hpp>

#include <array>

namespace carillon {

namespace {

/// Bytes of a trace id and of the secrets that are drawn from the seed.
constexpr size_t trace_size = 8;
constexpr size_t secret_size = 32;

bytes draw(Botan::RandomNumberGenerator& rng, size_t size) {
  bytes result(size);
  rng.randomize(result.data(), result.size());
  return result;
}

identity::security_mode mode_of(const sip_settings& settings,
                                const std::string& user) {
  const auto* configured = settings.find(user);
  return configured != nullptr && configured->security ? *configured->security
                                                       : settings.security;
}

} // namespace

adapter_core::adapter_core(sip_adapter_actor::pointer owner,
                           sip_adapter_config config)
  : self(owner)
  , config_(std::move(config))
  , log_(config_.node->log(subsystem::sip))
  , rng_(
      Botan::secure_vector<uint8_t>(config_.seed.begin(), config_.seed.end()))
  , check_(defaults::adapter_verifier_entries,
           defaults::adapter_verifier_entries)
  , layer_({config_.settings->timing, sip::defaults::max_transactions,
            config_.memory},
           draw(rng_, secret_size))
  , user_{nullptr, config_.user, config_.node->ring->ring(),
          mode_of(*config_.settings, config_.user.user)} {}

void adapter_core::take(credentials_ptr loaded) {
  user_.keys = loaded->keys;
  credentials_ = std::move(loaded);
}

void adapter_core::forget_predecessor() {
  auto rest = *credentials_;
  rest.predecessor = nullptr;
  credentials_ = std::make_shared<const user_credentials>(std::move(rest));
}

bool adapter_core::has_slow_keys() const {
  const auto& before = credentials_->predecessor;
  return user_.keys->suite() == identity::suite::rsa
    || (before && before->suite() == identity::suite::rsa);
}

std::string adapter_core::make_trace() {
  return to_hex(draw(rng_, trace_size));
}

void adapter_core::observe(std::string_view trace, std::string_view step,
                           const std::string& detail) const {
  if (settings().observer)
    settings().observer->on_step(trace, config_.user.user, step, detail, now());
}

void adapter_core::step(std::string_view trace, std::string_view step,
                        const std::string& detail, log_level level) const {
  log(level, trace, [&] {
    return config_.user.user + ": " + std::string{step}
    + (detail.empty() ? "" : ": " + detail);
  });
  observe(trace, step, detail);
}

void adapter_core::respond(sip::transaction_id id,
                           const sip::message& response) {
  layer_.respond(id, response, now(), events);
}

void adapter_core::refuse(const phone_request& request,
                          const sip_failure& failure) {
  respond(request.id,
          make_failure(request.message, failure,
                       layer_.tokens().to_tag(request.message),
                       settings().domain.name));
}

peer_actor adapter_core::peer() const {
  return config_.node->directory->asker(config_.place);
}

void adapter_core::deliver(const chord::peer_ref& to,
                           p2psip::delivery what) const {
  if (const auto through = peer())
    self->send(through, deliver_atom_v, to, std::move(what));
}

void adapter_core::remember(
  const std::string& key, const bytes& value, storage::durability wanted,
  const std::function<void(const write_outcome&)>& done) {
  self
    ->request(config_.node->writer, caf::infinite, put_atom_v, key, value,
              wanted)
    .then([done](const write_outcome& written) { done(written); },
          [done](const caf::error& why) {
            done(tl::unexpected{ended_actor(why)});
          });
}

void adapter_core::store(bytes record,
                         const std::function<void(const put_outcome&)>& done) {
  const auto through = peer();
  if (!through) {
    done(fail(errc::unreachable, "the peer of this adapter is not there"));
    return;
  }
  self
    ->request(
      through, caf::infinite, put_atom_v,
      p2psip::shared_bytes{std::make_shared<const bytes>(std::move(record))})
    .then([done](const put_outcome& stored) { done(stored); },
          [done](const caf::error& why) {
            done(tl::unexpected{ended_actor(why)});
          });
}

expected<secp2psip::sip_names>
read_sip_names(byte_view data, std::optional<sip::message>& read) {
  auto message = sip::parse_message(data);
  if (!message)
    return tl::unexpected{message.error().why};
  const auto from = sip::uri::parse(message->from().address);
  if (!from)
    return tl::unexpected{from.error()};
  const auto to = sip::uri::parse(message->to().address);
  if (!to)
    return tl::unexpected{to.error()};
  read = std::move(*message);
  return secp2psip::sip_names{from->user, to->user};
}

} // namespace carillon
