#include "actors/sip_switch.hpp"

#include "actors/ended_actor.hpp"
#include "actors/quiet.hpp"
#include "actors/sip_adapter.hpp"
#include "actors/sip_status.hpp"
#include "actors/sip_token.hpp"
#include "protocols/quantity.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/stored_bindings.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <unordered_set>

namespace carillon {

namespace {

/// Bytes of the seeds and secrets that are drawn.
constexpr size_t seed_size = 32;

constexpr std::string_view user_notes_prefix = "user/";

bytes draw(Botan::RandomNumberGenerator& rng) {
  bytes result(seed_size);
  rng.randomize(result.data(), result.size());
  return result;
}

/// What this server does.
const sip::server_abilities& abilities() {
  static const sip::server_abilities result{
    {std::string{sip::methods::invite}, std::string{sip::methods::ack},
     std::string{sip::methods::cancel}, std::string{sip::methods::bye},
     std::string{sip::methods::options}, std::string{sip::methods::register_}},
    {}};
  return result;
}

/// Gives the user of a note `user/NAME/WHAT`.
std::optional<std::string> noted_user(const note& item, std::string_view what) {
  const auto key = std::string_view{item.key};
  const auto end = key.find('/', user_notes_prefix.size());
  if (end == std::string_view::npos || key.substr(end + 1) != what)
    return std::nullopt;
  return std::string{
    key.substr(user_notes_prefix.size(), end - user_notes_prefix.size())};
}

/// Gives the users who have phones registered.
std::unordered_set<std::string> reachable_users(const std::vector<note>& notes,
                                                timestamp now) {
  std::unordered_set<std::string> result;
  for (const auto& item : notes) {
    auto user = noted_user(item, user_notes::phones);
    const auto phones = user ? sip::decode_bindings(item.value)
                             : expected<std::vector<sip::binding>>{};
    if (phones && std::ranges::any_of(*phones, [&](const sip::binding& phone) {
          return phone.expires > now;
        }))
      result.insert(std::move(*user));
  }
  return result;
}

/// Counts a message until its credit is given back.
sip_arrival count(const sip_arrival& arrival,
                  std::shared_ptr<std::atomic<size_t>> counter) {
  ++*counter;
  auto result = arrival;
  auto* const address = counter.get();
  result.credit = std::shared_ptr<void>{
    address, [counter = std::move(counter), credit = arrival.credit](void*) {
      --*counter;
    }};
  return result;
}

} // namespace

sip_switch_state::~sip_switch_state() {
  for (const auto& [user, which] : adapters_) {
    config_.addressees->remove(user);
    caf::anon_send_exit(which.handle, caf::exit_reason::user_shutdown);
  }
}

void sip_switch_state::start(sip_switch_config config) {
  config_ = std::move(config);
  rng_ = std::make_unique<Botan::ChaCha_RNG>(
    Botan::secure_vector<uint8_t>(config_.seed.begin(), config_.seed.end()));
  tokens_.emplace(draw(*rng_));
  nonces_.secret = draw(*rng_);
  memory_ =
    std::make_shared<sip::memory_budget>(config_.settings->transaction_memory);
  load();
}

/// Brings the adapters back of those users who had phones registered when the
/// node went down, and little by little those of others who have a name to
/// keep.
void sip_switch_state::load() {
  self
    ->request(config_.node->writer, caf::infinite, load_atom_v,
              std::string{user_notes_prefix})
    .await([this](const loaded_notes& notes) { on_loaded(notes); },
           [this](const caf::error& why) {
             on_loaded(tl::unexpected{ended_actor(why)});
           });
}

void sip_switch_state::on_loaded(const loaded_notes& notes) {
  const auto& node = *config_.node;
  if (!notes) {
    node.log(subsystem::storage).write(log_level::error, {}, [&] {
      return "cannot read who is registered: " + to_string(notes.error())
        + "; phones are refused until that succeeds";
    });
    request_tick(node.time->now() + defaults::load_retry_interval);
    return;
  }
  loaded_ = true;
  const auto now = node.time->now();
  const auto& settings = *config_.settings;
  const auto reachable = reachable_users(*notes, now);
  for (const auto& item : *notes) {
    const auto user = noted_user(item, user_notes::admission);
    if (!user
        || (!settings.open_registration && settings.find(*user) == nullptr))
      continue;
    if (reachable.contains(*user) && adapter_of(*user) != nullptr) {
      reachable_.insert(*user);
    } else {
      put_to_sleep(*user, now);
    }
  }
  if (!reachable_.empty())
    node.log(subsystem::sip).write(log_level::info, {}, [&] {
      return "kept from the last run: the registrations of "
        + quantity(reachable_.size(), "user", "users");
    });
  wake_due();
}

void sip_switch_state::put_to_sleep(const std::string& user, timestamp until) {
  if (sleeping_.size() >= defaults::max_sleeping_users) {
    config_.node->log(subsystem::sip).write(log_level::warning, {}, [&] {
      return "the admission of " + user
        + " is not renewed while no phone registers: there are too many";
    });
    return;
  }
  sleeping_.add(user, until);
  request_tick(until);
}

/// Brings adapters back whose users' admissions may have to be renewed: not so
/// many at a time that there is no room for others.
void sip_switch_state::wake_due() {
  const auto now = config_.node->time->now();
  size_t woken = 0;
  for (const auto* next = sleeping_.first();
       next != nullptr && next->first <= now; next = sleeping_.first()) {
    const auto user = next->second;
    if (woken++ == defaults::newcomers || adapter_of(user) == nullptr) {
      request_tick(now + defaults::adapter_idle_time);
      return;
    }
  }
  if (const auto* next = sleeping_.first())
    request_tick(next->first);
}

void sip_switch_state::request_tick(timestamp due) {
  if (due >= next_tick_)
    return;
  next_tick_ = due;
  self->send(config_.node->pacemaker, wake_atom_v,
             caf::actor_cast<ticked_actor>(self), due);
}

void sip_switch_state::on_tick() {
  if (next_tick_ <= config_.node->time->now())
    next_tick_ = timestamp::max();
  if (loaded_)
    wake_due();
  else
    load();
}

void sip_switch_state::on_arrival(const sip_arrival& arrival) {
  if (arrival.message->is_request())
    on_request(arrival);
  else
    on_response(arrival);
}

void sip_switch_state::on_down(const caf::down_msg& msg) {
  const auto named = names_.find(msg.source);
  if (named == names_.end())
    return;
  const auto user = named->second;
  names_.erase(named);
  auto& which = adapters_.at(user);
  const bool meant = msg.reason == caf::exit_reason::user_shutdown;
  const bool again = !meant && which.restarts.take(config_.node->time->now());
  if (!meant) {
    // It has forgotten which nonces were used.
    nonces_.none_before = config_.node->time->now();
    config_.node->log(subsystem::sip).write(log_level::error, {}, [&] {
      return "the adapter of " + user + " has died: " + to_string(msg.reason)
        + (again ? "; it is brought back" : "; it has died too often");
    });
  }
  if (again) {
    spawn(user, which);
    return;
  }
  config_.addressees->remove(user);
  adapters_.erase(user);
}

void sip_switch_state::on_idle(const std::string& user, uint64_t handled,
                               bool admitted) {
  const auto position = adapters_.find(user);
  if (position == adapters_.end() || position->second.passed != handled)
    return;
  const auto handle = position->second.handle;
  self->demonitor(handle.address());
  names_.erase(handle.address());
  config_.addressees->remove(user);
  adapters_.erase(position);
  self->send_exit(handle, caf::exit_reason::user_shutdown);
  if (admitted)
    put_to_sleep(user,
                 config_.node->time->now() + defaults::renewal_check_interval);
}

void sip_switch_state::on_response(const sip_arrival& arrival) {
  if (const auto user = branch_user(arrival.message->top_via().branch()))
    pass(*user, arrival);
}

void sip_switch_state::on_request(const sip_arrival& arrival) {
  auto request = *arrival.message;
  auto top = request.top_via();
  note_source(top, arrival.source);
  request.top_via(top);
  const auto method = request.method();
  if (!loaded_) {
    if (method != sip::methods::ack)
      refuse(arrival, request, sip_status::service_unavailable,
             "this node cannot read yet who is registered");
  } else if (const auto user = routed_user(request)) {
    if (adapters_.contains(*user))
      pass_request(*user, arrival, request);
    else if (method != sip::methods::ack)
      refuse(arrival, request, sip_status::no_such_call);
  } else if (method == sip::methods::ack) {
    if (const auto from = user_of(request.from()))
      pass(*from, arrival);
  } else if (auto refusal = sip::check_request(request, abilities(),
                                               tokens_->to_tag(request))) {
    answer(arrival, *refusal);
  } else if (auto own = answer_itself(request)) {
    answer(arrival, *own);
  } else if (method == sip::methods::register_) {
    on_registration(arrival, request);
  } else {
    on_invite(arrival, request);
  }
}

/// Answers what needs no adapter.
std::optional<sip::message>
sip_switch_state::answer_itself(const sip::message& request) const {
  const auto method = request.method();
  const auto tag = tokens_->to_tag(request);
  if (method == sip::methods::bye)
    return sip::make_response(request, sip_status::no_such_call, tag);
  if (method != sip::methods::options)
    return std::nullopt;
  const auto target = sip::uri::parse(request.request_uri());
  const bool ours = target && means_domain(*target, config_.settings->domain);
  auto result = sip::make_response(
    request, ours ? sip_status::ok : sip_status::not_found, tag);
  if (ours) {
    result.append("Allow", sip::join(abilities().allowed));
    result.append("Accept", "application/sdp");
  }
  return result;
}

void sip_switch_state::on_registration(const sip_arrival& arrival,
                                       const sip::message& request) {
  const auto& settings = *config_.settings;
  const auto target = sip::uri::parse(request.request_uri());
  const auto user = user_of(request.to());
  if (!target || !means_domain(*target, settings.domain))
    refuse(arrival, request, sip_status::not_found,
           "this registrar serves another domain");
  else if (!user)
    refuse(arrival, request, sip_status::not_found, to_string(user.error()));
  else if (!settings.open_registration && settings.find(*user) == nullptr)
    refuse(arrival, request, sip_status::not_found,
           "this node does not serve this user");
  else if (adapters_.contains(*user))
    pass_request(*user, arrival, request);
  else if (const auto own = judge_registration(*user, arrival.source, request))
    answer_newcomer(arrival, *own);
  else
    admit_newcomer(*user, arrival, request);
}

phone_authorizer
sip_switch_state::authorizer_of(const std::string& user) const {
  return {*config_.settings, *tokens_, config_.node->log(subsystem::sip), user,
          nonces_};
}

/// Judges the REGISTER of a user without an adapter as the adapter would, so
/// that one which it would refuse leaves nothing behind.
/// @returns the answer, unless an adapter is needed.
std::optional<sip::message>
sip_switch_state::judge_registration(const std::string& user,
                                     const sip::flow& source,
                                     const sip::message& request) const {
  const auto now = config_.node->time->now();
  if (auto refusal = authorizer_of(user).check_register(request, source, now))
    return refusal;
  sip::registrar phones{registrar_limits(*config_.node->ring)};
  const auto outcome = phones.apply(request, source, now);
  // A phone of a user who was registered before may want to withdraw that.
  const bool withdraws =
    sleeping_.contains(user) && !request.contacts().empty();
  if (outcome.status == sip_status::ok
      && (withdraws || !phones.bindings(now).empty()))
    return std::nullopt;
  auto result =
    make_failure(request, {outcome.status, outcome.why},
                 tokens_->to_tag(request), config_.settings->domain.name);
  phones.describe(result, now);
  return result;
}

/// Judges the INVITE, or its CANCEL, of a user without an adapter.
/// @returns the answer, unless an adapter is needed: also to tell what is wrong
///          with the keys of a user whose phones are registered.
std::optional<sip::message>
sip_switch_state::judge_call(const std::string& user, const sip::flow& source,
                             const sip::message& request) const {
  const auto* configured = config_.settings->find(user);
  if (configured != nullptr && !configured->ha1.empty())
    return authorizer_of(user).check_call(request, source, {},
                                          config_.node->time->now());
  if (reachable_.contains(user))
    return std::nullopt;
  return make_failure(
    request,
    {sip_status::forbidden, "nobody has registered under this name here"},
    tokens_->to_tag(request), config_.settings->domain.name);
}

/// Spawns the adapter of a user who registers for the first time. More of them
/// than the node gets done in time would all come to nothing.
void sip_switch_state::admit_newcomer(const std::string& user,
                                      const sip_arrival& arrival,
                                      const sip::message& request) {
  if (*newcomers_ >= config_.settings->max_newcomers) {
    refuse(arrival, request, sip_status::service_unavailable,
           "too many new users register at once");
    return;
  }
  auto* const adapter = adapter_of(user);
  if (adapter == nullptr) {
    refuse(arrival, request, sip_status::service_unavailable,
           "this node serves too many users");
    return;
  }
  send(*adapter, count(arrival, newcomers_));
}

/// Brings an INVITE, or its CANCEL, to the caller's adapter.
void sip_switch_state::on_invite(const sip_arrival& arrival,
                                 const sip::message& request) {
  const auto user = user_of(request.from());
  if (user && adapters_.contains(*user)) {
    pass_request(*user, arrival, request);
  } else if (request.method() == sip::methods::cancel) {
    refuse(arrival, request, sip_status::no_such_call);
  } else if (!user) {
    refuse(arrival, request, sip_status::forbidden,
           "nobody has registered under this name here");
  } else if (const auto own = judge_call(*user, arrival.source, request)) {
    answer_newcomer(arrival, *own);
  } else if (auto* const adapter = adapter_of(*user)) {
    send(*adapter, count(arrival, adapter->pending));
  } else {
    refuse(arrival, request, sip_status::service_unavailable,
           "this node serves too many users");
  }
}

/// Gives the user whose adapter wrote the Route, or the Request-URI of a strict
/// router, that a request carries.
std::optional<std::string>
sip_switch_state::routed_user(const sip::message& request) const {
  const auto owner = [&](std::string_view text) -> std::optional<std::string> {
    const auto place = sip::uri::parse(text);
    if (!place || !means_domain(*place, config_.settings->domain))
      return std::nullopt;
    return token_user(place->user);
  };
  if (auto named = owner(request.request_uri()))
    return named;
  const auto first = request.first("Route");
  const auto route = first ? sip::name_addr::parse(*first)
                           : expected<sip::name_addr>{fail(errc::malformed)};
  return route ? owner(route->address) : std::nullopt;
}

/// Gives the user of this domain that an address names.
expected<std::string>
sip_switch_state::user_of(const sip::name_addr& address) const {
  const auto place = sip::uri::parse(address.address);
  if (!place)
    return tl::unexpected{place.error()};
  if (!means_domain(*place, config_.settings->domain))
    return fail(errc::foreign_domain, place->host);
  if (const auto good = identity::validate_user(place->user); !good)
    return tl::unexpected{good.error()};
  return place->user;
}

void sip_switch_state::pass(const std::string& user,
                            const sip_arrival& arrival) {
  const auto position = adapters_.find(user);
  if (position != adapters_.end())
    send(position->second, arrival);
}

/// Passes a request on unless its user has too many under way. What ends or
/// acknowledges others goes through.
void sip_switch_state::pass_request(const std::string& user,
                                    const sip_arrival& arrival,
                                    const sip::message& request) {
  auto& adapter = adapters_.at(user);
  const auto method = request.method();
  if (method == sip::methods::ack || method == sip::methods::cancel)
    send(adapter, arrival);
  else if (*adapter.pending < config_.settings->max_user_requests)
    send(adapter, count(arrival, adapter.pending));
  else
    refuse(arrival, request, sip_status::service_unavailable,
           "too many requests of this user are under way");
}

void sip_switch_state::send(child& to, const sip_arrival& arrival) {
  ++to.passed;
  self->send(to.handle, arrival);
}

void sip_switch_state::refuse(const sip_arrival& arrival,
                              const sip::message& request, unsigned status,
                              const std::string& why) {
  log_refusal(arrival, status, why);
  answer(arrival,
         make_failure(request, {status, why}, tokens_->to_tag(request),
                      config_.settings->domain.name));
}

/// Answers a request that was judged in place of an adapter. A challenge is
/// nothing to be warned of.
void sip_switch_state::answer_newcomer(const sip_arrival& arrival,
                                       const sip::message& response) {
  const auto status = response.status();
  if (status != sip_status::ok && status != sip_status::unauthorized
      && status != sip_status::proxy_authentication_required)
    log_refusal(arrival, status, {});
  answer(arrival, response);
}

void sip_switch_state::log_refusal(const sip_arrival& arrival, unsigned status,
                                   const std::string& why) const {
  config_.node->log(subsystem::sip).write(log_level::warning, {}, [&] {
    return "refused the " + arrival.message->method() + " of "
      + to_string(arrival.source) + " with " + std::to_string(status)
      + (why.empty() ? "" : ": " + why);
  });
}

void sip_switch_state::answer(const sip_arrival& arrival,
                              const sip::message& response) {
  const auto path = response_flow(response.top_via(), arrival.source);
  if (auto data =
        sip::print_answer(response, arrival.message->raw().size(), path.kind))
    config_.transport->send(path, std::move(*data), {});
}

sip_switch_state::child* sip_switch_state::adapter_of(const std::string& user) {
  const auto position = adapters_.find(user);
  if (position != adapters_.end())
    return &position->second;
  if (adapters_.size() >= config_.settings->max_adapters)
    return nullptr;
  sleeping_.remove(user);
  auto& fresh = adapters_[user];
  spawn(user, fresh);
  return &fresh;
}

void sip_switch_state::spawn(const std::string& user, child& which) {
  const auto& places = config_.places;
  const auto place = std::hash<std::string>{}(user) % places.size();
  which.passed = 0;
  which.handle = self->spawn<caf::monitored>(
    sip_adapter,
    sip_adapter_config{config_.node,
                       config_.settings,
                       config_.transport,
                       {user, config_.node->ring->settings().domain},
                       places[place],
                       config_.reader,
                       config_.keys,
                       nonces_,
                       sip_switch_actor{self},
                       memory_,
                       draw(*rng_)});
  names_.emplace(which.handle.address(), user);
  config_.addressees->enter(user, which.handle);
}

sip_switch_actor::behavior_type
sip_switch(sip_switch_actor::stateful_pointer<sip_switch_state> self,
           sip_switch_config config) {
  be_quiet(self);
  auto& state = self->state;
  self->set_down_handler([&state](caf::scheduled_actor*, caf::down_msg& msg) {
    state.on_down(msg);
  });
  state.start(std::move(config));
  return {
    [&state](tick_atom) { state.on_tick(); },
    [&state](const sip_arrival& arrival) { state.on_arrival(arrival); },
    [&state](leave_atom, const std::string& user, uint64_t handled,
             bool admitted) { state.on_idle(user, handled, admitted); },
  };
}

} // namespace carillon
