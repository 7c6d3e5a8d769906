#include "actors/sip_switch.hpp"

#include "actors/ended_actor.hpp"
#include "actors/quiet.hpp"
#include "actors/services.hpp"
#include "actors/sip_adapter.hpp"
#include "actors/sip_link_intake.hpp"
#include "actors/sip_status.hpp"
#include "actors/sip_token.hpp"
#include "actors/user_notes.hpp"
#include "protocols/quantity.hpp"

#include <caf/all.hpp>

namespace carillon {

namespace {

/// Bytes of the seeds and secrets that are drawn.
constexpr size_t seed_size = 32;

bytes draw(Botan::RandomNumberGenerator& rng) {
  bytes result(seed_size);
  rng.randomize(result.data(), result.size());
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
  config_.addressees->remove(std::string{services::linked_sip});
  caf::anon_send_exit(link_intake_, caf::exit_reason::user_shutdown);
  for (const auto& [user, which] : adapters_) {
    config_.addressees->remove(user);
    caf::anon_send_exit(which.handle, caf::exit_reason::user_shutdown);
  }
}

void sip_switch_state::start(sip_switch_config config) {
  config_ = std::move(config);
  transport_ = std::make_shared<linked_transport>(
    config_.transport, config_.node, config_.places.front());
  auto settings = *config_.settings;
  settings.domain.node_host = transport_->own_host();
  config_.settings = std::make_shared<const sip_settings>(std::move(settings));
  adapters_count_ = {config_.node->metrics, &node_metrics::adapters};
  rng_ = std::make_unique<Botan::ChaCha_RNG>(
    Botan::secure_vector<uint8_t>(config_.seed.begin(), config_.seed.end()));
  alarm_ = {config_.node->alarms, self};
  auto tags = draw(*rng_);
  reception_.emplace(config_.node, config_.settings, transport_,
                     std::move(tags), nonce_terms{draw(*rng_)});
  memory_ =
    std::make_shared<sip::memory_budget>(config_.settings->transaction_memory);
  link_intake_ = self->spawn(sip_link_intake, sip_switch_actor{self},
                             transport_, config_.node->log(subsystem::sip));
  config_.addressees->enter(std::string{services::linked_sip}, link_intake_);
  load();
}

/// Brings the adapters back of those users who had phones registered when the
/// node went down, and little by little those of others who have a name to
/// keep.
void sip_switch_state::load() {
  self
    ->request(config_.node->writer, caf::infinite, load_atom_v,
              std::string{users_prefix})
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
    if (!user || !settings.serves(*user))
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
  alarm_.set_latest(due);
}

void sip_switch_state::on_tick() {
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
    reception_->forget_nonces();
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
  adapters_count_.set(adapters_.size());
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
  adapters_count_.set(adapters_.size());
  // It would not be idle if a phone were registered.
  reachable_.erase(user);
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
      reception_->refuse(arrival, request, sip_status::service_unavailable,
                         "this node cannot read yet who is registered");
  } else if (const auto user = routed_user(request)) {
    if (adapters_.contains(*user))
      pass_request(*user, arrival, request);
    else if (method != sip::methods::ack)
      reception_->refuse(arrival, request, sip_status::no_such_call);
  } else if (arrival.source.kind == sip::transport::link) {
    if (method != sip::methods::ack)
      reception_->refuse(arrival, request, sip_status::forbidden,
                         "over links come calls that were permitted");
  } else if (method == sip::methods::ack) {
    if (const auto from = user_of(request.from()))
      pass(*from, arrival);
  } else if (const auto own = reception_->judge(request)) {
    reception_->answer(arrival, *own);
  } else if (method == sip::methods::register_) {
    on_registration(arrival, request);
  } else {
    on_invite(arrival, request);
  }
}

void sip_switch_state::on_registration(const sip_arrival& arrival,
                                       const sip::message& request) {
  const auto& settings = *config_.settings;
  const auto target = sip::uri::parse(request.request_uri());
  const auto user = user_of(request.to());
  if (!target || !means_domain(*target, settings.domain))
    reception_->refuse(arrival, request, sip_status::not_found,
                       "this registrar serves another domain");
  else if (!user)
    reception_->refuse(arrival, request, sip_status::not_found,
                       to_string(user.error()));
  else if (!settings.takes_anybody(arrival.source)
           && settings.find(*user) == nullptr)
    reception_->refuse(arrival, request, sip_status::not_found,
                       "this node does not serve this user");
  else if (adapters_.contains(*user))
    pass_request(*user, arrival, request);
  else if (const auto own = reception_->judge_registration(
             *user, arrival.source, request, sleeping_.contains(*user)))
    reception_->answer_newcomer(arrival, *own);
  else
    admit_newcomer(*user, arrival, request);
}

/// Spawns the adapter of a user who registers for the first time. More of them
/// than the node gets done in time would all come to nothing.
void sip_switch_state::admit_newcomer(const std::string& user,
                                      const sip_arrival& arrival,
                                      const sip::message& request) {
  if (*newcomers_ >= config_.settings->max_newcomers) {
    reception_->refuse(arrival, request, sip_status::service_unavailable,
                       "too many new users register at once");
    return;
  }
  auto* const adapter = adapter_of(user);
  if (adapter == nullptr) {
    reception_->refuse(arrival, request, sip_status::service_unavailable,
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
    reception_->refuse(arrival, request, sip_status::no_such_call);
  } else if (!user) {
    reception_->refuse(arrival, request, sip_status::forbidden,
                       "nobody has registered under this name here");
  } else if (const auto own = reception_->judge_call(
               *user, arrival.source, request, reachable_.contains(*user))) {
    reception_->answer_newcomer(arrival, *own);
  } else if (auto* const adapter = adapter_of(*user)) {
    send(*adapter, count(arrival, adapter->pending));
  } else {
    reception_->refuse(arrival, request, sip_status::service_unavailable,
                       "this node serves too many users");
  }
}

/// Gives the user whose adapter wrote where a request goes next: its Route, or
/// the Request-URI that it was given as the place of a call. A strict router
/// puts the Route there (RFC 3261 section 16.4).
std::optional<std::string>
sip_switch_state::routed_user(const sip::message& request) const {
  const auto owner = [&](std::string_view text) -> std::optional<std::string> {
    const auto place = sip::uri::parse(text);
    if (!place || !means_domain(*place, config_.settings->domain))
      return std::nullopt;
    return token_user(place->user);
  };
  const auto target = sip::uri::parse(request.request_uri());
  auto named = owner(request.request_uri());
  const bool is_strict = named && target->params.contains("lr");
  if (const auto first = request.first("Route"); first && !is_strict) {
    const auto route = sip::name_addr::parse(*first);
    if (auto router = route ? owner(route->address) : std::nullopt)
      return router;
  }
  return named;
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
    reception_->refuse(arrival, request, sip_status::service_unavailable,
                       "too many requests of this user are under way");
}

void sip_switch_state::send(child& to, const sip_arrival& arrival) {
  ++to.passed;
  self->send(to.handle, arrival);
}

sip_switch_state::child* sip_switch_state::adapter_of(const std::string& user) {
  const auto position = adapters_.find(user);
  if (position != adapters_.end())
    return &position->second;
  if (adapters_.size() >= config_.settings->max_adapters)
    return nullptr;
  sleeping_.remove(user);
  auto& fresh = adapters_[user];
  adapters_count_.set(adapters_.size());
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
                       transport_,
                       {user, config_.node->ring->settings().domain},
                       places[place],
                       config_.reader,
                       config_.keys,
                       reception_->nonces(),
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
