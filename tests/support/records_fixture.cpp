#include "tests/support/records_fixture.hpp"

#include "actors/bootstrap.hpp"
#include "protocols/identity/node_fingerprint.hpp"
#include "tests/support/seeds.hpp"

#include <caf/all.hpp>

namespace carillon::test {

using namespace std::chrono_literals;

namespace {

/// Collects what is delivered to a user.
struct mailbox_state {
  static constexpr const char* name = "mailbox";
  std::shared_ptr<std::vector<bytes>> received;
};

delivery_actor::behavior_type
mailbox(delivery_actor::stateful_pointer<mailbox_state> self,
        std::shared_ptr<std::vector<bytes>> received) {
  self->state.received = std::move(received);
  return {
    [self](deliver_atom, const chord::peer_ref&, const p2psip::delivery& msg) {
      self->state.received->push_back(msg.content);
    },
  };
}

} // namespace

void records_fixture::start(size_t count, watched_ring::settings how) {
  how.find_addressee = [this](const chord::peer_ref&, const std::string& name) {
    return addressees.find(name);
  };
  ring.emplace(first_seed(), how);
  ring->settle(count);
  ring->advance(3s);
  add_bootstrap(services::bootstrap, ring->peers().front());
  reader = ring->system.spawn(
    ring_reader, ring_reader_config{ring->context, ring->peers().back()});
  mails = std::make_shared<std::vector<bytes>>();
}

void records_fixture::TearDown() {
  if (!ring)
    return;
  for (const auto& handle : spawned)
    caf::anon_send_exit(handle, caf::exit_reason::kill);
  caf::anon_send_exit(reader, caf::exit_reason::kill);
  ring->run();
  ring.reset();
}

void records_fixture::add_bootstrap(std::string_view name,
                                    const chord::peer_ref& where) {
  bootstrap_config config;
  config.node = ring->context;
  config.keys = shared_bootstrap();
  config.place = where;
  config.seed = bytes(32, static_cast<uint8_t>(spawned.size() + 1));
  auto handle = ring->system.spawn(bootstrap, config);
  addressees.enter(std::string{name}, handle);
  spawned.push_back(handle);
}

test_user records_fixture::make_user(const std::string& name, uint64_t epoch) {
  test_user result;
  result.local.keys =
    std::make_shared<const identity::key_pair>(make_keys(ring->rng));
  result.local.aor = {name, "example.org"};
  result.local.ring = ring->context->ring->ring();
  result.bundle = must(identity::seal_bundle(result.local.aor, epoch,
                                             ring->now(), {}, result.local.ring,
                                             *result.local.keys, ring->rng));
  return result;
}

identity::location records_fixture::location_of(const test_user& who,
                                                duration lifetime) {
  identity::location result;
  result.aor = who.local.aor;
  result.peer = ring->peers().back().id;
  result.node = identity::fingerprint_of(*ring->peers().back().node);
  result.epoch = static_cast<uint64_t>(ring->now().time_since_epoch().count());
  result.expires = ring->now() + lifetime;
  return result;
}

secp2psip::outgoing_register
records_fixture::make_register(const test_user& who,
                               std::optional<bytes> succession,
                               Botan::RandomNumberGenerator* rng) {
  const auto& key = ring->bootstrap.public_half().signature;
  secp2psip::registration content;
  content.location = "127.0.0.1:5060";
  content.bundle = who.bundle;
  content.location_envelope = must(identity::sign_location(
    location_of(who), who.local.ring, *who.local.keys, ring->rng));
  content.succession = std::move(succession);
  return must(secp2psip::make_register(who.local, key, content, ring->now(),
                                       rng == nullptr ? ring->rng : *rng));
}

void records_fixture::open_mailbox(const test_user& who) {
  auto handle = ring->system.spawn(mailbox, mails);
  addressees.enter(who.local.aor.user, handle);
  spawned.push_back(handle);
}

void records_fixture::deliver(std::string_view server, const bytes& data) {
  caf::anon_send(ring->handle(ring->peers().back()), deliver_atom_v,
                 ring->peers().front(),
                 p2psip::delivery{std::string{server}, "t", data});
}

secp2psip::sent_register
records_fixture::send_register(const test_user& who, std::string_view server,
                               std::optional<bytes> succession) {
  auto made = make_register(who, std::move(succession));
  open_mailbox(who);
  deliver(server, made.data);
  return made.sent;
}

secp2psip::register_answer
records_fixture::answer_for(const test_user& who,
                            const secp2psip::sent_register& sent) {
  for (int i = 0; i < 200 && mails->empty(); ++i)
    ring->advance(100ms);
  if (mails->empty())
    throw std::runtime_error{"no answer"};
  for (const auto& mail : *mails) {
    auto answer = secp2psip::check_register_answer(who.local, sent, mail,
                                                   ring->now(), ring->rng);
    if (answer)
      return *answer;
  }
  throw std::runtime_error{"no answer for " + who.local.aor.user};
}

secp2psip::register_answer
records_fixture::register_user(const test_user& who) {
  mails->clear();
  return answer_for(who, send_register(who));
}

key_reading records_fixture::read_key(const std::string& name) {
  return ring->ask<key_reading>(
    reader, get_atom_v, identity::address_of_record{name, "example.org"});
}

location_reading records_fixture::find(const std::string& name) {
  return ring->ask<location_reading>(
    reader, lookup_atom_v, identity::address_of_record{name, "example.org"});
}

std::shared_ptr<const identity::key_pair> records_fixture::shared_bootstrap() {
  return {std::shared_ptr<void>{}, &ring->bootstrap};
}

bool is_registered(const secp2psip::register_answer& answer) {
  return std::holds_alternative<secp2psip::registered>(answer);
}

} // namespace carillon::test
