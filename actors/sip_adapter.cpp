#include "actors/sip_adapter.hpp"

#include "actors/quiet.hpp"
#include "actors/sip_status.hpp"
#include "actors/sip_token.hpp"
#include "actors/user_notes.hpp"
#include "protocols/secp2psip/message.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/proxy.hpp"
#include "protocols/sip/via.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

sip_adapter_state::parts::parts(adapter_core& core)
  : keys(core)
  , authorizer(core.settings(), core.layer().tokens(),
               core.config().node->log(subsystem::sip), core.config().user.user,
               core.config().nonces)
  , registration(core)
  , forwarded(core)
  , guarded(core, registration, forwarded)
  , outgoing(core, keys, forwarded)
  , incoming(core, keys, guarded) {}

void sip_adapter_state::start(sip_adapter_config config) {
  core_.emplace(self, std::move(config));
  alarm_ = {core_->config().node->alarms, self};
  core_->settle = [this] {
    settle();
  };
  parts_.emplace(*core_);
  retire_at_ = core_->now() + defaults::adapter_idle_time;
  load();
}

void sip_adapter_state::load() {
  load_notes(user_prefix(core_->config().user.user),
             [this](const std::vector<note>& notes) { load_keys(notes); });
}

/// Loads the user's keys, which are made for users who are new. Others in place
/// of those that were admitted would only be refused, by the ring and by
/// whoever knows the user.
void sip_adapter_state::load_keys(const std::vector<note>& notes) {
  const auto& user = core_->config().user.user;
  const auto take = [this, notes](const credentials_outcome& loaded) {
    if (loaded) {
      core_->take(*loaded);
      parts_->registration.restore(notes);
      load_rest();
    }
    on_part_loaded(loaded ? std::optional<error>{} : loaded.error());
  };
  const auto give_up = [this](const caf::error& why) {
    on_part_loaded(ended_actor(why));
  };
  ++to_load_;
  const auto& keeper = core_->config().keys;
  if (parts_->registration.holds_admission(notes))
    self->request(keeper, caf::infinite, load_atom_v, user).then(take, give_up);
  else
    self->request(keeper, caf::infinite, get_atom_v, user).then(take, give_up);
}

void sip_adapter_state::load_rest() {
  const auto& user = core_->config().user.user;
  load_notes(pin_prefix(user), [this](const std::vector<note>& notes) {
    parts_->keys.restore(notes);
  });
  load_notes(caller_pin_prefix(user), [this](const std::vector<note>& notes) {
    parts_->keys.restore_callers(notes);
  });
  load_notes(nonce_prefix(user), [this](const std::vector<note>& notes) {
    parts_->incoming.restore(notes);
  });
}

void sip_adapter_state::load_notes(
  const std::string& prefix,
  std::function<void(const std::vector<note>&)> take) {
  ++to_load_;
  self
    ->request(core_->config().node->writer, caf::infinite, load_atom_v, prefix)
    .then(
      [this, take = std::move(take)](const loaded_notes& notes) {
        if (notes)
          take(*notes);
        on_part_loaded(notes ? std::optional<error>{} : notes.error());
      },
      [this](const caf::error& why) { on_part_loaded(ended_actor(why)); });
}

void sip_adapter_state::on_part_loaded(const std::optional<error>& failure) {
  if (failure && !load_failure_)
    load_failure_ = failure;
  if (--to_load_ > 0)
    return;
  if (!load_failure_)
    parts_->registration.start();
  const auto waiting = std::exchange(early_, {});
  for (const auto& arrival : waiting)
    take(arrival);
  for (const auto& [from, msg] : std::exchange(early_deliveries_, {}))
    on_delivery(from, msg);
  if (load_failure_) {
    core_->log(log_level::error, {}, [&] {
      return core_->config().user.user
        + " cannot be served: " + to_string(*load_failure_);
    });
    self->quit(caf::exit_reason::user_shutdown);
  }
  settle();
}

void sip_adapter_state::on_arrival(const sip_arrival& arrival) {
  ++arrivals_;
  if (to_load_ == 0)
    take(arrival);
  else if (early_.size() < defaults::early_messages)
    early_.push_back(arrival);
  else
    refuse_early(arrival);
}

/// Refuses what comes while too much waits for the keys.
void sip_adapter_state::refuse_early(const sip_arrival& arrival) {
  auto request = *arrival.message;
  if (!request.is_request() || request.method() == sip::methods::ack)
    return;
  auto top = request.top_via();
  sip::note_source(top, arrival.source);
  request.top_via(top);
  const auto answer = make_failure(
    request, {sip_status::service_unavailable, "too many messages are waiting"},
    core_->layer().tokens().to_tag(request), core_->settings().domain.name);
  const auto path = sip::response_flow(request.top_via(), arrival.source);
  if (auto data = sip::print_answer(answer, request.raw().size(), path.kind))
    core_->config().transport->send(path, std::move(*data), {});
}

void sip_adapter_state::on_delivery(const chord::peer_ref& from,
                                    const p2psip::delivery& msg) {
  if (to_load_ > 0 && early_deliveries_.size() < defaults::early_messages)
    early_deliveries_.emplace_back(from, msg);
  if (to_load_ > 0 || load_failure_)
    return;
  const auto take_call = [this, from, msg] {
    if (const auto answer = secp2psip::answer_line(msg.content);
        !answer.empty())
      core_->log(log_level::warning, msg.trace, [&] {
        return "ignored a " + std::string{answer} + " from peer "
          + chord::brief(from.id)
          + ": it is late, or nothing was asked that it answers";
      });
    else
      parts_->incoming.on_delivery(from, msg);
  };
  if (!parts_->registration.on_delivery(msg)
      && !parts_->outgoing.on_delivery(msg, take_call))
    take_call();
  settle();
}

void sip_adapter_state::on_tick() {
  const auto now = core_->now();
  core_->layer().tick(now, core_->events);
  parts_->registration.tick(now);
  parts_->outgoing.tick(now);
  parts_->incoming.tick(now);
  settle();
  if (retire_at_ <= now)
    ask_to_leave();
}

void sip_adapter_state::take(const sip_arrival& arrival) {
  credit_ = arrival.credit;
  core_->layer().receive(*arrival.message, arrival.source, core_->now(),
                         core_->events);
  settle();
  credit_.reset();
}

/// Carries out what the transactions want done, which may bring about more.
void sip_adapter_state::settle() {
  if (std::exchange(settling_, true))
    return;
  auto& events = core_->events;
  for (size_t i = 0; i < events.size(); ++i) {
    auto event = std::move(events[i]);
    handle(event);
  }
  events.clear();
  settling_ = false;
  note_work();
  request_tick();
}

void sip_adapter_state::handle(sip::transaction_event& event) {
  auto& forwarded = parts_->forwarded;
  if (auto* send = std::get_if<sip::send_bytes>(&event))
    transmit(std::move(*send));
  else if (auto* request = std::get_if<sip::request_arrived>(&event)) {
    const auto id = request->id;
    on_request(*request);
    core_->layer().proceed(id, core_->events);
  } else if (auto* ack = std::get_if<sip::ack_arrived>(&event))
    on_ack(*ack);
  else if (const auto* cancel = std::get_if<sip::cancel_arrived>(&event)) {
    if (!parts_->outgoing.cancel(cancel->id))
      forwarded.cancel(cancel->id);
  } else if (const auto* response = std::get_if<sip::response_arrived>(&event))
    forwarded.on_response(*response);
  else if (const auto* late = std::get_if<sip::transaction_timed_out>(&event))
    forwarded.on_failure(late->id, true);
  else if (const auto* failed = std::get_if<sip::transaction_failed>(&event))
    forwarded.on_failure(failed->id, false);
  else if (const auto* ended = std::get_if<sip::transaction_ended>(&event))
    forwarded.on_ended(ended->id);
}

/// Sends, and has a failure told to the transaction that sends.
void sip_adapter_state::transmit(sip::send_bytes send) {
  auto failed = [me = sip_adapter_actor{self}, id = send.id] {
    caf::anon_send(me, failed_atom_v, id);
  };
  core_->config().transport->send(send.path, std::move(send.data),
                                  std::move(failed));
}

void sip_adapter_state::on_transport_failure(sip::transaction_id id) {
  core_->layer().transport_failed(id, core_->events);
  settle();
}

void sip_adapter_state::on_request(sip::request_arrived& event) {
  phone_request request{event.id, std::move(event.request), event.source,
                        credit_};
  if (load_failure_) {
    core_->refuse(request,
                  {sip_status::server_error,
                   "the user cannot be served: " + to_string(*load_failure_)});
    return;
  }
  const auto token = take_own_token(request.message);
  const auto method = request.message.method();
  if (!token)
    core_->refuse(request, {sip_status::bad_request, to_string(token.error())});
  else if (!token->empty() && method == sip::methods::invite
           && request.message.to().tag().empty())
    parts_->guarded.start(std::move(request), *token);
  else if (!token->empty())
    parts_->forwarded.forward_within(std::move(request), *token);
  else if (method == sip::methods::register_)
    on_registration(std::move(request));
  else if (method == sip::methods::invite)
    on_invite(std::move(request));
  else
    core_->refuse(request, {sip_status::no_such_call, {}});
}

void sip_adapter_state::on_registration(phone_request request) {
  if (const auto refusal = parts_->authorizer.check_register(
        request.message, request.source, core_->now()))
    core_->respond(request.id, *refusal);
  else
    parts_->registration.on_register(std::move(request));
}

void sip_adapter_state::on_invite(phone_request request) {
  const auto& phones = parts_->registration.phones();
  const auto target = sip::uri::parse(request.message.request_uri());
  if (!request.message.to().tag().empty())
    // Within a call that this adapter knows nothing about.
    core_->refuse(request, {sip_status::no_such_call, {}});
  else if (const auto refusal = parts_->authorizer.check_call(
             request.message, request.source, phones, core_->now()))
    core_->respond(request.id, *refusal);
  else if (target && means_domain(*target, core_->settings().domain))
    start_call(std::move(request));
  else if (!parts_->outgoing.start_redirected(request))
    core_->refuse(
      request,
      {sip_status::not_found, "calls go to users of this domain only"});
}

void sip_adapter_state::start_call(phone_request request) {
  if (const auto why = parts_->registration.why_not_admitted())
    core_->refuse(request, *why);
  else
    parts_->outgoing.start(std::move(request));
}

void sip_adapter_state::on_ack(sip::ack_arrived& event) {
  const auto token = take_own_token(event.request);
  if (token && !token->empty())
    parts_->forwarded.forward_ack(event.request, event.source, *token);
}

/// Gives what this adapter had written into the Route, which is taken off, or
/// into the Request-URI; the empty text when it is in neither.
expected<std::string>
sip_adapter_state::take_own_token(sip::message& request) const {
  const auto is_own = [this](const sip::uri& place) {
    return means_domain(place, core_->settings().domain);
  };
  const auto route = sip::take_own_route(request, is_own);
  if (!route)
    return tl::unexpected{route.error()};
  if (*route && token_user((*route)->user))
    return (*route)->user;
  const auto target = sip::uri::parse(request.request_uri());
  return target && is_own(*target) && token_user(target->user) ? target->user
                                                               : std::string{};
}

void sip_adapter_state::request_tick() {
  alarm_.set(std::min(
    {core_->layer().next_deadline().value_or(timestamp::max()),
     parts_->registration.next_deadline(), parts_->outgoing.next_deadline(),
     parts_->incoming.next_deadline(), retire_at_}));
}

/// Tells until when there is something to do, as far as it is known: the
/// present when that cannot be said.
timestamp sip_adapter_state::busy_until() const {
  const auto now = core_->now();
  if (to_load_ > 0 || core_->layer().size() > 0 || parts_->outgoing.is_busy())
    return now;
  return std::max(
    {parts_->authorizer.busy_until(), parts_->registration.busy_until(now),
     parts_->incoming.busy_until(now), parts_->forwarded.busy_until()});
}

void sip_adapter_state::note_work() {
  const auto now = core_->now();
  const auto busy = busy_until();
  retire_at_ = busy >= now
    ? busy + defaults::adapter_idle_time
    : std::min(retire_at_, now + defaults::adapter_idle_time);
}

/// Has the switch end this actor, unless a message is on its way here.
void sip_adapter_state::ask_to_leave() {
  retire_at_ = core_->now() + defaults::adapter_idle_time;
  request_tick();
  self->send(core_->config().parent, leave_atom_v, core_->config().user.user,
             arrivals_, parts_->registration.is_admitted());
}

sip_adapter_actor::behavior_type
sip_adapter(sip_adapter_actor::stateful_pointer<sip_adapter_state> self,
            sip_adapter_config config) {
  be_quiet(self);
  auto& state = self->state;
  state.start(std::move(config));
  return {
    [&state](tick_atom) { state.on_tick(); },
    [&state](const sip_arrival& arrival) { state.on_arrival(arrival); },
    [&state](failed_atom, uint64_t id) { state.on_transport_failure(id); },
    [&state](deliver_atom, const chord::peer_ref& from,
             const p2psip::delivery& msg) { state.on_delivery(from, msg); },
  };
}

} // namespace carillon
