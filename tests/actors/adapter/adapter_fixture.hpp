#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/bootstrap.hpp"
#include "actors/key_vault.hpp"
#include "actors/service_supervisor.hpp"
#include "actors/sip_switch.hpp"
#include "protocols/sip/parser.hpp"
#include "tests/support/watched_ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace carillon::test {

using namespace std::chrono_literals;

/// Catches what adapters send.
class fake_network final : public sip_transport {
public:
  void send(const sip::flow& path, bytes data,
            failure_handler on_failure) override {
    if (unreachable.contains(path.remote_port))
      on_failure();
    else
      sent.emplace_back(path, std::move(data));
  }

  /// Remote ports to which nothing can be sent.
  std::set<uint16_t> unreachable;
  std::deque<std::pair<sip::flow, bytes>> sent;
};

/// Keeps keys in memory.
class memory_vault final : public key_vault {
public:
  expected<credentials_ptr> load(const std::string& user) override;

  expected<credentials_ptr> load_or_make(const std::string& user) override;

  /// Loses a user's keys.
  /// @returns them.
  user_credentials lose(const std::string& user);

  /// Puts keys back that were lost.
  void restore(const std::string& user, user_credentials lost) {
    users_[user] = std::move(lost);
  }

  /// Gives a user new keys, signed for by the old ones.
  void rotate(const std::string& user);

  /// Forgets the keys before the present ones.
  expected<void>
  forget_predecessor(const std::string& user,
                     const identity::fingerprint& current) override;

  /// Tells whether the keys before the present ones are still there.
  bool holds_predecessor(const std::string& user) const {
    return users_.at(user).predecessor != nullptr;
  }

  /// Gives a user new keys that nobody signs for.
  void replace(const std::string& user);

  /// The number of users who have keys.
  [[nodiscard]] size_t size() const noexcept {
    return users_.size();
  }

  std::optional<error> failure;

  /// Why old keys cannot be forgotten.
  std::optional<error> forget_failure;

  /// The suites of those users who do not get the usual one.
  std::map<std::string, identity::suite> suites;

  /// Makes the certificates of a user, in enrolled mode.
  std::function<std::vector<bytes>(const std::string& user,
                                   const identity::public_key& key)>
    certify;

private:
  std::shared_ptr<const identity::key_pair> make(const std::string& user);

  uint8_t made_ = 0;
  std::map<std::string, user_credentials> users_;
};

/// Collects the steps that adapters report.
class step_recorder final : public call_observer {
public:
  void on_step(std::string_view trace, std::string_view user,
               std::string_view step, std::string_view detail,
               timestamp) override {
    steps.push_back({std::string{trace}, std::string{user}, std::string{step},
                     std::string{detail}});
  }

  [[nodiscard]] size_t count(std::string_view step) const;

  struct item {
    std::string trace;
    std::string user;
    std::string step;
    std::string detail;
  };
  std::vector<item> steps;
};

/// A phone that sends SIP as text and keeps what it gets.
struct test_phone {
  std::string user;
  sip::flow path;
  std::deque<sip::message> inbox;
  int requests = 0;

  /// The URI at which it can be called.
  [[nodiscard]] std::string contact() const;

  /// Writes a request.
  /// @param uri the Request-URI.
  /// @param to the user in the To header.
  /// @param more further header lines, each with its line end.
  [[nodiscard]] std::string request(const std::string& method,
                                    const std::string& uri,
                                    const std::string& to,
                                    const std::string& more = {});
};

/// Is true for requests of one method.
inline auto is(std::string_view method) {
  return [method](const sip::message& msg) {
    return msg.is_request() && msg.method() == method;
  };
}

/// Is true for responses of one status.
inline auto has_status(unsigned status) {
  return [status](const sip::message& msg) {
    return msg.status() == status;
  };
}

/// Tells whether the Warning of a response holds a text.
inline bool warns(const sip::message& response, std::string_view text) {
  const auto warning = response.first("Warning").value_or("");
  return warning.starts_with("399 example.org ")
    && warning.find(text) != std::string_view::npos;
}

/// A ring in virtual time with a node whose users have phones.
class adapter_fixture : public ::testing::Test {
public:
  adapter_fixture();
  ~adapter_fixture() override;

  /// Starts ring, bootstrap server and node with `settings`.
  void start(size_t peers = 24);

  /// Starts the node, or starts it again after `stop_node`.
  void start_node();
  void stop_node();

  void start_bootstrap();
  void stop_bootstrap();

  test_phone make_phone(const std::string& user, uint16_t port,
                        sip::transport kind = sip::transport::udp);

  /// Sends a message without waiting.
  void send(const test_phone& from, const std::string& text);
  void send(const test_phone& from, const sip::message& message);
  void send(const test_phone& from, const bytes& data);

  /// Runs for a time and brings phones what was sent to them.
  void advance(std::initializer_list<test_phone*> phones, duration time);

  /// Sends a request and gives its final response; acknowledges it when it
  /// refuses or redirects an INVITE.
  /// @throws std::runtime_error when none comes within 40 virtual seconds
  sip::message ask(test_phone& from, const std::string& text);

  /// Waits for the next message of a phone that `wanted` accepts.
  sip::message wait(test_phone& at,
                    const std::function<bool(const sip::message&)>& wanted);

  /// Registers a phone.
  sip::message register_phone(test_phone& which, int expires = 3600,
                              const std::string& parameters = {});

  /// Calls a user.
  sip::message call(test_phone& from, const std::string& callee);

  /// Sends the answer of a phone to a request it got.
  void answer(test_phone& from, const sip::message& request, unsigned status);

  /// Takes what is delivered to a user from now on, instead of its adapter.
  std::vector<p2psip::delivery>& intercept(const std::string& user);
  void stop_intercepting(const std::string& user);

  /// Reads a user's key from the ring, as an adapter does.
  key_reading read_key(const std::string& user);

  /// Reads a record from its owner; nothing when there is none.
  std::optional<bytes> read_record(const std::string& key);

  /// Has a peer store a record in the ring.
  put_outcome store_record(const bytes& record);

  /// Hands a message to a user's adapter, as the first peer would.
  void inject(const p2psip::delivery& msg);

  /// Hands a message to a user's adapter, as a peer would.
  void inject(const p2psip::delivery& msg, const chord::peer_ref& from);

  [[nodiscard]] bool log_holds(std::string_view text) const {
    return ring->log->holds(text);
  }

  /// What the node's adapters see instead of the ring's context, if anything.
  node_context_ptr node_view;

  /// Who gives the adapters their keys instead of the vault, if anybody.
  key_keeper_actor keeper_view;

  /// What messages carry that has to be given back.
  std::shared_ptr<void> credit;

  watched_ring::settings how;
  std::optional<watched_ring> ring;
  sip_settings settings;
  std::shared_ptr<fake_network> network = std::make_shared<fake_network>();
  std::shared_ptr<memory_vault> vault = std::make_shared<memory_vault>();
  std::shared_ptr<step_recorder> steps = std::make_shared<step_recorder>();
  std::shared_ptr<addressee_directory> addressees =
    std::make_shared<addressee_directory>();
  sip_switch_actor phone_switch;
  service_supervisor_actor bootstrap_keeper;

private:
  void route(test_phone& which);

  ring_reader_actor reader_;
  key_keeper_actor keeper_;
  std::map<std::string, delivery_actor> intercepted_;
  std::vector<delivery_actor> spies_;
  std::deque<std::vector<p2psip::delivery>> mails_;
  uint8_t seeds_ = 0;
};

/// Two users who have a phone each.
class two_users : public adapter_fixture {
public:
  /// Starts everything and registers both phones.
  void start_with_both(size_t peers = 24);

  test_phone alice = make_phone("alice", 6001);
  test_phone bob = make_phone("bob", 6002);
};

/// Turns the line ends of a text into those of SIP.
std::string crlf(std::string_view text);

} // namespace carillon::test
