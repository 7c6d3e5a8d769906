#include "actors/quiet.hpp"
#include "runtime/admin/admin_client.hpp"
#include "runtime/admin/admin_server.hpp"
#include "runtime/node_files.hpp"
#include "runtime/steady_clock.hpp"
#include "tests/runtime/edge/test_socket.hpp"
#include "tests/support/must.hpp"
#include "tests/support/temporary_directory.hpp"

#include <botan/auto_rng.h>
#include <caf/all.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// What the node that is asked about is made to say.
struct told_node {
  std::vector<inspected_peer> peers;
  lookup_outcome lookup = fail(errc::timeout, "nobody answers");
  std::atomic<bool> is_silent = false;
};

struct silent_promises {
  std::vector<caf::typed_response_promise<peers_report>> kept;
};

node_inspector_actor::behavior_type
fake_inspector(node_inspector_actor::stateful_pointer<silent_promises> self,
               std::shared_ptr<told_node> node) {
  return {
    [self, node](view_atom) {
      auto promise = self->make_response_promise<peers_report>();
      if (node->is_silent)
        self->state.kept.push_back(promise);
      else
        promise.deliver(peers_report{
          std::make_shared<const std::vector<inspected_peer>>(node->peers)});
      return promise;
    },
    [node](lookup_atom, const chord::ring_id& key) {
      auto result = node->lookup;
      if (result)
        result->key = key;
      return result;
    },
    [](get_atom, const identity::address_of_record&) {
      return user_report{{fail(errc::no_such_record), 0},
                         {fail(errc::no_such_record), {}}};
    },
  };
}

/// An admin interface on loopback, whose node is told what to say.
class admin_interface : public testing::Test {
protected:
  admin_interface() {
    config settings;
    settings.node.data_dir = directory_.path();
    const auto now = time_->now();
    const auto keys_salt = must(load_salt(settings.node.data_dir, rng_));
    auto ring = must(load_ring(settings, {}, rng_));
    auto keys = must(load_node_keys(settings, now, rng_));
    const identity::ticket grant{keys.public_half().signature, keys_salt, 1,
                                 now, now + 24h};
    identity_ = must(make_node_identity(
      std::move(keys), "", grant, *ring.descriptor, *ring.bootstrap, rng_));
    context_ = std::make_shared<node_context>();
    context_->time = time_;
    context_->ring = ring.descriptor;
    inspected_peer only{must(make_peer_ref(*identity_, 0)), peer_view{}};
    only.view->state = chord::ring_member::state::member;
    node_->peers = {only};
    status_->serve_phones({{sip::transport::udp, {"127.0.0.1", 5060}}});
    inspector_ = system_.spawn(fake_inspector, node_);
    listen.listen = endpoint{"127.0.0.1", 0};
  }

  ~admin_interface() override {
    server.reset();
    caf::anon_send_exit(inspector_, caf::exit_reason::kill);
  }

  expected<std::unique_ptr<admin_server>> open() {
    admin_sources sources;
    sources.name = "n1";
    sources.system = &system_;
    sources.node = context_;
    sources.identity = identity_;
    sources.inspector = inspector_;
    sources.journal = journal;
    sources.status = status_;
    sources.links = links;
    sources.leave = [this] {
      ++leaves;
    };
    sources.started = time_->now();
    return admin_server::open(listen, "n1", admin_routes{std::move(sources)},
                              {}, time_, limits);
  }

  void start() {
    server = must(open());
  }

  endpoint address() const {
    return must(parse_node_url(server->url())).address;
  }

  admin_reply ask(const std::string& target,
                  const std::string& method = "GET") {
    admin_question question;
    question.where = must(parse_node_url(server->url()));
    question.target = target;
    question.method = method;
    return must(ask_admin(question));
  }

  json get(const std::string& target) {
    return json::parse(ask(target).body);
  }

  test_socket connect() {
    return test_socket::connected_to({sip::transport::tcp, address()});
  }

  /// Sends bytes, and gives what comes until the connection is closed.
  std::string talk(const std::string& request) {
    auto socket = connect();
    socket.send(request);
    std::string result;
    for (auto part = socket.receive(); !part.empty(); part = socket.receive())
      result += part;
    return result;
  }

  std::string request(const std::string& target,
                      const std::string& headers = {}) const {
    return "GET " + target + " HTTP/1.1\r\nHost: " + to_string(address())
      + "\r\n" + headers + "\r\n";
  }

  static constexpr auto close = "Connection: close\r\n";

  admin_config listen;
  admin_limits limits;
  std::function<link_report()> links;
  std::atomic<int> leaves = 0;
  std::shared_ptr<call_journal> journal = std::make_shared<call_journal>();
  std::unique_ptr<admin_server> server;
  std::shared_ptr<told_node> node_ = std::make_shared<told_node>();
  std::shared_ptr<node_status> status_ = std::make_shared<node_status>();

private:
  temporary_directory directory_;
  Botan::AutoSeeded_RNG rng_;
  std::shared_ptr<const carillon::clock> time_ =
    std::make_shared<steady_clock>();
  caf::actor_system_config system_config_;
  caf::actor_system system_{system_config_};
  std::shared_ptr<node_context> context_;
  node_identity_ptr identity_;
  node_inspector_actor inspector_;
};

} // namespace

// -- routes -------------------------------------------------------------------

TEST_F(admin_interface, tells_that_the_node_is_ready) {
  start();
  const auto reply = ask("/health");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(json::parse(reply.body), (json{{"status", "ready"}}));
}

TEST_F(admin_interface, tells_why_the_node_is_not_ready) {
  node_->peers.front().view->state = chord::ring_member::state::joining;
  start();
  auto reply = ask("/health");
  EXPECT_EQ(reply.status, 503u);
  EXPECT_EQ(json::parse(reply.body)["status"], "joining");
  EXPECT_NE(json::parse(reply.body)["reason"], "");
  status_->leave();
  reply = ask("/health");
  EXPECT_EQ(reply.status, 503u);
  EXPECT_EQ(json::parse(reply.body)["status"], "leaving");
}

TEST_F(admin_interface, serves_figures) {
  start();
  const auto reply = ask("/metrics");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.body, HasSubstr("carillon_ready 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("carillon_peers{state=\"member\"} 1\n"));
}

TEST_F(admin_interface, describes_node_and_ring) {
  start();
  const auto node = get("/v1/node");
  EXPECT_EQ(node["name"], "n1");
  EXPECT_EQ(node["status"], "ready");
  EXPECT_EQ(node["sip"], json({"udp:127.0.0.1:5060"}));
  EXPECT_EQ(node["fingerprint"].get<std::string>().size(), 64u);
  const auto ring = get("/v1/ring");
  EXPECT_EQ(ring["fingerprint"], node["ring"]);
  EXPECT_EQ(ring["k"], 4);
  EXPECT_EQ(ring["mode"], "ad-hoc");
  EXPECT_EQ(ring["bootstrap_keys"].size(), 1u);
}

TEST_F(admin_interface, lists_a_part_of_many_peers) {
  node_->peers.resize(10'000, node_->peers.front());
  start();
  EXPECT_EQ(get("/v1/peers")["peers"].size(), 100u);
  EXPECT_EQ(get("/v1/peers?limit=3&offset=9999")["peers"].size(), 1u);
  EXPECT_EQ(get("/v1/peers?limit=1000")["total"], 10'000);
  for (const auto* bad : {"limit=1001", "limit=-1", "limit=x",
                          "limit=", "limit=1e3", "offset=99999999999999999999"})
    EXPECT_EQ(ask(std::string{"/v1/peers?"} + bad).status, 400u) << bad;
}

TEST_F(admin_interface, tells_of_links_only_when_there_are_some) {
  start();
  EXPECT_EQ(
    get("/v1/links"),
    (json{{"links", json::array()},
          {"note",
           "no links: neither overlay.listen nor overlay.bootstrap is set"}}));
  links = [] {
    return link_report{std::vector<link_view>(2),
                       std::make_shared<link_counts>()};
  };
  start();
  EXPECT_EQ(get("/v1/links")["links"].size(), 2u);
  EXPECT_FALSE(get("/v1/links").contains("note"));
}

TEST_F(admin_interface, looks_up_ids_and_texts) {
  start();
  EXPECT_EQ(ask("/v1/lookup").status, 400u);
  EXPECT_EQ(ask("/v1/lookup?key=").status, 400u);
  EXPECT_EQ(ask("/v1/lookup?key=x").status, 503u);
  chord::lookup_result found;
  found.owner = node_->peers.front().self;
  node_->lookup = found;
  const std::string id(40, 'a');
  EXPECT_EQ(get("/v1/lookup?key=" + id)["id"], id);
  const auto text = get("/v1/lookup?key=bob%40example.org");
  EXPECT_EQ(text["key"], "bob@example.org");
  EXPECT_EQ(text["id"],
            chord::ring_id::hash(as_bytes("bob@example.org")).to_hex());
  EXPECT_EQ(text["owner"]["id"], found.owner.id.to_hex());
}

TEST_F(admin_interface, asks_only_for_users_that_there_can_be) {
  start();
  EXPECT_EQ(ask("/v1/users/bob").status, 404u);
  EXPECT_EQ(ask("/v1/users/bob@example.org").status, 404u);
  EXPECT_EQ(ask("/v1/users/bob@example.net").status, 400u);
  EXPECT_EQ(ask("/v1/users/B%20ob").status, 400u);
  EXPECT_EQ(ask("/v1/users/").status, 400u);
  EXPECT_EQ(ask("/v1/users").status, 404u);
}

TEST_F(admin_interface, tells_the_steps_of_calls) {
  start();
  EXPECT_EQ(ask("/v1/calls/t1").status, 404u);
  journal->on_step("t1", "alice", call_steps::invite_received, "for bob", {});
  EXPECT_EQ(get("/v1/calls/t1")["steps"].size(), 1u);
}

TEST_F(admin_interface, has_the_node_leave_after_it_was_told_so) {
  start();
  EXPECT_EQ(ask("/v1/leave").status, 405u);
  EXPECT_EQ(leaves, 0);
  EXPECT_EQ(ask("/v1/leave", "POST").status, 202u);
  server.reset();
  EXPECT_EQ(leaves, 1);
}

TEST_F(admin_interface, knows_nothing_else) {
  start();
  for (const auto* path : {"/", "/v1", "/v1/nodes", "/health/x", "/V1/node"})
    EXPECT_EQ(ask(path).status, 404u) << path;
  EXPECT_EQ(ask("/health", "POST").status, 405u);
  for (const auto* method : {"PUT", "DELETE", "OPTIONS", "FROBNICATE"}) {
    const auto answer =
      talk(std::string{method} + request("/health", close).substr(3));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, POST\r\n"));
  }
}

// -- hostile clients ----------------------------------------------------------

TEST_F(admin_interface, refuses_web_pages_and_other_hosts) {
  start();
  EXPECT_THAT(talk(request("/health", std::string{"Origin: null\r\n"} + close)),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(talk("POST /v1/leave HTTP/1.1\r\nHost: evil.example\r\n"
                   "Connection: close\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(talk("GET /health HTTP/1.0\r\n\r\n"), HasSubstr(" 400 "));
  EXPECT_EQ(leaves, 0);
}

TEST_F(admin_interface, refuses_what_is_too_large) {
  start();
  const auto head =
    talk(request("/health", "X: " + std::string(9000, 'x') + "\r\n"));
  EXPECT_THAT(head, StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(talk(request("/" + std::string(9000, 'x'))),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(talk("POST /v1/leave HTTP/1.1\r\nHost: " + to_string(address())
                   + "\r\nContent-Length: 5000\r\n\r\n"
                   + std::string(5000, 'x')),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(leaves, 0);
}

TEST_F(admin_interface, refuses_what_is_no_request) {
  start();
  for (const auto* bytes :
       {"\r\n\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n",
        "GET /health HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x03\x04\r\n\r\n"})
    EXPECT_THAT(talk(bytes), StartsWith("HTTP/1.1 400 ")) << bytes;
  EXPECT_THAT(talk(request("/v1/users/%zz", close)),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(admin_interface, answers_pipelined_requests_in_order) {
  start();
  const auto answers = talk(request("/v1/ring") + request("/nothing")
                            + request("/health") + request("/v1/links", close));
  std::vector<size_t> places;
  for (const auto* part :
       {"bootstrap_keys", "docs/admin.md", "\"ready\"", "overlay.listen"})
    places.push_back(answers.find(part));
  EXPECT_TRUE(std::ranges::is_sorted(places)) << answers;
  EXPECT_NE(places.back(), std::string::npos) << answers;
}

TEST_F(admin_interface, gives_up_slow_clients) {
  limits.request = 100ms;
  start();
  EXPECT_EQ(talk("GET /health HTTP/1.1\r\nHost:"), "");
  limits.idle = 100ms;
  start();
  EXPECT_EQ(talk(""), "");
  EXPECT_THAT(talk(request("/health")), StartsWith("HTTP/1.1 200 "));
}

TEST_F(admin_interface, serves_a_bounded_number_of_connections) {
  limits.connections = 2;
  start();
  auto first = connect();
  auto second = connect();
  first.send(request("/v1/ring"));
  second.send(request("/v1/ring"));
  EXPECT_THAT(first.receive(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(second.receive(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(talk(""), "");
  first.shut_down();
  EXPECT_EQ(first.receive(), "");
  EXPECT_EQ(ask("/v1/ring").status, 200u);
}

TEST_F(admin_interface, does_not_wait_for_a_node_that_hangs) {
  limits.answer = 100ms;
  node_->is_silent = true;
  start();
  EXPECT_EQ(ask("/health").status, 504u);
  node_->is_silent = false;
  EXPECT_EQ(ask("/health").status, 200u);
}

TEST_F(admin_interface, ends_while_somebody_waits) {
  node_->is_silent = true;
  start();
  auto socket = connect();
  socket.send(request("/health") + request("/v1/ring"));
  auto other = connect();
  other.send("GET /hea");
  server.reset();
  EXPECT_EQ(socket.receive(), "");
}

// -- configuration ------------------------------------------------------------

TEST_F(admin_interface, names_the_key_of_an_address_that_is_taken) {
  start();
  listen.listen = address();
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::cannot_listen);
  EXPECT_THAT(second.error().detail,
              StartsWith("admin.listen: " + to_string(address())));
}

TEST_F(admin_interface, names_files_that_it_cannot_use) {
  listen.token_file = "/nowhere/token";
  auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::invalid_configuration);
  EXPECT_THAT(opened.error().detail,
              StartsWith("admin.token_file = /nowhere/token: "));
  listen.token_file.clear();
  listen.certificate = "/nowhere/node.pem";
  listen.key = "/nowhere/node.key";
  opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::invalid_configuration);
  EXPECT_THAT(opened.error().detail, StartsWith("admin.key = /nowhere"));
}
