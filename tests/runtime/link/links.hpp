#pragma once

#include "actors/foreign_peer.hpp"
#include "protocols/identity/certificate.hpp"
#include "runtime/link/link_host.hpp"
#include "runtime/steady_clock.hpp"
#include "tests/runtime/edge/test_socket.hpp"
#include "tests/runtime/link/raw_link.hpp"
#include "tests/support/keys.hpp"

#include <botan/auto_rng.h>
#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace carillon::test {

using namespace std::chrono_literals;

/// Waits until something is so.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

/// Keeps the messages that come for a peer.
class inbox final : public link_transport {
public:
  void send(const chord::peer_ref&, const overlay_message& msg) override {
    const auto* ring = std::get_if<chord::message>(&msg.body);
    const auto* told =
      ring == nullptr ? nullptr : std::get_if<chord::introduce>(ring);
    const std::lock_guard lock{mutex_};
    if (told != nullptr)
      introduced_.push_back(told->peer);
    else
      from_.push_back(msg.from);
  }

  chord::peer_list contacts(size_t, std::minstd_rand&) override {
    return {};
  }

  [[nodiscard]] size_t size() const {
    const std::lock_guard lock{mutex_};
    return from_.size();
  }

  [[nodiscard]] chord::peer_list senders() const {
    const std::lock_guard lock{mutex_};
    return from_;
  }

  /// Gives whom the peer was introduced to.
  [[nodiscard]] chord::peer_list introduced() const {
    const std::lock_guard lock{mutex_};
    return introduced_;
  }

private:
  mutable std::mutex mutex_;
  chord::peer_list from_;
  chord::peer_list introduced_;
};

/// A certificate authority.
struct test_authority {
  Botan::AutoSeeded_RNG rng;
  timestamp now =
    std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  identity::validity when{now - 1h, now + 24h};
  identity::key_pair keys = make_keys(rng);
  bytes certificate =
    must(identity::make_ca_certificate("Test CA", keys, when, rng));
};

/// A ring and its bootstrap server's keys.
struct test_ring {
  /// @param certifier makes it an enrolled ring; outlives it.
  explicit test_ring(test_authority* certifier = nullptr)
    : authority(certifier) {
    identity::ring_settings settings;
    settings.domain = "example.org";
    settings.bootstrap_keys = {bootstrap->public_half().signature.spki()};
    if (authority != nullptr) {
      settings.identity = identity::identity_mode::enrolled;
      settings.ca_certificates = {authority->certificate};
    }
    descriptor = std::make_shared<const identity::ring_descriptor>(
      must(identity::ring_descriptor::found(settings, *bootstrap, rng)));
  }

  identity::ticket grant(const identity::key_pair& keys) const {
    const auto now = time->now();
    return {keys.public_half().signature, {}, 4, now, now + 24h};
  }

  /// Makes the certificates of a node.
  std::vector<bytes> certify(const identity::key_pair& keys) const {
    if (authority != nullptr)
      return {must(identity::make_node_certificate(
        "node.example.org", keys.public_half().signature,
        authority->certificate, authority->keys, authority->when,
        authority->rng))};
    return {must(identity::make_self_signed_certificate(
      "test", keys, {time->now(), time->now() + 1h}, rng))};
  }

  /// Takes back what `certify` has made.
  void revoke(const std::vector<bytes>& chain) const {
    const auto list = must(identity::revoke_certificate(
      chain.front(), {}, authority->certificate, authority->keys,
      {time->now(), time->now() + 1h}, authority->rng));
    revoked->replace(must(identity::revocation_list::read(
      list, std::vector<bytes>{authority->certificate})));
  }

  test_authority* authority;
  std::shared_ptr<revocations> revoked = std::make_shared<revocations>();
  mutable Botan::AutoSeeded_RNG rng;
  std::shared_ptr<const identity::key_pair> bootstrap =
    std::make_shared<const identity::key_pair>(make_keys(rng));
  std::shared_ptr<const identity::ring_descriptor> descriptor;
  std::shared_ptr<const clock> time = std::make_shared<steady_clock>();
};

/// What tells nodes apart.
struct node_traits {
  /// Others can open links to it.
  bool listens = true;
  uint64_t incarnation = 1;
  /// It carries tunnels, if it listens.
  bool relays = true;
  /// It is one of the machines of a cluster.
  bool is_member = false;
  /// Takes requests to nodes that only another member has a link to.
  std::function<void(const link::call_back_request&)> call_back;
  /// Takes messages for peers that run elsewhere.
  std::function<bool(const peer_actor&, const overlay_message&)> relay;
};

/// A node with links and one peer, which keeps what comes for it.
class linked_node {
public:
  linked_node(caf::actor_system& system, const test_ring& ring,
              identity::key_pair keys, const node_traits& traits = {}) {
    Botan::AutoSeeded_RNG rng;
    const auto grant = ring.grant(keys);
    const auto listens = traits.listens;
    const auto port = listens ? free_port() : uint16_t{0};
    const auto address = to_string(endpoint{"127.0.0.1", port});
    link_host_config config;
    config.time = ring.time;
    config.ring = ring.descriptor;
    config.revoked = ring.revoked;
    config.chain = chain = ring.certify(keys);
    config.identity =
      must(make_node_identity(std::move(keys), listens ? address : "", grant,
                              *ring.descriptor, *ring.bootstrap, rng));
    config.incarnation = traits.incarnation;
    config.relays = traits.relays;
    config.is_member = traits.is_member;
    config.relay = traits.relay;
    if (traits.is_member)
      config.other_way = [way = passed_on](const chord::peer_ref& to,
                                           const overlay_message& msg) {
        way->send(to, msg);
      };
    if (traits.is_member)
      config.other_call_back = traits.call_back;
    config.servers = std::make_shared<bootstrap_servers>();
    if (listens)
      config.listen = endpoint{"127.0.0.1", port};
    identity = config.identity;
    self = must(make_peer_ref(*identity, 0));
    links = must(link_host::open(std::move(config)));
    directory->enter(self, system.spawn(foreign_peer, got, self));
    links->start(directory, {}, [](const std::vector<std::string>&) {});
  }

  linked_node(linked_node&&) = default;

  ~linked_node() {
    if (links)
      links->stop();
  }

  /// Sends a ping to a peer of another node.
  void ping(const chord::peer_ref& other) {
    links->send(other, {self, chord::message{chord::ping{1}}, nullptr});
  }

  /// Tells another node which peers there are.
  void tell(const chord::peer_ref& other, chord::peer_list peers) {
    links->send(other,
                {self,
                 chord::message{chord::neighbors{1, {}, std::move(peers)}},
                 nullptr});
  }

  [[nodiscard]] endpoint address() const {
    return must(parse_endpoint(identity->info->endpoint));
  }

  node_identity_ptr identity;
  std::vector<bytes> chain;
  chord::peer_ref self;
  std::shared_ptr<inbox> got = std::make_shared<inbox>();
  /// What it has other members send.
  std::shared_ptr<inbox> passed_on = std::make_shared<inbox>();
  std::shared_ptr<link_host> links;
  std::shared_ptr<peer_directory> directory =
    std::make_shared<local_directory>();

private:
  static uint16_t free_port() {
    return test_socket::listening().local().address.port;
  }
};

class links : public testing::Test {
public:
  /// @param certified makes the ring an enrolled one.
  explicit links(bool certified = false)
    : ring(certified ? &authority : nullptr) {}

  linked_node make(bool listens = true) {
    node_traits traits;
    traits.listens = listens;
    return {system, ring, make_keys(rng), traits};
  }

  /// Makes one of the machines of a cluster.
  /// @param keys those of the cluster.
  linked_node make_member(identity::key_pair keys) {
    node_traits traits;
    traits.is_member = true;
    return {system, ring, std::move(keys), traits};
  }

  /// Gives the hello of an honest node with these keys.
  link::hello hello_of(const identity::key_pair& keys) {
    link::hello result;
    result.ring = ring.descriptor->ring();
    result.descriptor_version = 1;
    result.time = ring.time->now();
    result.incarnation = 1;
    result.ticket = must(identity::seal_ticket(
      ring.grant(keys), *ring.descriptor, *ring.bootstrap, rng));
    result.peers = 1;
    return result;
  }

  /// Opens a link to a node and says an honest hello.
  raw_link meet(const linked_node& node, const identity::key_pair& keys) {
    raw_link result{node.address(), keys};
    result.send(hello_of(keys));
    EXPECT_TRUE(std::holds_alternative<link::hello>(*result.receive()));
    return result;
  }

  /// Gives a ping of the first peer of the node with these keys.
  link::overlay_frame ping_of(const identity::key_pair& keys,
                              const chord::peer_ref& to) {
    auto info = std::make_shared<chord::node_info>();
    info->fingerprint = keys.public_half().signature.id().data();
    return {to.id,
            {must(ring.grant(keys).position(0)), 0, std::move(info)},
            chord::message{chord::ping{1}}};
  }

  /// Expects that a node still serves honest ones.
  void expect_served(linked_node& node) {
    auto honest = make();
    const auto before = node.got->size();
    honest.ping(node.self);
    EXPECT_TRUE(eventually([&] { return node.got->size() > before; }));
  }

  /// Expects that a node does not take this hello, and says why.
  void expect_refused(const linked_node& node, const identity::key_pair& keys,
                      const link::hello& said, errc reason) {
    raw_link refused{node.address(), keys};
    refused.send(said);
    const auto why = refused.await_close();
    ASSERT_TRUE(why);
    EXPECT_EQ(why->code, reason);
  }

  Botan::AutoSeeded_RNG rng;
  caf::actor_system_config config;
  caf::actor_system system{config};
  test_authority authority;
  test_ring ring;
};

} // namespace carillon::test
