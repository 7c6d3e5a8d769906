#include "actors/forwarded_calls.hpp"

#include "actors/node_host.hpp"
#include "actors/sip_status.hpp"
#include "actors/sip_token.hpp"
#include "protocols/quantity.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/proxy.hpp"
#include "protocols/sip/text.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon {

namespace {

constexpr unsigned first_final = 200;
constexpr unsigned first_failure = 300;
constexpr unsigned request_timeout = 408;

/// Gives this node's Via for what is sent over `path`.
sip::via own_via(const sip::flow& path) {
  sip::via result;
  result.protocol = to_string(path.kind);
  result.host = path.local_address;
  result.port = path.local_port;
  if (!is_reliable(path.kind))
    result.params.set("rport");
  return result;
}

/// Gives the Record-Route that brings later requests of a call back here.
sip::uri own_route(const sip::flow& path, const std::string& token) {
  sip::uri result;
  result.user = token;
  result.host = path.local_address;
  result.port = path.local_port;
  if (path.kind == sip::transport::tcp || path.kind == sip::transport::tls)
    result.params.set("transport", sip::to_lower(to_string(path.kind)));
  result.params.set("lr");
  return result;
}

/// Tells whether a contact is to be called over a link.
bool leads_over_link(const std::string& address) {
  const auto target = sip::uri::parse(address);
  return target && is_node_host(target->host);
}

} // namespace

forwarded_calls::forwarded_calls(adapter_core& core)
  : core_(&core)
  , listeners_(core.settings().domain.listen) {
  sip::flow links;
  links.kind = sip::transport::link;
  links.local_address = core.config().transport->own_host();
  listeners_.push_back(std::move(links));
}

void forwarded_calls::start(phone_request request,
                            std::vector<sip::fork_target> targets,
                            const std::string& trace) {
  // Routes beyond this proxy would lead a call past what was verified.
  request.message.remove("Route");
  const auto number = open_dialog(request, trace);
  auto& call = *dialogs_.at(number);
  for (const auto& target : targets) {
    call.add_contact(target.address);
    if (leads_over_link(target.address))
      call.show_route(own_route(request.source, call.token()));
  }
  forward(std::move(request), std::move(targets), number, true);
}

void forwarded_calls::start_guarded(phone_request request,
                                    const std::vector<sip::binding>& phones,
                                    const std::string& trace) {
  request.message.remove("Route");
  const auto number = open_dialog(request, trace);
  const auto& call = dialogs_.at(number);
  std::vector<sip::fork_target> targets;
  for (const auto& phone : phones) {
    call->add_phone(phone);
    targets.push_back({phone.contact.address, phone.q});
  }
  // The caller goes on with what led here.
  if (auto mask = sip::uri::parse(request.message.request_uri())) {
    mask->user = call->token();
    call->guard(std::move(*mask));
  }
  forward(std::move(request), std::move(targets), number, true);
}

void forwarded_calls::forward_within(phone_request request,
                                     const std::string& token) {
  const auto call = find_dialog(token);
  auto target = call ? call->target_of(request.message) : std::nullopt;
  if (!target) {
    core_->refuse(request, {sip_status::no_such_call, {}});
    return;
  }
  if (!call->is_party(request.message, request.source)) {
    core_->log(log_level::warning, call->trace(), [&] {
      return "refused the " + request.message.method() + " of a stranger, "
        + to_string(request.source);
    });
    core_->refuse(request,
                  {sip_status::forbidden, "you are not part of this call"});
    return;
  }
  // It comes from a party of the call, and the ACK of a refusal would be taken
  // for that of a success.
  core_->layer().proceed(request.id, core_->events);
  call->note_contact(request.message, request.source);
  forward(std::move(request), {{std::move(*target)}}, by_token_.at(token),
          false);
}

void forwarded_calls::forward_ack(const sip::message& ack,
                                  const sip::flow& source,
                                  const std::string& token) {
  const auto call = find_dialog(token);
  if (!call || ack.max_forwards() == 0u || !call->is_party(ack, source))
    return;
  const auto target = call->target_of(ack);
  if (!target)
    return;
  auto outgoing = call->visible_request(ack);
  outgoing.request_uri(*target);
  const auto path = call->way_to(outgoing, listeners_);
  if (!path)
    return;
  const auto copy = sip::prepare_forward(
    outgoing,
    {core_->user().aor.user, *target, own_via(*path), make_branch(),
     std::nullopt, sip::default_max_breadth});
  core_->events.emplace_back(sip::send_bytes{0, *path, copy.print()});
}

void forwarded_calls::cancel(sip::transaction_id id) {
  const auto position = forwardings_.find(id);
  if (position != forwardings_.end())
    apply(id, position->second.context.cancel());
}

void forwarded_calls::on_response(const sip::response_arrived& event) {
  const auto from = branches_.find(event.id);
  if (from == branches_.end())
    return;
  const auto server = from->second.server;
  auto& pending = forwardings_.at(server);
  const auto& request = pending.request.message;
  const bool ends_call = event.response.status() >= first_final
    && request.method() == sip::methods::bye;
  const auto number = pending.number;
  pending.dialog->note_contact(event.response, event.source);
  apply(server,
        pending.context.receive(
          from->second.index,
          pending.dialog->visible_response(request, event.response)));
  if (ends_call)
    close_dialog(number);
}

void forwarded_calls::on_failure(sip::transaction_id id, bool timed_out) {
  const auto from = branches_.find(id);
  if (from == branches_.end())
    return;
  const auto [server, index, path] = from->second;
  auto& pending = forwardings_.at(server);
  if (!timed_out && pending.dialog->forget_connection(path)) {
    // The phone may take a new one.
    branches_.erase(from);
    pending.clients.erase(index);
    if (send(server, index))
      return;
  }
  apply(server, pending.context.failed(index, timed_out));
}

void forwarded_calls::on_ended(sip::transaction_id id) {
  const auto from = branches_.find(id);
  if (from == branches_.end())
    return;
  const auto server = from->second.server;
  forwardings_.at(server).clients.erase(from->second.index);
  branches_.erase(from);
  settle(server);
}

uint64_t forwarded_calls::open_dialog(const phone_request& request,
                                      const std::string& trace) {
  if (dialogs_.size() >= defaults::max_dialogs)
    close_dialog(dialogs_.begin()->first);
  auto call = std::make_shared<forwarded_dialog>(
    make_sip_token(core_->user().aor.user, core_->layer().tokens().unique()),
    trace, request.message, request.source);
  by_token_.emplace(call->token(), ++last_dialog_);
  dialogs_.emplace(last_dialog_, std::move(call));
  return last_dialog_;
}

forwarded_calls::dialog_ptr
forwarded_calls::find_dialog(const std::string& token) const {
  const auto number = by_token_.find(token);
  return number == by_token_.end() ? nullptr : dialogs_.at(number->second);
}

void forwarded_calls::close_dialog(uint64_t number) {
  const auto position = dialogs_.find(number);
  if (position == dialogs_.end())
    return;
  by_token_.erase(position->second->token());
  dialogs_.erase(position);
}

/// Checks a request and sends its copies.
void forwarded_calls::forward(phone_request request,
                              std::vector<sip::fork_target> targets,
                              uint64_t number, bool begins) {
  const auto tag = core_->layer().tokens().to_tag(request.message);
  heard_ = core_->now();
  auto refusal = sip::check_forward(request.message, listeners_,
                                    core_->user().aor.user, tag);
  const auto breadth = sip::max_breadth(request.message);
  if (!refusal && breadth == 0)
    refusal = sip::make_response(request.message,
                                 sip_status::max_breadth_exceeded, tag);
  if (refusal) {
    core_->respond(request.id, *refusal);
    if (begins)
      close_dialog(number);
    return;
  }
  targets.resize(std::min<size_t>(targets.size(), breadth));
  const auto id = request.id;
  auto call = dialogs_.at(number);
  core_->step(call->trace(), call_steps::forwarded,
              request.message.method() + " to "
                + quantity(targets.size(), "contact", "contacts"));
  auto& pending =
    forwardings_
      .emplace(id,
               forwarding{std::move(request),
                          sip::response_context{std::move(targets)},
                          number,
                          std::move(call),
                          begins,
                          {}})
      .first->second;
  apply(id, pending.context.start());
}

/// Carries out what a response context decided. What cannot be sent leads to
/// further decisions.
void forwarded_calls::apply(sip::transaction_id server,
                            const sip::response_context::step& todo) {
  auto& pending = forwardings_.at(server);
  if (todo.forward) {
    core_->respond(server, *todo.forward);
    if (pending.begins && todo.forward->status() >= first_failure)
      close_dialog(pending.number);
  }
  if (pending.context.done())
    pending.request.credit.reset();
  for (const auto index : todo.cancel) {
    const auto position = pending.clients.find(index);
    if (position != pending.clients.end())
      core_->layer().cancel(position->second, core_->now(), core_->events);
  }
  std::vector<size_t> unsent;
  for (const auto index : todo.start) {
    if (const auto sent = send(server, index); !sent) {
      core_->log(log_level::warning, pending.dialog->trace(), [&] {
        return "cannot forward to " + pending.context.targets()[index].address
          + ": " + to_string(sent.error());
      });
      unsent.push_back(index);
    }
  }
  for (const auto index : unsent)
    apply(server, pending.context.failed(index, false));
  if (!todo.answer)
    return;
  const auto& request = pending.request.message;
  // A 408 to anything but an INVITE does only harm (RFC 4320 section 4.2).
  if (*todo.answer != request_timeout
      || request.method() == sip::methods::invite)
    core_->refuse(pending.request, {*todo.answer, {}});
  if (pending.begins)
    close_dialog(pending.number);
  settle(server);
}

/// Sends the copy for one target.
expected<void> forwarded_calls::send(sip::transaction_id server, size_t index) {
  auto& pending = forwardings_.at(server);
  const auto& call = *pending.dialog;
  // The hash that tells loops is one of the request as it came.
  const auto visible = call.visible_request(pending.request.message);
  auto outgoing = visible;
  outgoing.request_uri(pending.context.targets()[index].address);
  const auto path = call.way_to(outgoing, listeners_);
  if (!path)
    return tl::unexpected{path.error()};
  sip::forward_plan plan;
  plan.element = core_->user().aor.user;
  plan.target = outgoing.request_uri();
  plan.own_via = own_via(*path);
  plan.branch = make_branch();
  if (pending.begins)
    plan.record_route = own_route(*path, call.token());
  plan.breadth = std::max<uint32_t>(
    1,
    sip::max_breadth(pending.request.message)
      / static_cast<uint32_t>(pending.context.targets().size()));
  const auto sent = core_->layer().send_request(
    sip::prepare_forward(visible, plan), *path, core_->now(), core_->events);
  if (!sent)
    return tl::unexpected{sent.error()};
  branches_.emplace(*sent, branch{server, index, *path});
  pending.clients.emplace(index, *sent);
  return {};
}

std::string forwarded_calls::make_branch() {
  return std::string{sip::magic_cookie}
  + make_sip_token(core_->user().aor.user, core_->layer().tokens().unique());
}

/// Forgets a request that has its answer and whose branches have ended.
void forwarded_calls::settle(sip::transaction_id server) {
  const auto position = forwardings_.find(server);
  if (position != forwardings_.end() && position->second.clients.empty()
      && position->second.context.done())
    forwardings_.erase(position);
}

} // namespace carillon
