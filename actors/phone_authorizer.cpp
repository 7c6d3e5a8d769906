#include "actors/phone_authorizer.hpp"

#include "actors/sip_failure.hpp"
#include "actors/sip_status.hpp"
#include "protocols/sip/build.hpp"

#include <utility>

namespace carillon {

namespace {

bool has_password(const configured_user* user) {
  return user != nullptr && !user->ha1.empty();
}

} // namespace

phone_authorizer::phone_authorizer(const sip_settings& settings,
                                   const sip::token_source& tokens, logger log,
                                   std::string user, const nonce_terms& nonces)
  : settings_(&settings)
  , tokens_(&tokens)
  , log_(std::move(log))
  , name_(std::move(user))
  , user_(settings.find(name_)) {
  if (!has_password(user_))
    return;
  sip::digest_authenticator::config config;
  config.realm = settings.domain.name;
  config.algorithms = user_->algorithms;
  config.none_before = nonces.none_before;
  digest_.emplace(std::move(config), nonces.secret);
}

std::optional<sip::message>
phone_authorizer::check_register(const sip::message& request,
                                 const sip::flow& source, timestamp now) {
  if (digest_)
    return authenticate(request, source, now, asker::server);
  if (sip_settings::takes_anybody(source))
    return std::nullopt;
  return forbid(request, "this user has no password");
}

std::optional<sip::message>
phone_authorizer::check_call(const sip::message& request,
                             const sip::flow& source,
                             const sip::registrar& phones, timestamp now) {
  if (phones.registered_from(source, now))
    return std::nullopt;
  if (digest_)
    return authenticate(request, source, now,
                        settings_->mode == call_mode::proxy ? asker::proxy
                                                            : asker::server);
  return forbid(request, "this phone has not registered as " + name_);
}

std::optional<sip::message>
phone_authorizer::authenticate(const sip::message& request,
                               const sip::flow& source, timestamp now,
                               asker who) {
  const auto values =
    request.all(who == asker::server ? "Authorization" : "Proxy-Authorization");
  const auto result = digest_->verify(
    values, request.method(), request.request_uri(),
    [this](std::string_view user,
           sip::digest_algorithm algorithm) -> std::optional<std::string> {
      const auto found = user_->ha1.find(algorithm);
      if (user != name_ || found == user_->ha1.end())
        return std::nullopt;
      return found->second;
    },
    now);
  using verdict = sip::digest_authenticator::verdict;
  switch (result.status) {
  case verdict::accepted:
    used_until_ = now + sip::digest_authenticator::config{}.nonce_lifetime;
    return std::nullopt;
  case verdict::malformed:
    return sip::make_response(request, sip_status::bad_request,
                              tokens_->to_tag(request), "Bad Credentials");
  case verdict::stale:
    return challenge(request, now, who, true);
  case verdict::refused:
    break;
  }
  if (!values.empty())
    log_.write(log_level::warning, {}, [&] {
      return "wrong credentials for " + name_ + " from " + to_string(source);
    });
  return challenge(request, now, who, false);
}

sip::message phone_authorizer::challenge(const sip::message& request,
                                         timestamp now, asker who,
                                         bool stale) const {
  const bool server = who == asker::server;
  auto result =
    sip::make_response(request,
                       server ? sip_status::unauthorized
                              : sip_status::proxy_authentication_required,
                       tokens_->to_tag(request));
  for (const auto& value : digest_->challenges(now, stale))
    result.append(server ? "WWW-Authenticate" : "Proxy-Authenticate", value);
  return result;
}

sip::message phone_authorizer::forbid(const sip::message& request,
                                      std::string why) const {
  return make_failure(request, {sip_status::forbidden, std::move(why)},
                      tokens_->to_tag(request), settings_->domain.name);
}

} // namespace carillon
