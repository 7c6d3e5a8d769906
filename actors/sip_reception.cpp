#include "actors/sip_reception.hpp"

#include "actors/sip_failure.hpp"
#include "actors/sip_status.hpp"
#include "actors/user_registration.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/checks.hpp"
#include "protocols/sip/registrar.hpp"

#include <utility>

namespace carillon {

namespace {

/// What this server does.
const sip::server_abilities& abilities() {
  static const sip::server_abilities result{
    {std::string{sip::methods::invite}, std::string{sip::methods::ack},
     std::string{sip::methods::cancel}, std::string{sip::methods::bye},
     std::string{sip::methods::options}, std::string{sip::methods::register_}},
    {}};
  return result;
}

} // namespace

sip_reception::sip_reception(node_context_ptr node, sip_settings_ptr settings,
                             std::shared_ptr<sip_transport> transport,
                             bytes secret, nonce_terms nonces)
  : node_(std::move(node))
  , settings_(std::move(settings))
  , transport_(std::move(transport))
  , tokens_(std::move(secret))
  , nonces_(std::move(nonces)) {}

void sip_reception::forget_nonces() {
  nonces_.none_before = node_->time->now();
}

std::optional<sip::message>
sip_reception::judge(const sip::message& request) const {
  const auto tag = tokens_.to_tag(request);
  if (auto refusal = sip::check_request(request, abilities(), tag))
    return refusal;
  const auto method = request.method();
  if (method == sip::methods::bye)
    return sip::make_response(request, sip_status::no_such_call, tag);
  if (method != sip::methods::options)
    return std::nullopt;
  const auto target = sip::uri::parse(request.request_uri());
  const bool ours = target && means_domain(*target, settings_->domain);
  auto result = sip::make_response(
    request, ours ? sip_status::ok : sip_status::not_found, tag);
  if (ours) {
    result.append("Allow", sip::join(abilities().allowed));
    result.append("Accept", "application/sdp");
  }
  return result;
}

std::optional<sip::message> sip_reception::judge_registration(
  const std::string& user, const sip::flow& source, const sip::message& request,
  bool was_registered) const {
  const auto now = node_->time->now();
  if (auto refusal = authorizer_of(user).check_register(request, source, now))
    return refusal;
  sip::registrar phones{registrar_limits(*node_->ring)};
  const auto outcome = phones.apply(request, source, now);
  const bool withdraws = was_registered && !request.contacts().empty();
  if (outcome.status == sip_status::ok
      && (withdraws || !phones.bindings(now).empty()))
    return std::nullopt;
  auto result = make_refusal(request, outcome.status, outcome.why);
  phones.describe(result, now);
  return result;
}

std::optional<sip::message>
sip_reception::judge_call(const std::string& user, const sip::flow& source,
                          const sip::message& request,
                          bool was_registered) const {
  const auto* configured = settings_->find(user);
  if (configured != nullptr && !configured->ha1.empty())
    return authorizer_of(user).check_call(request, source, {},
                                          node_->time->now());
  if (was_registered)
    return std::nullopt;
  return make_refusal(request, sip_status::forbidden,
                      "nobody has registered under this name here");
}

void sip_reception::refuse(const sip_arrival& arrival,
                           const sip::message& request, unsigned status,
                           const std::string& why) const {
  log_refusal(arrival, status, why);
  answer(arrival, make_refusal(request, status, why));
}

void sip_reception::answer_newcomer(const sip_arrival& arrival,
                                    const sip::message& response) const {
  const auto status = response.status();
  if (status != sip_status::ok && status != sip_status::unauthorized
      && status != sip_status::proxy_authentication_required)
    log_refusal(arrival, status, {});
  answer(arrival, response);
}

void sip_reception::answer(const sip_arrival& arrival,
                           const sip::message& response) const {
  const auto path = response_flow(response.top_via(), arrival.source);
  if (auto data =
        sip::print_answer(response, arrival.message->raw().size(), path.kind))
    transport_->send(path, std::move(*data), {});
}

phone_authorizer sip_reception::authorizer_of(const std::string& user) const {
  return {*settings_, tokens_, node_->log(subsystem::sip), user, nonces_};
}

sip::message sip_reception::make_refusal(const sip::message& request,
                                         unsigned status,
                                         const std::string& why) const {
  return make_failure(request, {status, why}, tokens_.to_tag(request),
                      settings_->domain.name);
}

void sip_reception::log_refusal(const sip_arrival& arrival, unsigned status,
                                const std::string& why) const {
  node_->log(subsystem::sip).write(log_level::warning, {}, [&] {
    return "refused the " + arrival.message->method() + " of "
      + to_string(arrival.source) + " with " + std::to_string(status)
      + (why.empty() ? "" : ": " + why);
  });
}

} // namespace carillon
