#include "actors/outgoing_calls.hpp"

#include "actors/node_host.hpp"
#include "actors/sip_status.hpp"
#include "protocols/quantity.hpp"
#include "protocols/sip/build.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

namespace {

/// Tells why a call cannot go on after the ring was read; nothing when it can.
std::optional<sip_failure> judge(const location_reading& place,
                                 const key_reading& key) {
  const sip_failure unavailable{sip_status::temporarily_unavailable,
                                "the callee has no phone registered"};
  const bool absent =
    !place.found && place.found.error().code == errc::no_such_record;
  if (!place.found && !absent)
    return to_sip_failure(place.found.error());
  if (place.found && place.found->location.tombstone)
    return unavailable;
  if (key.bundle)
    return absent ? std::optional{unavailable} : std::nullopt;
  if (absent && key.bundle.error().code == errc::no_such_record)
    return sip_failure{sip_status::not_found, "nobody has this name"};
  return to_sip_failure(key);
}

/// Tells whether the callee's location was admitted later than the key that is
/// kept.
bool is_newer(const identity::admission& seen,
              const identity::admission& kept) {
  return seen.epoch > kept.epoch;
}

chord::peer_ref peer_at(const identity::location& where) {
  auto node = std::make_shared<const chord::node_info>(
    chord::node_info{where.node.data(), where.endpoint});
  return {where.peer, where.peer_index, std::move(node)};
}

/// Gives the contacts of a verified 302 that may be called: addresses, nothing
/// that makes a phone do more than call there, and the callee's own node.
std::vector<sip::name_addr> usable_contacts(const sip::message& response,
                                            const std::string& callee_host) {
  std::vector<sip::name_addr> result;
  for (auto& contact : response.contacts()) {
    const auto target = sip::uri::parse(contact.address);
    if (target && target->headers.empty() && !target->params.contains("maddr")
        && (!sip::canonical_ip(target->host).empty()
            || target->host == callee_host)
        && result.size() < defaults::max_contacts)
      result.push_back(std::move(contact));
  }
  return result;
}

bool leads_to_node(const sip::name_addr& contact) {
  return is_node_host(sip::uri::parse(contact.address)->host);
}

} // namespace

outgoing_calls::outgoing_calls(adapter_core& core, trusted_keys& keys,
                               forwarded_calls& forwarded)
  : core_(&core)
  , keys_(&keys)
  , forwarded_(&forwarded) {}

void outgoing_calls::start(phone_request request) {
  const auto& domain = core_->ring().settings().domain;
  const auto target = sip::uri::parse(request.message.request_uri());
  const auto callee = target.and_then([&](const sip::uri& uri) {
    return identity::make_address_of_record(uri.user, domain, domain);
  });
  if (!callee) {
    core_->refuse(request, {sip_status::not_found, to_string(callee.error())});
    return;
  }
  if (calls_.size() >= defaults::pending_calls) {
    core_->refuse(request, {sip_status::service_unavailable, "too many calls"});
    return;
  }
  const auto id = request.id;
  auto trace = core_->make_trace();
  core_->step(trace, call_steps::invite_received,
              "for " + callee->user + " from " + to_string(request.source));
  by_trace_.emplace(trace, id);
  const auto position = calls_
                          .emplace(id,
                                   call{std::move(request),
                                        *callee,
                                        std::move(trace),
                                        timestamp::max(),
                                        {},
                                        {},
                                        {},
                                        {}})
                          .first;
  set_deadline(position, defaults::ring_timeout);
  find_location(id);
  find_key(id);
}

bool outgoing_calls::start_redirected(phone_request& request) {
  const auto now = core_->now();
  std::erase_if(redirected_, [&](const redirected_contact& item) {
    return item.until <= now;
  });
  const auto target = sip::uri::parse(request.message.request_uri());
  const auto known = [&](const redirected_contact& item) {
    return target && item.target == *target;
  };
  if (std::ranges::none_of(redirected_, known))
    return false;
  const auto trace = core_->make_trace();
  core_->step(trace, call_steps::invite_received,
              "after a redirect, from " + to_string(request.source));
  forwarded_->start(std::move(request), {{to_string(*target)}}, trace);
  return true;
}

bool outgoing_calls::cancel(sip::transaction_id id) {
  const auto position = calls_.find(id);
  if (position == calls_.end())
    return false;
  refuse(position, {sip_status::request_terminated, {}});
  return true;
}

bool outgoing_calls::on_delivery(const p2psip::delivery& msg,
                                 std::function<void()> otherwise) {
  const auto named = by_trace_.find(msg.trace);
  if (named == by_trace_.end())
    return false;
  const auto id = named->second;
  const auto& pending = calls_.at(id);
  if (!pending.sent)
    return false;
  const auto response = std::make_shared<std::optional<sip::message>>();
  core_->with_private_key(
    [user = core_->user(), sent = *pending.sent, key = pending.key,
     content = msg.content, now = core_->now(),
     response](Botan::RandomNumberGenerator& rng) {
      return secp2psip::check_answer(
        user, sent, key->key.bundle->bundle, content,
        [&](byte_view data) { return read_sip_names(data, *response); }, now,
        rng);
    },
    [this, id, response, otherwise = std::move(otherwise)](
      const expected<secp2psip::call_answer>& answer) {
      const auto position = calls_.find(id);
      if (position != calls_.end() && answer) {
        conclude(position, *answer, *response);
        return;
      }
      // Anybody can send this: the true answer may still come.
      if (position != calls_.end())
        position->second.bad_answer = answer.error();
      otherwise();
    });
  return true;
}

void outgoing_calls::tick(timestamp now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto position = calls_.find(deadlines_.begin()->second);
    const auto& late = position->second;
    if (!late.sent)
      refuse(
        position,
        {sip_status::service_unavailable, "the ring gave no answer in time"});
    else if (late.bad_answer)
      refuse(position,
             {sip_status::forbidden,
              "the callee's answer: " + to_string(*late.bad_answer)});
    else
      refuse(position,
             {sip_status::temporarily_unavailable,
              "the callee's adapter does not answer"});
  }
}

void outgoing_calls::find_location(sip::transaction_id id) {
  const auto found = [this, id](location_reading read) {
    const auto position = calls_.find(id);
    if (position == calls_.end())
      return;
    auto& pending = position->second;
    const auto hops = quantity(read.hops, "hop", "hops");
    if (read.found)
      core_->step(pending.trace, call_steps::location_found, hops);
    else
      core_->step(pending.trace, call_steps::location_missing,
                  hops + "; " + to_string(read.found.error()));
    pending.place = std::move(read);
    proceed(id);
    core_->settle();
  };
  core_->self
    ->request(core_->config().reader, caf::infinite, lookup_atom_v,
              calls_.at(id).callee)
    .then([found](const location_reading& read) { found(read); },
          [found](const caf::error& why) {
            found({tl::unexpected{ended_actor(why)}, 0});
          });
}

void outgoing_calls::find_key(sip::transaction_id id) {
  const auto& pending = calls_.at(id);
  keys_->read(pending.callee, pending.trace,
              [this, id](const trusted_keys::reading_ptr& read) {
                const auto position = calls_.find(id);
                if (position == calls_.end())
                  return;
                position->second.key = read;
                proceed(id);
              });
}

/// Goes on when both location and key were read.
void outgoing_calls::proceed(sip::transaction_id id) {
  const auto position = calls_.find(id);
  auto& pending = position->second;
  if (!pending.place || !pending.key)
    return;
  const auto& key = pending.key->key;
  if (const auto failure = judge(*pending.place, key)) {
    refuse(position, *failure);
    return;
  }
  const auto& admitted = pending.place->found->admission;
  if (pending.key->kept && is_newer(admitted, key.bundle->admission)) {
    keys_->forget(pending.callee);
    pending.key.reset();
    find_key(id);
  } else if (admitted.bundle != key.bundle->bundle.id()
             || admitted.signature_key
               != key.bundle->bundle.keys.signature.id()) {
    refuse(position,
           {sip_status::forbidden,
            "the callee's location is signed with another key than"
            " the one that the shares give"});
  } else if (const auto good = keys_->trust(
               *key.bundle, trusted_keys::role::caller, pending.trace);
             !good) {
    refuse(position, to_sip_failure(good.error()));
  } else {
    invite(position);
  }
}

/// Asks the callee's adapter where the callee's phones are.
void outgoing_calls::invite(calls::iterator position) {
  auto& pending = position->second;
  auto original = pending.request.message;
  sip::strip_credentials(original);
  core_->with_private_key(
    [user = core_->user(), key = pending.key, text = original.print(),
     now = core_->now()](Botan::RandomNumberGenerator& rng) {
      return secp2psip::make_invite(user, key->key.bundle->bundle, text, now,
                                    rng);
    },
    [this, id = position->first](expected<secp2psip::outgoing_invite> made) {
      const auto found = calls_.find(id);
      if (found == calls_.end())
        return;
      if (made)
        send_invite(found, std::move(*made));
      else
        refuse(found, to_sip_failure(made.error()));
    });
}

void outgoing_calls::send_invite(calls::iterator position,
                                 secp2psip::outgoing_invite made) {
  auto& pending = position->second;
  core_->step(pending.trace, call_steps::invite_signed,
              std::string{identity::to_string(made.sent.mode)});
  pending.sent = std::move(made.sent);
  set_deadline(position, defaults::answer_timeout);
  core_->deliver(peer_at(pending.place->found->location),
                 {pending.callee.user, pending.trace, std::move(made.data)});
}

/// @param response what a redirection carries.
void outgoing_calls::conclude(calls::iterator position,
                              const secp2psip::call_answer& answer,
                              const std::optional<sip::message>& response) {
  if (const auto* refusal = std::get_if<secp2psip::refusal>(&answer)) {
    refuse(position, {refusal->code, refusal->reason});
    return;
  }
  const auto callee = peer_at(position->second.place->found->location);
  const auto contacts = usable_contacts(*response, node_host(*callee.node));
  core_->step(position->second.trace, call_steps::redirect_verified,
              quantity(contacts.size(), "contact", "contacts"));
  if (contacts.empty())
    refuse(position,
           {sip_status::temporarily_unavailable,
            "none of the callee's contacts can be called"});
  else if (std::ranges::any_of(contacts, leads_to_node))
    forward_over_link(position, callee, contacts);
  else if (core_->settings().mode == call_mode::proxy)
    forward(position, contacts);
  else
    redirect(position, contacts);
}

/// Forwards a call to a node that only links lead to.
void outgoing_calls::forward_over_link(
  calls::iterator position, const chord::peer_ref& callee,
  const std::vector<sip::name_addr>& contacts) {
  const auto path = core_->config().transport->path_to(callee);
  core_->log(log_level::debug, position->second.trace,
             [&] { return "the call goes over " + to_string(path); });
  forward(position, contacts);
}

void outgoing_calls::forward(calls::iterator position,
                             const std::vector<sip::name_addr>& contacts) {
  std::vector<sip::fork_target> targets;
  for (const auto& contact : contacts)
    targets.push_back({contact.address, contact.q().value_or(0)});
  auto request = std::move(position->second.request);
  const auto trace = position->second.trace;
  end(position);
  forwarded_->start(std::move(request), std::move(targets), trace);
}

void outgoing_calls::redirect(calls::iterator position,
                              const std::vector<sip::name_addr>& contacts) {
  auto& pending = position->second;
  remember(contacts);
  const auto& request = pending.request.message;
  auto response = sip::make_response(request, sip_status::moved_temporarily,
                                     core_->layer().tokens().to_tag(request));
  for (const auto& contact : contacts)
    response.append("Contact", to_string(contact));
  core_->respond(pending.request.id, response);
  core_->step(pending.trace, call_steps::redirected, contacts.front().address);
  end(position);
}

void outgoing_calls::refuse(calls::iterator position, const sip_failure& why) {
  const auto& pending = position->second;
  const auto reason =
    why.why.empty() ? std::string{sip::reason_phrase(why.status)} : why.why;
  core_->step(pending.trace, call_steps::call_refused,
              std::to_string(why.status) + " " + reason);
  core_->refuse(pending.request, why);
  end(position);
}

void outgoing_calls::end(calls::iterator position) {
  deadlines_.erase({position->second.deadline, position->first});
  by_trace_.erase(position->second.trace);
  calls_.erase(position);
}

void outgoing_calls::set_deadline(calls::iterator position, duration after) {
  auto& pending = position->second;
  deadlines_.erase({pending.deadline, position->first});
  pending.deadline = core_->now() + after;
  deadlines_.emplace(pending.deadline, position->first);
}

void outgoing_calls::remember(const std::vector<sip::name_addr>& contacts) {
  const auto now = core_->now();
  for (const auto& contact : contacts) {
    auto target = *sip::uri::parse(contact.address);
    std::erase_if(redirected_, [&](const redirected_contact& item) {
      return item.until <= now || item.target == target;
    });
    if (redirected_.size() < defaults::redirected_contacts)
      redirected_.push_back(
        {std::move(target), now + defaults::redirect_memory});
  }
}

} // namespace carillon
