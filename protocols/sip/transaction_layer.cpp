#include "protocols/sip/transaction_layer.hpp"

#include "protocols/sip/build.hpp"
#include "protocols/sip/text.hpp"
#include "protocols/sip/uri.hpp"

namespace carillon::sip {

namespace {

constexpr unsigned ok = 200;
constexpr unsigned first_refusal = 300;
constexpr unsigned bad_request = 400;
constexpr unsigned no_such_transaction = 481;
constexpr unsigned loop_detected = 482;
constexpr unsigned unavailable = 503;

/// The key of RFC 3261 section 17.2.3; an ACK or CANCEL asks for the key of
/// its INVITE.
std::string server_key(const via& top, std::string_view method) {
  const auto target = method == methods::ack ? methods::invite : method;
  return "s " + to_lower(top.branch()) + ' ' + to_hostport(top.host, top.port)
    + ' ' + std::string{target};
}

/// The key of RFC 3261 section 17.1.3.
std::string client_key(const via& top, std::string_view method) {
  return "c " + to_lower(top.branch()) + ' ' + std::string{method};
}

/// What the copies of one request that came different ways have in common (RFC
/// 3261 section 8.2.2.2), with the Request-URI; empty within a dialog.
std::string merge_key(const message& request) {
  if (!request.to().tag().empty())
    return {};
  const auto cseq = request.cseq();
  return request.from().tag() + '\n' + std::string{request.call_id()} + '\n'
    + std::to_string(cseq.number) + ' ' + cseq.method + '\n'
    + std::string{request.request_uri()};
}

/// What a transaction costs as long as it lives. A key stands in the
/// transaction and in an index.
size_t cost_of(std::string_view key) {
  return defaults::transaction_overhead + 2 * key.size();
}

} // namespace

transaction_layer::transaction_layer(const config& options, bytes secret)
  : config_{options}
  , tokens_{std::move(secret)} {
  // nop
}

transaction_layer::~transaction_layer() {
  config_.budget->give_back(paid_);
}

// -- from the network ---------------------------------------------------------

void transaction_layer::receive(message arrived, const flow& source,
                                timestamp now, transaction_events& out) {
  if (arrived.is_request())
    receive_request(std::move(arrived), source, now, out);
  else
    receive_response(arrived, source, now, out);
}

void transaction_layer::receive_request(message request, const flow& source,
                                        timestamp now,
                                        transaction_events& out) {
  const auto method = request.method();
  auto top = request.top_via();
  note_source(top, source);
  request.top_via(top);
  if (method == methods::ack)
    return receive_ack(std::move(request), source, now, out);
  if (!top.has_magic_cookie())
    return answer(request,
                  make_response(request, bad_request, tokens_.to_tag(request),
                                "Branch Without Magic Cookie"),
                  source, out);
  if (method == methods::cancel)
    return receive_cancel(request, source, out);
  auto key = server_key(top, method);
  if (const auto pos = find(key); pos != transactions_.end())
    return tell(pos, out, [&](machine& fsm, auto& sink) {
      if (auto* invite = std::get_if<invite_server_transaction>(&fsm))
        invite->receive(request, now, sink);
      else if (auto* other = std::get_if<non_invite_server_transaction>(&fsm))
        other->receive(request, now, sink);
    });
  if (transactions_.size() >= config_.max_transactions)
    return answer_busy(request, source, out);
  auto merged = merge_key(request);
  if (merge_keys_.contains(merged))
    return answer(
      request, make_response(request, loop_detected, tokens_.to_tag(request)),
      source, out);
  begin_server(std::move(request), source, {std::move(key), std::move(merged)},
               now, out);
}

void transaction_layer::begin_server(message request, const flow& source,
                                     server_keys keys, timestamp now,
                                     transaction_events& out) {
  // The user keeps the request as long as it works on it.
  const auto cost =
    cost_of(keys.own) + 2 * keys.merged.size() + request.footprint();
  if (!try_pay(cost))
    return answer_busy(request, source, out);
  const auto id = ++last_id_;
  auto path = response_flow(request.top_via(), source);
  const auto begun = request.method() == methods::invite
    ? insert(
      id,
      invite_server_transaction{id, request, std::move(path), config_.timing},
      std::move(keys.own), cost)
    : insert(
      id,
      non_invite_server_transaction{id, std::move(path), config_.timing, now},
      std::move(keys.own), cost);
  if (!keys.merged.empty())
    merge_keys_.insert(keys.merged);
  begun->second.merge_key = std::move(keys.merged);
  begun->second.undecided_size = request.raw().size();
  out.emplace_back(request_arrived{id, source, std::move(request)});
}

void transaction_layer::receive_ack(message ack, const flow& source,
                                    timestamp now, transaction_events& out) {
  const auto pos = find(server_key(ack.top_via(), methods::ack));
  if (pos != transactions_.end()) {
    auto& invite = std::get<invite_server_transaction>(pos->second.fsm);
    if (invite.current() != invite_server_transaction::state::accepted)
      return tell(pos, out, [&](machine&, auto& sink) {
        invite.receive(ack, now, sink);
      });
  }
  out.emplace_back(ack_arrived{source, std::move(ack)});
}

void transaction_layer::receive_cancel(const message& cancel,
                                       const flow& source,
                                       transaction_events& out) {
  // The answer depends on nothing but the INVITE, so that a repeated CANCEL
  // can simply be answered again.
  const auto pos = find(server_key(cancel.top_via(), methods::invite));
  const auto* invite = pos == transactions_.end()
    ? nullptr
    : &std::get<invite_server_transaction>(pos->second.fsm);
  const bool found = invite != nullptr && invite->path().kind == source.kind
    && invite->path().remote_address == source.remote_address;
  answer(cancel,
         make_response(cancel, found ? ok : no_such_transaction,
                       tokens_.to_tag(cancel)),
         source, out);
  if (found
      && invite->current() == invite_server_transaction::state::proceeding)
    out.emplace_back(cancel_arrived{pos->first});
}

void transaction_layer::receive_response(const message& response,
                                         const flow& source, timestamp now,
                                         transaction_events& out) {
  const auto pos = find(client_key(response.top_via(), response.cseq().method));
  if (pos == transactions_.end())
    return;
  const auto id = pos->first;
  tell(pos, out, [&](machine& fsm, auto& sink) {
    if (auto* invite = std::get_if<invite_client_transaction>(&fsm))
      invite->receive(response, source, now, sink);
    else if (auto* other = std::get_if<non_invite_client_transaction>(&fsm))
      other->receive(response, source, now, sink);
  });
  const auto again = transactions_.find(id);
  if (again != transactions_.end() && again->second.cancel_wanted)
    cancel(again, now, out);
}

void transaction_layer::transport_failed(transaction_id id,
                                         transaction_events& out) {
  if (const auto pos = transactions_.find(id); pos != transactions_.end())
    tell(pos, out, [](machine& fsm, auto& sink) {
      std::visit([&](auto& item) { item.transport_failed(sink); }, fsm);
    });
}

// -- from the user ------------------------------------------------------------

void transaction_layer::proceed(transaction_id id, transaction_events& out) {
  const auto pos = transactions_.find(id);
  if (pos == transactions_.end()
      || !std::exchange(pos->second.undecided_size, std::nullopt))
    return;
  if (auto* invite = std::get_if<invite_server_transaction>(&pos->second.fsm))
    invite->proceed(out);
}

void transaction_layer::respond(transaction_id id, const message& response,
                                timestamp now, transaction_events& out) {
  const auto pos = transactions_.find(id);
  if (pos == transactions_.end())
    return;
  if (pos->second.undecided_size && response.status() >= first_refusal) {
    refuse(pos, response, out);
    return;
  }
  pos->second.undecided_size.reset();
  tell(pos, out, [&](machine& fsm, auto& sink) {
    if (auto* invite = std::get_if<invite_server_transaction>(&fsm))
      invite->respond(response, now, sink);
    else if (auto* other = std::get_if<non_invite_server_transaction>(&fsm))
      other->respond(response, now, sink);
  });
}

void transaction_layer::refuse(entries::iterator pos, const message& response,
                               transaction_events& out) {
  const auto* invite = std::get_if<invite_server_transaction>(&pos->second.fsm);
  const auto& path = invite != nullptr
    ? invite->path()
    : std::get<non_invite_server_transaction>(pos->second.fsm).path();
  if (auto data =
        print_answer(response, *pos->second.undecided_size, path.kind))
    out.emplace_back(send_bytes{0, path, std::move(*data)});
  end(pos, out);
}

expected<transaction_id>
transaction_layer::send_request(message request, const flow& path,
                                timestamp now, transaction_events& out) {
  const auto top = request.top_via();
  const auto method = request.method();
  if (!top.has_magic_cookie() || !request.is_request()
      || method == methods::ack)
    return fail(errc::malformed, "no request that begins a transaction");
  auto key = client_key(top, method);
  if (by_key_.count(key) != 0)
    return fail(errc::replayed, "branch in use");
  const auto cost = cost_of(key);
  if (transactions_.size() >= config_.max_transactions || !try_pay(cost))
    return fail(errc::overloaded, "too many transactions");
  const auto id = ++last_id_;
  if (method == methods::invite)
    insert(id,
           invite_client_transaction{id, std::move(request), path,
                                     config_.timing, now, out},
           std::move(key), cost);
  else
    insert(id,
           non_invite_client_transaction{id, request, path, config_.timing, now,
                                         out},
           std::move(key), cost);
  return id;
}

void transaction_layer::cancel(transaction_id id, timestamp now,
                               transaction_events& out) {
  if (const auto pos = transactions_.find(id); pos != transactions_.end())
    cancel(pos, now, out);
}

void transaction_layer::cancel(entries::iterator pos, timestamp now,
                               transaction_events& out) {
  using state = invite_client_transaction::state;
  auto* invite = std::get_if<invite_client_transaction>(&pos->second.fsm);
  if (invite == nullptr)
    return;
  pos->second.cancel_wanted = invite->current() == state::calling;
  if (invite->current() != state::proceeding || invite->is_cancelled())
    return;
  const auto request = invite->request();
  const auto path = invite->path();
  tell(pos, out, [&](machine&, auto&) { invite->cancelled(now); });
  send_cancel(request, path, now, out);
}

void transaction_layer::send_cancel(const message& invite, const flow& path,
                                    timestamp now, transaction_events& out) {
  const auto request = make_cancel(invite);
  const auto id = ++last_id_;
  auto key = client_key(request.top_via(), methods::cancel);
  const auto cost = cost_of(key);
  config_.budget->take(cost);
  paid_ += cost;
  auto pos = insert(
    id,
    non_invite_client_transaction{id, request, path, config_.timing, now, out},
    std::move(key), cost);
  pos->second.internal = true;
}

// -- time ---------------------------------------------------------------------

void transaction_layer::tick(timestamp now, transaction_events& out) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto pos = transactions_.find(deadlines_.begin()->second);
    const auto* invite =
      std::get_if<invite_client_transaction>(&pos->second.fsm);
    if (invite != nullptr && invite->overdue(now))
      cancel(pos, now, out);
    else
      tell(pos, out, [&](machine& fsm, auto& sink) {
        std::visit([&](auto& item) { item.tick(now, sink); }, fsm);
      });
  }
}

std::optional<timestamp> transaction_layer::next_deadline() const noexcept {
  if (deadlines_.empty())
    return std::nullopt;
  return deadlines_.begin()->first;
}

// -- bookkeeping --------------------------------------------------------------

void transaction_layer::answer(const message& request, const message& response,
                               const flow& source, transaction_events& out) {
  if (auto data = print_answer(response, request.raw().size(), source.kind))
    out.emplace_back(send_bytes{0, response_flow(response.top_via(), source),
                                std::move(*data)});
}

void transaction_layer::answer_busy(const message& request, const flow& source,
                                    transaction_events& out) const {
  auto response = make_response(request, unavailable, tokens_.to_tag(request));
  response.append("Retry-After", std::to_string(defaults::retry_after_seconds));
  answer(request, response, source, out);
}

template <class Action>
void transaction_layer::tell(entries::iterator pos, transaction_events& out,
                             Action action) {
  transaction_events own;
  auto& sink = pos->second.internal ? own : out;
  action(pos->second.fsm, sink);
  for (auto& event : own)
    if (std::holds_alternative<send_bytes>(event))
      out.push_back(std::move(event));
  settle(pos, out);
}

transaction_layer::entries::iterator
transaction_layer::find(const std::string& key) {
  const auto pos = by_key_.find(key);
  return pos == by_key_.end() ? transactions_.end()
                              : transactions_.find(pos->second);
}

transaction_layer::entries::iterator
transaction_layer::insert(transaction_id id, machine fsm, std::string key,
                          size_t fixed_cost) {
  by_key_.emplace(key, id);
  entry fresh{std::move(fsm), std::move(key), {},          fixed_cost,
              fixed_cost,     std::nullopt,   std::nullopt};
  const auto pos = transactions_.emplace(id, std::move(fresh)).first;
  pay(pos->second);
  index_deadline(pos);
  return pos;
}

bool transaction_layer::try_pay(size_t cost) {
  if (paid_ + cost > config_.max_memory || !config_.budget->try_take(cost))
    return false;
  paid_ += cost;
  return true;
}

void transaction_layer::pay(entry& item) {
  const auto cost = item.fixed_cost
    + std::visit([](const auto& fsm) { return fsm.footprint(); }, item.fsm);
  if (cost > item.paid)
    config_.budget->take(cost - item.paid);
  else
    config_.budget->give_back(item.paid - cost);
  paid_ = paid_ - item.paid + cost;
  item.paid = cost;
}

void transaction_layer::index_deadline(entries::iterator pos) {
  auto& [id, item] = *pos;
  const auto next =
    std::visit([](auto& fsm) { return fsm.next_deadline(); }, item.fsm);
  if (next == item.deadline)
    return;
  if (item.deadline)
    deadlines_.erase({*item.deadline, id});
  if (next)
    deadlines_.emplace(*next, id);
  item.deadline = next;
}

void transaction_layer::settle(entries::iterator pos, transaction_events& out) {
  pay(pos->second);
  index_deadline(pos);
  if (std::visit([](auto& fsm) { return fsm.terminated(); }, pos->second.fsm))
    end(pos, out);
}

void transaction_layer::end(entries::iterator pos, transaction_events& out) {
  auto& [id, item] = *pos;
  if (!item.internal)
    out.emplace_back(transaction_ended{id});
  if (item.deadline)
    deadlines_.erase({*item.deadline, id});
  config_.budget->give_back(item.paid);
  paid_ -= item.paid;
  by_key_.erase(item.key);
  merge_keys_.erase(item.merge_key);
  transactions_.erase(pos);
}

} // namespace carillon::sip
