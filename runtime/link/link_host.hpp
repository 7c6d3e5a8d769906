#pragma once

#include "actors/bootstrap_servers.hpp"
#include "actors/clock.hpp"
#include "actors/link_transport.hpp"
#include "actors/log.hpp"
#include "actors/node_context.hpp"
#include "actors/peer_directory.hpp"
#include "actors/revocations.hpp"
#include "protocols/link/doorkeeper.hpp"
#include "runtime/edge/message_credit.hpp"
#include "runtime/edge/tcp_listener.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/limited_log.hpp"
#include "runtime/link/link_counts.hpp"
#include "runtime/link/link_opener.hpp"
#include "runtime/link/link_owner.hpp"
#include "runtime/link/link_table.hpp"
#include "runtime/link/link_view.hpp"
#include "runtime/link/peer_gate.hpp"
#include "runtime/link/ring_door.hpp"
#include "runtime/link/ring_search.hpp"
#include "runtime/link/tunnel_hub.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace carillon {

/// What the links of a node stand on.
struct link_host_config {
  std::shared_ptr<const clock> time;
  std::shared_ptr<log_sink> sink;
  std::shared_ptr<const identity::ring_descriptor> ring;
  /// Which certificates were revoked; never null.
  std::shared_ptr<const revocations> revoked = std::make_shared<revocations>();
  node_identity_ptr identity;
  /// The node's certificates in DER, its own first.
  std::vector<bytes> chain;
  /// Virtual peers that run on the node.
  uint32_t peers = 1;
  /// The node is a cluster, and this process a member of it.
  bool is_member = false;
  /// Has another member of the cluster send a message that there is no way for
  /// here, or tell its sender that it cannot be. Null when the node is none.
  std::function<void(const chord::peer_ref& to, const overlay_message& msg)>
    other_way;
  /// Sends a message to a peer of another member of the cluster, and keeps its
  /// credit until it was dealt with there; tells whether the peer runs there.
  /// Null when the node is no cluster.
  std::function<bool(const peer_actor& to, const overlay_message& msg)> relay;
  /// Has the other members of the cluster pass on a request to a node that this
  /// one has no link to. Null when the node is no cluster.
  std::function<void(const link::call_back_request&)> other_call_back;
  /// The number of this run of the node; each has a higher one.
  uint64_t incarnation = 0;
  /// Where other nodes may connect; none when nowhere.
  std::optional<endpoint> listen;
  /// Whether the node carries tunnels between others, if it listens.
  bool relays = true;
  /// Whether nodes find each other on the local network.
  bool discovers = false;
  /// Lets new nodes in; nothing when the node is no bootstrap server.
  std::optional<link::admission_rules> admission;
  /// Nodes that may lead into the ring.
  std::vector<bootstrap_endpoint> bootstrap;
  /// Learns the bootstrap servers that there are links to.
  std::shared_ptr<bootstrap_servers> servers;
};

/// The links of a node to others: takes in and opens connections, carries the
/// messages of peers over them, lets new nodes in when it is a bootstrap
/// server, and looks for the ring as long as there is no link.
class link_host final
  : public link_transport
  , private link_owner {
public:
  /// Takes the local address; nobody is served before `start`.
  /// @returns what `make_link_tls` gives, or `cannot_listen`.
  [[nodiscard]] static expected<std::shared_ptr<link_host>>
  open(link_host_config config);

  /// Keeps the addresses of nodes for the next run.
  using remember_function = std::function<void(std::vector<std::string>)>;

  /// Serves others, and looks for them, from now on.
  /// @param peers finds the peers of this node.
  /// @param remembered addresses that an earlier run kept.
  /// @param remember is called now and then, on a thread of the links.
  void start(const std::shared_ptr<peer_directory>& peers,
             const std::vector<std::string>& remembered,
             remember_function remember);

  /// Closes all links and ends the threads; what is sent from then on is
  /// dropped.
  void stop();

  ~link_host() override;

  void send(const chord::peer_ref& to, const overlay_message& msg) override;

  /// Sends a message of a peer of this node over a link that is there.
  /// @returns whether there is one.
  bool send_over_link(const chord::peer_ref& to, const overlay_message& msg);

  /// Has a node that there is a link to open one to somebody else.
  /// @param asked which node, and to whom.
  /// @returns whether there is a link to it.
  bool call_back(const link::call_back_request& asked);

  [[nodiscard]] chord::peer_list contacts(size_t count,
                                          std::minstd_rand& random) override;

  [[nodiscard]] bool has_link() const;

  /// Waits until there is a link, if this node knows anybody to look for.
  /// @param is_over is asked now and then, and ends the waiting.
  /// @returns whether there is one within that time.
  [[nodiscard]] bool await_link(duration longest,
                                const std::function<bool()>& is_over);

  /// Gives where the node listens; nothing when nowhere.
  [[nodiscard]] std::optional<endpoint> local() const;

  /// Describes the links.
  [[nodiscard]] link_report report() const;

  /// Asks the bootstrap servers of the configuration for a new ticket.
  /// @param then is told once, on a thread of the links.
  void renew_ticket(std::function<void(expected<granted_ticket>)> then);

private:
  link_host(link_host_config config,
            std::unique_ptr<boost::asio::ssl::context> tls);

  expected<void> listen();
  void await_end();
  void send(const std::shared_ptr<link_connection>& link,
            const chord::peer_ref& to, link::overlay_frame frame);
  [[nodiscard]] tl::unexpected<error> refuse(const link_connection& opened,
                                             error why);
  void give_up(const chord::peer_ref& to, const overlay_message& msg);
  void give_up(const std::deque<waiting_message>& unsent);

  // -- link_owner -------------------------------------------------------------

  link::hello make_hello() override;
  expected<void>
  on_opened(const std::shared_ptr<link_connection>& opened) override;
  void on_message(const link_connection& from, link::overlay_frame message,
                  std::shared_ptr<const void> credit) override;
  void on_call_back(const link_connection& from,
                    const link::call_back_request& asked) override;
  void on_tunnel(const std::shared_ptr<link_connection>& from,
                 link::tunnel_frame said) override;
  link::join_answer on_join(const link::join_request& asked,
                            const channel_end& who) override;
  void on_misbehaviour(const link_connection& from, const error& what) override;
  void on_ended(const std::shared_ptr<link_connection>& ended,
                const error& why) override;

  // -- opening ----------------------------------------------------------------

  void dial(const identity::fingerprint& node, const std::string& address);
  void dial(const identity::fingerprint& node,
            const std::shared_ptr<link_connection>& relay);
  void end_dialling(const identity::fingerprint& node,
                    const expected<void>& begun);
  bool dial_again(const link_connection& ended);

  // -- tunnels ----------------------------------------------------------------

  [[nodiscard]] bool relays() const;
  expected<void> carry(const std::shared_ptr<link_connection>& from,
                       uint32_t number, const identity::fingerprint& node);

  // -- looking after ----------------------------------------------------------

  void look_after();
  void seek();
  void introduce_others();
  void close_idle();
  void close_revoked();
  void close_retired();
  void remember_nodes();
  void keep_nodes();

  link_host_config config_;
  identity::fingerprint own_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
  limited_log log_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    work_;
  std::shared_ptr<tcp_listener> listener_;
  std::shared_ptr<credit_pool> places_;
  std::shared_ptr<credit_pool> credits_;
  std::shared_ptr<link_counts> counts_ = std::make_shared<link_counts>();
  uint64_t run_ = 0;
  link_table table_;
  tunnel_hub tunnels_;
  link_opener opener_;
  ring_door door_;
  peer_gate gate_;
  ring_search search_;
  remember_function remember_;
  timestamp keep_at_{};
  timestamp introduce_at_{};
  // Whom it introduces to whom; nothing depends on its being unpredictable.
  std::minstd_rand random_;
  /// What all open links were last checked against.
  revocations::list_ptr obeyed_;
  std::vector<std::thread> threads_;

  /// Guards what follows.
  std::mutex mutex_;
  std::vector<std::string> kept_;
  /// Links that give way to others, and when they are closed.
  std::vector<std::pair<timestamp, std::shared_ptr<link_connection>>> retired_;
  /// There is another link, or one less.
  std::condition_variable changed_;
  io_timer timer_;
};

} // namespace carillon
