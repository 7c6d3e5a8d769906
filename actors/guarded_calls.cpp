#include "actors/guarded_calls.hpp"

#include "actors/sip_status.hpp"
#include "actors/sip_token.hpp"
#include "protocols/sip/text.hpp"

#include <algorithm>
#include <utility>

namespace carillon {

namespace {

/// The most preferred q-value, in thousandths.
constexpr unsigned best_q = 1000;

/// Gives the address of the host that a node listens for links at; the empty
/// text when it listens nowhere or names no address.
std::string link_host_of(const chord::peer_ref& peer) {
  const auto& endpoint = peer.node->endpoint;
  return sip::canonical_ip(
    std::string_view{endpoint}.substr(0, endpoint.rfind(':')));
}

/// Tells whether any machine may try a contact; whether it gets there is up to
/// the network.
bool reaches_beyond(const sip::binding& phone) {
  const auto host = sip::canonical_ip(phone.target.host);
  return !sip::is_loopback(host) && !sip::is_unspecified(host);
}

std::string contact_at(const sip::flow& where, const std::string& user,
                       unsigned q) {
  sip::uri target;
  target.user = user;
  target.host = where.local_address;
  target.port = where.local_port;
  if (where.kind != sip::transport::udp)
    target.params.set("transport", sip::to_lower(to_string(where.kind)));
  sip::name_addr contact;
  contact.address = to_string(target);
  contact.params.set("q", sip::print_q(q));
  return to_string(contact);
}

std::string contact_over_link(const std::string& node,
                              const std::string& user) {
  sip::uri target;
  target.user = user;
  target.host = node;
  return "<" + to_string(target) + ">";
}

} // namespace

guarded_calls::guarded_calls(adapter_core& core,
                             const user_registration& registration,
                             forwarded_calls& forwarded)
  : core_(&core)
  , registration_(&registration)
  , forwarded_(&forwarded) {}

tl::expected<std::vector<std::string>, sip_failure> guarded_calls::contacts_for(
  const chord::peer_ref& from, const std::string& caller,
  const sip::message& invite, const std::string& trace) {
  const auto now = core_->now();
  const auto& phones = registration_->phones();
  const auto bindings = phones.bindings(now);
  if (bindings.empty())
    return tl::unexpected{sip_failure{sip_status::temporarily_unavailable,
                                      "no phone is registered"}};
  const bool is_near = shares_host(from);
  if (!is_guarded(bindings, is_near))
    return phones.redirect_contacts(now);
  const auto token = permits_.issue({caller, trace}, now, core_->rng());
  if (!token)
    return tl::unexpected{
      sip_failure{sip_status::service_unavailable, to_string(token.error())}};
  const auto user = make_sip_token(core_->user().aor.user, *token);
  auto listeners = reachable_listeners(is_near);
  if (listeners.empty())
    return std::vector{
      contact_over_link(core_->config().transport->own_host(), user)};
  const auto used = invite.top_via().protocol;
  std::stable_partition(
    listeners.begin(), listeners.end(),
    [&](const sip::flow& where) { return to_string(where.kind) == used; });
  std::vector<std::string> result;
  // One after the other: the permit is good once.
  for (const auto& where : listeners)
    result.push_back(
      contact_at(where, user, best_q - static_cast<unsigned>(result.size())));
  return result;
}

void guarded_calls::start(phone_request request, const std::string& token) {
  const auto caller = sip::uri::parse(request.message.from().address);
  const auto permit = permits_.redeem(
    token_secret(token), caller ? caller->user : std::string{}, core_->now());
  if (!permit) {
    core_->log(log_level::warning, {}, [&] {
      return "refused a call of " + to_string(request.source) + " to "
        + core_->user().aor.user + ": " + to_string(permit.error());
    });
    core_->refuse(request, {sip_status::forbidden, to_string(permit.error())});
    return;
  }
  const auto phones = registration_->phones().bindings(core_->now());
  core_->step(permit->trace, call_steps::permit_used,
              "by " + permit->caller + " from " + to_string(request.source));
  forwarded_->start_guarded(std::move(request), phones, permit->trace);
}

/// Tells whether a peer runs on this machine, as far as addresses tell.
bool guarded_calls::shares_host(const chord::peer_ref& peer) const {
  const auto& own = core_->config().place;
  const auto host = link_host_of(peer);
  // A cluster is one node on several machines.
  if (same_node(peer, own) && host == link_host_of(own))
    return true;
  if (sip::is_loopback(host))
    return sip::is_loopback(link_host_of(own));
  return !host.empty()
    && (host == link_host_of(own)
        || core_->settings().own_addresses.contains(host));
}

bool guarded_calls::is_guarded(const std::vector<sip::binding>& phones,
                               bool is_near) const {
  switch (core_->settings().contacts) {
  case contact_mode::guarded:
    return true;
  case contact_mode::direct:
    return false;
  case contact_mode::automatic:
    break;
  }
  return !is_near
    && (is_hidden() || !std::ranges::all_of(phones, reaches_beyond));
}

/// Tells whether nothing from another machine gets here, as far as the
/// configuration tells: the node opens links and takes none.
bool guarded_calls::is_hidden() const {
  return core_->config().place.node->endpoint.empty()
    && core_->settings().domain.advertised.empty();
}

/// Gives where a caller reaches this node: at what is advertised or else at all
/// listeners, but from another machine not at loopback addresses; nowhere but
/// over links when the node is hidden.
std::vector<sip::flow> guarded_calls::reachable_listeners(bool is_near) const {
  const auto& domain = core_->settings().domain;
  if (!domain.advertised.empty())
    return domain.advertised;
  if (!is_near && is_hidden())
    return {};
  auto result = domain.listen;
  const auto inner = std::stable_partition(
    result.begin(), result.end(), [](const sip::flow& where) {
      return !sip::is_loopback(where.local_address);
    });
  if (!is_near)
    result.erase(inner, result.end());
  return result;
}

} // namespace carillon
