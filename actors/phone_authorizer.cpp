#include "actors/phone_authorizer.hpp"

#include "actors/sip_status.hpp"
#include "protocols/sip/build.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

/// Bytes of the key of the nonces.
constexpr size_t nonce_key_size = 32;

bool has_password(const configured_user* user) {
  return user != nullptr && !user->ha1.empty();
}

} // namespace

phone_authorizer::phone_authorizer(adapter_core& core)
  : core_(&core)
  , user_(core.settings().find(core.config().user.user)) {
  if (!has_password(user_))
    return;
  bytes secret(nonce_key_size);
  core.rng().randomize(secret.data(), secret.size());
  sip::digest_authenticator::config config;
  config.realm = core.settings().domain.name;
  config.algorithms = user_->algorithms;
  digest_.emplace(std::move(config), std::move(secret));
}

std::optional<sip::message>
phone_authorizer::check_register(const phone_request& request) {
  if (digest_)
    return authenticate(request, asker::server);
  if (core_->settings().open_registration)
    return std::nullopt;
  return make_failure(request.message,
                      {sip_status::forbidden, "this user has no password"},
                      core_->layer().tokens().to_tag(request.message),
                      core_->settings().domain.name);
}

std::optional<sip::message>
phone_authorizer::check_call(const phone_request& request,
                             const sip::registrar& phones) {
  if (phones.registered_from(request.source, core_->now()))
    return std::nullopt;
  if (digest_)
    return authenticate(request,
                        core_->settings().mode == call_mode::proxy
                          ? asker::proxy
                          : asker::server);
  return make_failure(
    request.message,
    {sip_status::forbidden,
     "this phone has not registered as " + core_->user().aor.user},
    core_->layer().tokens().to_tag(request.message),
    core_->settings().domain.name);
}

std::optional<sip::message>
phone_authorizer::authenticate(const phone_request& request, asker who) {
  const auto& message = request.message;
  const auto values =
    message.all(who == asker::server ? "Authorization" : "Proxy-Authorization");
  const auto result = digest_->verify(
    values, message.method(), message.request_uri(),
    [this](std::string_view user,
           sip::digest_algorithm algorithm) -> std::optional<std::string> {
      const auto found = user_->ha1.find(algorithm);
      if (user != core_->user().aor.user || found == user_->ha1.end())
        return std::nullopt;
      return found->second;
    },
    core_->now());
  using verdict = sip::digest_authenticator::verdict;
  switch (result.status) {
  case verdict::accepted:
    return std::nullopt;
  case verdict::malformed:
    return sip::make_response(message, sip_status::bad_request,
                              core_->layer().tokens().to_tag(message),
                              "Bad Credentials");
  case verdict::stale:
    return challenge(request, who, true);
  case verdict::refused:
    break;
  }
  if (!values.empty())
    core_->log(log_level::warning, {}, [&] {
      return "wrong credentials for " + core_->user().aor.user + " from "
        + to_string(request.source);
    });
  return challenge(request, who, false);
}

sip::message phone_authorizer::challenge(const phone_request& request,
                                         asker who, bool stale) {
  const bool server = who == asker::server;
  auto result =
    sip::make_response(request.message,
                       server ? sip_status::unauthorized
                              : sip_status::proxy_authentication_required,
                       core_->layer().tokens().to_tag(request.message));
  for (const auto& value : digest_->challenges(core_->now(), stale))
    result.append(server ? "WWW-Authenticate" : "Proxy-Authenticate", value);
  return result;
}

} // namespace carillon
