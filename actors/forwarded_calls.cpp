#include "actors/forwarded_calls.hpp"

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

/// Gives the transport that a URI asks for (RFC 3263 section 4.1, for
/// addresses), or nothing for one that is not spoken here.
std::optional<sip::transport> transport_of(const sip::uri& target) {
  if (target.secure)
    return sip::transport::tls;
  const auto named = target.params.get("transport");
  if (!named || sip::iequals(*named, "udp"))
    return sip::transport::udp;
  if (sip::iequals(*named, "tcp"))
    return sip::transport::tcp;
  if (sip::iequals(*named, "tls"))
    return sip::transport::tls;
  return std::nullopt;
}

bool is_ipv6(std::string_view address) noexcept {
  return address.find(':') != std::string_view::npos;
}

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
  if (path.kind != sip::transport::udp)
    result.params.set("transport", sip::to_lower(to_string(path.kind)));
  result.params.set("lr");
  return result;
}

} // namespace

forwarded_calls::forwarded_calls(adapter_core& core)
  : core_(&core) {}

void forwarded_calls::start(phone_request request,
                            std::vector<sip::fork_target> targets,
                            const std::string& trace) {
  // Routes beyond this proxy would lead a call past what was verified.
  request.message.remove("Route");
  const auto number = open_dialog(request, targets, trace);
  forward(std::move(request), std::move(targets), number, true);
}

void forwarded_calls::forward_within(phone_request request,
                                     const std::string& token) {
  auto* call = find_dialog(token);
  if (call == nullptr) {
    core_->refuse(request, {sip_status::no_such_call, {}});
    return;
  }
  if (!call->hosts.contains(request.source.remote_address)) {
    core_->log(log_level::warning, call->trace, [&] {
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
  note_contact(*call, request.message, request.source);
  auto target = request.message.request_uri();
  forward(std::move(request), {{std::move(target)}}, by_token_.at(token),
          false);
}

void forwarded_calls::forward_ack(const sip::message& ack,
                                  const sip::flow& source,
                                  const std::string& token) {
  const auto* call = find_dialog(token);
  if (call == nullptr || ack.max_forwards() == 0u
      || !call->hosts.contains(source.remote_address))
    return;
  const auto path = way_to(ack, *call);
  if (!path)
    return;
  const auto copy =
    sip::prepare_forward(ack,
                         {ack.request_uri(), own_via(*path), make_branch(),
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
  const auto [server, index] = from->second;
  auto& pending = forwardings_.at(server);
  const auto status = event.response.status();
  const bool ends_call = status >= first_final
    && pending.request.message.method() == sip::methods::bye;
  const auto number = pending.dialog;
  if (const auto call = dialogs_.find(number); call != dialogs_.end())
    note_contact(call->second, event.response, event.source);
  apply(server, pending.context.receive(index, event.response));
  if (ends_call)
    close_dialog(number);
}

void forwarded_calls::on_failure(sip::transaction_id id, bool timed_out) {
  const auto from = branches_.find(id);
  if (from == branches_.end())
    return;
  const auto [server, index] = from->second;
  apply(server, forwardings_.at(server).context.failed(index, timed_out));
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
                                      const std::vector<sip::fork_target>& to,
                                      const std::string& trace) {
  if (dialogs_.size() >= defaults::max_dialogs)
    close_dialog(dialogs_.begin()->first);
  dialog call;
  call.token =
    make_sip_token(core_->user().aor.user, core_->layer().tokens().unique());
  call.trace = trace;
  call.caller = request.source;
  call.hosts.insert(request.source.remote_address);
  for (const auto& target : to) {
    const auto where = sip::uri::parse(target.address).and_then(place_of);
    if (where) {
      call.hosts.insert(where->address);
      call.places.insert(*where);
    }
  }
  note_contact(call, request.message, request.source);
  if (const auto own = request.message.contacts(); own.size() == 1) {
    if (auto uri = sip::uri::parse(own.front().address))
      call.caller_contact = std::move(*uri);
  }
  by_token_.emplace(call.token, ++last_dialog_);
  dialogs_.emplace(last_dialog_, std::move(call));
  return last_dialog_;
}

/// Gives the place that a URI names by its address.
expected<forwarded_calls::place>
forwarded_calls::place_of(const sip::uri& target) {
  const auto kind = transport_of(target);
  if (!kind)
    return fail(errc::unreachable, "unknown transport");
  return place{sip::canonical_ip(target.host), effective_port(target), *kind};
}

/// Takes up the contact that a party names in a message. Only at its own
/// address: else a party could have the adapter connect to any service at the
/// other's.
void forwarded_calls::note_contact(dialog& call, const sip::message& msg,
                                   const sip::flow& source) {
  const auto contacts = msg.contacts();
  if (contacts.size() != 1 || call.places.size() >= defaults::max_dialog_places)
    return;
  auto where = sip::uri::parse(contacts.front().address).and_then(place_of);
  if (where && where->address == source.remote_address)
    call.places.insert(std::move(*where));
}

forwarded_calls::dialog*
forwarded_calls::find_dialog(const std::string& token) {
  const auto number = by_token_.find(token);
  return number == by_token_.end() ? nullptr : &dialogs_.at(number->second);
}

void forwarded_calls::close_dialog(uint64_t number) {
  const auto position = dialogs_.find(number);
  if (position == dialogs_.end())
    return;
  by_token_.erase(position->second.token);
  dialogs_.erase(position);
}

/// Checks a request and sends its copies.
void forwarded_calls::forward(phone_request request,
                              std::vector<sip::fork_target> targets,
                              uint64_t number, bool begins) {
  const auto tag = core_->layer().tokens().to_tag(request.message);
  heard_ = core_->now();
  auto refusal =
    sip::check_forward(request.message, core_->settings().domain.listen, tag);
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
  const auto trace = dialogs_.at(number).trace;
  core_->step(trace, call_steps::forwarded,
              request.message.method() + " to "
                + quantity(targets.size(), "contact", "contacts"));
  auto& pending =
    forwardings_
      .emplace(id,
               forwarding{std::move(request),
                          sip::response_context{std::move(targets)},
                          number,
                          trace,
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
      close_dialog(pending.dialog);
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
      core_->log(log_level::warning, pending.trace, [&] {
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
    close_dialog(pending.dialog);
  settle(server);
}

/// Sends the copy for one target.
expected<void> forwarded_calls::send(sip::transaction_id server, size_t index) {
  auto& pending = forwardings_.at(server);
  const auto call = dialogs_.find(pending.dialog);
  if (call == dialogs_.end())
    return fail(errc::unreachable, "the call is over");
  auto outgoing = pending.request.message;
  outgoing.request_uri(pending.context.targets()[index].address);
  const auto path = way_to(outgoing, call->second);
  if (!path)
    return tl::unexpected{path.error()};
  sip::forward_plan plan;
  plan.target = outgoing.request_uri();
  plan.own_via = own_via(*path);
  plan.branch = make_branch();
  if (pending.begins)
    plan.record_route = own_route(*path, call->second.token);
  plan.breadth = std::max<uint32_t>(
    1,
    sip::max_breadth(pending.request.message)
      / static_cast<uint32_t>(pending.context.targets().size()));
  // The hash that tells loops is one of the request as it came.
  const auto sent = core_->layer().send_request(
    sip::prepare_forward(pending.request.message, plan), *path, core_->now(),
    core_->events);
  if (!sent)
    return tl::unexpected{sent.error()};
  branches_.emplace(*sent, branch{server, index});
  pending.clients.emplace(index, *sent);
  return {};
}

/// Gives the way to where a request goes next, if that is a party of the call.
expected<sip::flow> forwarded_calls::way_to(const sip::message& request,
                                            const dialog& call) const {
  const auto hop = sip::next_hop(request);
  if (!hop)
    return tl::unexpected{hop.error()};
  const auto where = place_of(*hop);
  if (!where)
    return tl::unexpected{where.error()};
  if (!call.places.contains(*where))
    return fail(errc::wrong_recipient,
                sip::to_hostport(hop->host, hop->port)
                  + " is no contact of the call");
  const auto& [address, port, kind] = *where;
  // A caller behind a stream connection is reached over that connection.
  if (call.caller_contact && is_reliable(call.caller.kind)
      && kind == call.caller.kind && hop->host == call.caller_contact->host
      && effective_port(*hop) == effective_port(*call.caller_contact))
    return call.caller;
  const auto* from = listener(kind, address);
  if (from == nullptr)
    return fail(errc::unreachable, "nothing listens for this transport here");
  return sip::flow{kind, address, port, from->local_address, from->local_port,
                   0};
}

std::string forwarded_calls::make_branch() {
  return std::string{sip::magic_cookie}
  + make_sip_token(core_->user().aor.user, core_->layer().tokens().unique());
}

const sip::flow* forwarded_calls::listener(sip::transport kind,
                                           std::string_view address) const {
  const auto& listen = core_->settings().domain.listen;
  const auto position =
    std::ranges::find_if(listen, [&](const sip::flow& item) {
      return item.kind == kind
        && is_ipv6(item.local_address) == is_ipv6(address);
    });
  return position == listen.end() ? nullptr : &*position;
}

/// Forgets a request that has its answer and whose branches have ended.
void forwarded_calls::settle(sip::transaction_id server) {
  const auto position = forwardings_.find(server);
  if (position != forwardings_.end() && position->second.clients.empty()
      && position->second.context.done())
    forwardings_.erase(position);
}

} // namespace carillon
