#include "actors/sip_switch.hpp"

#include "actors/ended_actor.hpp"
#include "actors/quiet.hpp"
#include "actors/sip_adapter.hpp"
#include "actors/sip_status.hpp"
#include "actors/sip_token.hpp"
#include "protocols/quantity.hpp"
#include "protocols/sip/build.hpp"

#include <caf/all.hpp>

#include <algorithm>

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

/// Gives the user of a note `user/NAME/admission`.
std::optional<std::string> admitted_user(const note& item) {
  const auto key = std::string_view{item.key};
  const auto end = key.find('/', user_notes_prefix.size());
  if (end == std::string_view::npos
      || key.substr(end + 1) != user_notes::admission)
    return std::nullopt;
  return std::string{
    key.substr(user_notes_prefix.size(), end - user_notes_prefix.size())};
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
  load();
}

/// Brings the adapters back of those users who were admitted when the node
/// went down: they have phones registered, or a name to keep.
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
    self->send(node.pacemaker, wake_atom_v, caf::actor_cast<ticked_actor>(self),
               node.time->now() + defaults::load_retry_interval);
    return;
  }
  loaded_ = true;
  size_t known = 0;
  const auto& settings = *config_.settings;
  for (const auto& item : *notes) {
    const auto user = admitted_user(item);
    if (!user
        || (!settings.open_registration && settings.find(*user) == nullptr))
      continue;
    admitted_.insert(*user);
    if (adapter_of(*user))
      ++known;
  }
  if (known > 0)
    node.log(subsystem::sip).write(log_level::info, {}, [&] {
      return "kept from the last run: the names and registrations of "
        + quantity(known, "user", "users");
    });
}

void sip_switch_state::on_tick() {
  if (!loaded_)
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
  if (!meant)
    config_.node->log(subsystem::sip).write(log_level::error, {}, [&] {
      return "the adapter of " + user + " has died: " + to_string(msg.reason)
        + (again ? "; it is brought back" : "; it has died too often");
    });
  if (again) {
    spawn(user, which);
    return;
  }
  config_.addressees->remove(user);
  adapters_.erase(user);
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
      pass(*user, arrival);
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
    pass(*user, arrival);
  else
    admit_newcomer(*user, arrival, request);
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
  const auto adapter = adapter_of(user);
  if (!adapter) {
    refuse(arrival, request, sip_status::service_unavailable,
           "this node serves too many users");
    return;
  }
  ++*newcomers_;
  auto counted = arrival;
  counted.credit = std::shared_ptr<void>{
    newcomers_.get(), [count = newcomers_, credit = arrival.credit](void*) {
      --*count;
    }};
  self->send(adapter, std::move(counted));
}

/// Brings an INVITE, or its CANCEL, to the caller's adapter.
void sip_switch_state::on_invite(const sip_arrival& arrival,
                                 const sip::message& request) {
  const auto user = user_of(request.from());
  if (user && adapters_.contains(*user)) {
    pass(*user, arrival);
  } else if (request.method() == sip::methods::cancel) {
    refuse(arrival, request, sip_status::no_such_call);
  } else if (!user || !may_call_unregistered(*user)) {
    refuse(arrival, request, sip_status::forbidden,
           "nobody has registered under this name here");
  } else if (const auto adapter = adapter_of(*user)) {
    self->send(adapter, arrival);
  } else {
    refuse(arrival, request, sip_status::service_unavailable,
           "this node serves too many users");
  }
}

/// Tells whether an adapter is worth the while for a user who has none: one who
/// can prove to be the user by a password, or whose adapter can tell what is
/// wrong with the user's keys.
bool sip_switch_state::may_call_unregistered(const std::string& user) const {
  const auto* settings = config_.settings->find(user);
  return admitted_.contains(user)
    || (settings != nullptr && !settings->ha1.empty());
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
    self->send(position->second.handle, arrival);
}

void sip_switch_state::refuse(const sip_arrival& arrival,
                              const sip::message& request, unsigned status,
                              const std::string& why) {
  config_.node->log(subsystem::sip).write(log_level::warning, {}, [&] {
    return "refused the " + request.method() + " of "
      + to_string(arrival.source) + " with " + std::to_string(status)
      + (why.empty() ? "" : ": " + why);
  });
  answer(arrival,
         make_failure(request, {status, why}, tokens_->to_tag(request),
                      config_.settings->domain.name));
}

void sip_switch_state::answer(const sip_arrival& arrival,
                              const sip::message& response) {
  config_.transport->send(response_flow(response.top_via(), arrival.source),
                          response.print(), {});
}

sip_adapter_actor sip_switch_state::adapter_of(const std::string& user) {
  const auto position = adapters_.find(user);
  if (position != adapters_.end())
    return position->second.handle;
  if (adapters_.size() >= config_.settings->max_adapters)
    return {};
  auto& fresh = adapters_[user];
  spawn(user, fresh);
  return fresh.handle;
}

void sip_switch_state::spawn(const std::string& user, child& which) {
  const auto& places = config_.places;
  const auto place = std::hash<std::string>{}(user) % places.size();
  which.handle = self->spawn<caf::monitored>(
    sip_adapter,
    sip_adapter_config{config_.node,
                       config_.settings,
                       config_.transport,
                       {user, config_.node->ring->settings().domain},
                       places[place],
                       config_.reader,
                       config_.keys,
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
  };
}

} // namespace carillon
