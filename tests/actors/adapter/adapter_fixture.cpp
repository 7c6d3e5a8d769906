#include "tests/actors/adapter/adapter_fixture.hpp"

#include "actors/key_keeper.hpp"
#include "actors/ring_reader.hpp"
#include "actors/services.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/uri.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace carillon::test {

namespace {

constexpr uint16_t server_port = 5060;

/// Collects what is delivered to a user.
struct spy_state {
  static constexpr const char* name = "spy";
};

delivery_actor::behavior_type spy(delivery_actor::stateful_pointer<spy_state>,
                                  std::vector<p2psip::delivery>* received) {
  return {
    [received](deliver_atom, const chord::peer_ref&,
               const p2psip::delivery& msg) { received->push_back(msg); },
  };
}

} // namespace

void two_users::start_with_both(size_t peers) {
  start(peers);
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
}

std::string crlf(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n')
      result += '\r';
    result += c;
  }
  return result;
}

user_credentials memory_vault::lose(const std::string& user) {
  return std::move(users_.extract(user).mapped());
}

expected<credentials_ptr> memory_vault::load_or_make(const std::string& user) {
  auto& found = users_[user];
  if (!found.keys)
    found.keys = make(user);
  return load(user);
}

expected<credentials_ptr> memory_vault::load(const std::string& user) {
  if (failure)
    return tl::unexpected{*failure};
  const auto position = users_.find(user);
  if (position == users_.end())
    return fail(errc::missing_keys, user);
  auto& found = position->second;
  if (certify)
    found.certificates = certify(user, found.keys->public_half().signature);
  return std::make_shared<const user_credentials>(found);
}

expected<void>
memory_vault::forget_predecessor(const std::string& user,
                                 const identity::fingerprint& current) {
  if (forget_failure)
    return tl::unexpected{*forget_failure};
  auto& found = users_.at(user);
  if (found.keys->public_half().id() == current)
    found.predecessor = nullptr;
  return {};
}

void memory_vault::rotate(const std::string& user) {
  auto& found = users_.at(user);
  found.predecessor = found.keys;
  found.keys = make(user);
  ++found.epoch;
}

void memory_vault::replace(const std::string& user) {
  users_[user] = {make(user), 1, {}, nullptr};
}

std::shared_ptr<const identity::key_pair>
memory_vault::make(const std::string& user) {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, ++made_)};
  const auto given = suites.find(user);
  const auto kind =
    given == suites.end() ? identity::suite::ed25519_x25519 : given->second;
  return std::make_shared<const identity::key_pair>(
    must(identity::key_pair::generate(kind, rng)));
}

size_t step_recorder::count(std::string_view step) const {
  return static_cast<size_t>(std::ranges::count(steps, step, &item::step));
}

std::string test_phone::contact() const {
  return "sip:" + user + "-phone@"
    + sip::to_hostport(path.remote_address, path.remote_port)
    + (path.kind == sip::transport::tcp ? ";transport=tcp" : "");
}

std::string test_phone::request(const std::string& method,
                                const std::string& uri, const std::string& to,
                                const std::string& more) {
  ++requests;
  const auto number = std::to_string(requests);
  const auto name = user + std::to_string(path.remote_port);
  return method + " " + uri + " SIP/2.0\nVia: SIP/2.0/"
    + std::string{to_string(path.kind)} + " "
    + sip::to_hostport(path.remote_address, path.remote_port)
    + ";rport;branch=z9hG4bK" + name + "-" + number + "\nFrom: <sip:" + user
    + "@example.org>;tag=t" + name + "\nTo: <sip:" + to
    + "@example.org>\nCall-ID: " + name + "-"
    + (method == "REGISTER" ? "reg" : number) + "\nCSeq: " + number + " "
    + method + "\nMax-Forwards: 70\n" + more + "\n";
}

adapter_fixture::adapter_fixture() {
  settings.domain.name = "example.org";
  settings.domain.listen = {
    {sip::transport::udp, {}, 0, "127.0.0.1", server_port, 0},
    {sip::transport::tcp, {}, 0, "127.0.0.1", server_port, 0}};
  settings.observer = steps;
  // All nodes are on one machine.
  how.endpoint_of = [](size_t) {
    return std::string{"127.0.0.1:7480"};
  };
}

adapter_fixture::~adapter_fixture() {
  if (!ring)
    return;
  stop_node();
  stop_bootstrap();
  for (const auto& handle : spies_)
    caf::anon_send_exit(handle, caf::exit_reason::kill);
  ring->run();
  bootstrap_keeper = nullptr;
  node_view = nullptr;
  keeper_view = nullptr;
  spies_.clear();
  intercepted_.clear();
  addressees = nullptr;
  phone_switch = nullptr;
  reader_ = nullptr;
  keeper_ = nullptr;
  ring.reset();
}

void adapter_fixture::start(size_t peers) {
  how.find_addressee = [directory = addressees](const chord::peer_ref&,
                                                const std::string& name) {
    return directory->find(name);
  };
  ring.emplace(1, how);
  ring->settle(peers);
  ring->advance(3s);
  settings.bootstrap->enter(
    {ring->peers().front(), ring->bootstrap.public_half().signature});
  start_bootstrap();
  start_node();
}

void adapter_fixture::start_node() {
  const auto place = ring->peers().back();
  reader_ =
    ring->system.spawn(ring_reader, ring_reader_config{ring->context, place});
  keeper_ = ring->system.spawn(key_keeper, std::shared_ptr<key_vault>{vault});
  phone_switch = ring->system.spawn(
    sip_switch,
    sip_switch_config{node_view ? node_view : ring->context,
                      std::make_shared<const sip_settings>(settings),
                      network,
                      {place},
                      reader_,
                      keeper_view ? keeper_view : keeper_,
                      addressees,
                      bytes(32, ++seeds_)});
  ring->run();
}

void adapter_fixture::stop_node() {
  caf::anon_send_exit(phone_switch, caf::exit_reason::kill);
  caf::anon_send_exit(reader_, caf::exit_reason::kill);
  caf::anon_send_exit(keeper_, caf::exit_reason::kill);
  ring->run();
}

void adapter_fixture::start_bootstrap() {
  bootstrap_config config;
  config.node = ring->context;
  config.keys = {std::shared_ptr<void>{}, &ring->bootstrap};
  config.place = ring->peers().front();
  config.seed = bytes(32, 99);
  bootstrap_keeper = ring->system.spawn(
    service_supervisor,
    service_supervisor_config{ring->context, std::string{services::bootstrap},
                              addressees,
                              [config](caf::actor_system& system) {
                                return system.spawn(bootstrap, config);
                              },
                              restart_limit{}});
  ring->run();
}

void adapter_fixture::stop_bootstrap() {
  caf::anon_send_exit(bootstrap_keeper, caf::exit_reason::kill);
  ring->run();
}

test_phone adapter_fixture::make_phone(const std::string& user, uint16_t port,
                                       sip::transport kind) {
  test_phone result;
  result.user = user;
  result.path = {
    kind,        "127.0.0.1",
    port,        "127.0.0.1",
    server_port, kind == sip::transport::udp ? 0u : uint64_t{port}};
  return result;
}

void adapter_fixture::send(const test_phone& from, const std::string& text) {
  send(from, to_bytes(crlf(text)));
}

void adapter_fixture::send(const test_phone& from,
                           const sip::message& message) {
  send(from, message.print());
}

void adapter_fixture::send(const test_phone& from, const bytes& data) {
  auto message = sip::parse_message(data);
  if (!message)
    throw std::runtime_error{to_string(message.error().why)};
  caf::anon_send(
    phone_switch,
    sip_arrival{std::make_shared<const sip::message>(std::move(*message)),
                from.path, credit});
}

void adapter_fixture::advance(std::initializer_list<test_phone*> phones,
                              duration time) {
  ring->run();
  ring->advance(time);
  for (auto* which : phones)
    route(*which);
}

sip::message adapter_fixture::ask(test_phone& from, const std::string& text) {
  const auto sent = sip::parse_message(as_bytes(crlf(text))).value();
  send(from, text);
  auto result = wait(from, [&](const sip::message& msg) {
    return msg.status() >= 200 && msg.cseq() == sent.cseq()
      && msg.call_id() == sent.call_id();
  });
  if (sent.method() == sip::methods::invite && result.status() >= 300)
    send(from, sip::make_ack(sent, result));
  ring->run();
  return result;
}

sip::message
adapter_fixture::wait(test_phone& at,
                      const std::function<bool(const sip::message&)>& wanted) {
  for (int i = 0; i < 2'000; ++i) {
    i == 0 ? ring->run() : ring->advance(watched_ring::step);
    route(at);
    const auto position = std::ranges::find_if(at.inbox, wanted);
    if (position == at.inbox.end())
      continue;
    auto result = std::move(*position);
    at.inbox.erase(position);
    return result;
  }
  throw std::runtime_error{"no message for " + at.user};
}

sip::message adapter_fixture::register_phone(test_phone& which, int expires,
                                             const std::string& parameters) {
  return ask(which,
             which.request("REGISTER", "sip:example.org", which.user,
                           "Contact: <" + which.contact() + ">" + parameters
                             + "\nExpires: " + std::to_string(expires) + "\n"));
}

sip::message adapter_fixture::call(test_phone& from,
                                   const std::string& callee) {
  return ask(from,
             from.request("INVITE", "sip:" + callee + "@example.org", callee,
                          "Contact: <" + from.contact() + ">\n"));
}

void adapter_fixture::answer(test_phone& from, const sip::message& request,
                             unsigned status) {
  auto response = sip::make_response(request, status, "callee");
  response.append("Contact", "<" + from.contact() + ">");
  send(from, response);
  ring->run();
}

std::vector<p2psip::delivery>&
adapter_fixture::intercept(const std::string& user) {
  auto& mails = mails_.emplace_back();
  auto handle = ring->system.spawn(spy, &mails);
  spies_.push_back(handle);
  intercepted_[user] = addressees->find(user);
  addressees->enter(user, handle);
  return mails;
}

void adapter_fixture::stop_intercepting(const std::string& user) {
  addressees->enter(user, intercepted_.at(user));
}

key_reading adapter_fixture::read_key(const std::string& user) {
  return ring->ask<key_reading>(
    reader_, get_atom_v,
    identity::address_of_record{user, settings.domain.name});
}

std::optional<bytes> adapter_fixture::read_record(const std::string& key) {
  const auto found = ring->ask<fetch_outcome>(
    ring->handle(ring->peers().back()), get_atom_v, key, uint8_t{0});
  return must(found.result).record;
}

put_outcome adapter_fixture::store_record(const bytes& record) {
  return ring->ask<put_outcome>(
    ring->handle(ring->peers().back()), put_atom_v,
    p2psip::shared_bytes{std::make_shared<const bytes>(record)});
}

void adapter_fixture::inject(const p2psip::delivery& msg) {
  inject(msg, ring->peers().front());
}

void adapter_fixture::inject(const p2psip::delivery& msg,
                             const chord::peer_ref& from) {
  caf::anon_send(addressees->find(msg.addressee), deliver_atom_v, from, msg);
  ring->run();
}

/// Brings a phone what was sent to it.
void adapter_fixture::route(test_phone& which) {
  auto& sent = network->sent;
  for (auto position = sent.begin(); position != sent.end();) {
    const auto& [path, data] = *position;
    if (path.kind != which.path.kind
        || path.remote_port != which.path.remote_port) {
      ++position;
      continue;
    }
    if (auto message = sip::parse_message(data))
      which.inbox.push_back(std::move(*message));
    else
      ADD_FAILURE() << "sent what is no SIP: " << as_text(data);
    position = sent.erase(position);
  }
}

} // namespace carillon::test
