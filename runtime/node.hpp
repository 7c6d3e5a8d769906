#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/ticket_source.hpp"
#include "protocols/error.hpp"
#include "runtime/admin/admin_server.hpp"
#include "runtime/admin/node_status.hpp"
#include "runtime/call_journal.hpp"
#include "runtime/cluster/cluster_directory.hpp"
#include "runtime/cluster/member_slot.hpp"
#include "runtime/config.hpp"
#include "runtime/directory_lock.hpp"
#include "runtime/link/link_host.hpp"
#include "runtime/membership.hpp"
#include "runtime/node_links.hpp"
#include "runtime/peer_host.hpp"
#include "runtime/revocation_watch.hpp"
#include "runtime/sip_gateway.hpp"
#include "storage/record_store.hpp"

#include <botan/auto_rng.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace carillon {

/// How the process of a node is asked to end.
struct node_ending {
  /// Tells whether somebody has asked; the node may have to wait for others.
  std::function<bool()> is_requested;
  /// Asks, for somebody at the admin interface; on a thread of that.
  std::function<void()> request;
};

/// Everything of one node: its data directory, its peers, their services and
/// the phone side. It starts in phases, each of which fails with a reason that
/// names what is wrong, where, and what to do.
class node {
public:
  /// Starts a node; returns when it is a member of the ring and serves phones.
  /// @param sink takes the log.
  /// @param ending how the process is asked to end.
  /// @returns `interrupted`; `invalid_configuration` or `cannot_listen` for
  ///          what only another configuration can cure; else what the data
  ///          directory's files and the store give, or `timeout`.
  [[nodiscard]] static expected<std::unique_ptr<node>>
  start(const config& settings, std::shared_ptr<log_sink> sink,
        node_ending ending);

  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Ends all actors and closes the store, without leaving the ring.
  ~node();

  /// Stops serving phones, whose registrations stay, and has the peers hand
  /// over their records and leave the ring.
  /// @returns `timeout` when peers took too long; the records are on this
  ///          node's disk all the same.
  [[nodiscard]] expected<void> leave();

  /// The ring that the node is in.
  [[nodiscard]] const identity::fingerprint& ring() const noexcept {
    return place_->ring->ring();
  }

  /// Where other nodes connect; nothing when nowhere.
  [[nodiscard]] std::optional<endpoint> link_endpoint() const;

  /// Where phones connect.
  [[nodiscard]] const std::vector<sip_endpoint>& endpoints() const noexcept {
    return gateway_->endpoints();
  }

  /// Where the admin interface is; nothing when it is off.
  [[nodiscard]] std::optional<std::string> admin_url() const {
    return admin_ ? std::optional{admin_->url()} : std::nullopt;
  }

private:
  node(const config& settings, std::shared_ptr<log_sink> sink,
       node_ending ending);

  // -- phases -----------------------------------------------------------------

  expected<void> open_store();
  expected<void> enter();
  expected<void> watch_revocations();
  expected<void> open_links();
  expected<void> start_host();
  expected<void> open_admin();
  expected<void> start_links();
  expected<void> start_peers();
  expected<void> start_cluster();
  expected<void> await_place();
  [[nodiscard]] bool is_cluster_in_ring() const;
  expected<void> await_cluster();
  expected<void> start_services();
  expected<void> open_edge();

  expected<void> enter_cluster();
  [[nodiscard]] node_links parts_of_links() const;
  [[nodiscard]] std::shared_ptr<peer_directory>
  make_directory(caf::actor_system& system);
  void warn_of_no_ring() const;
  void serve_as_bootstrap();
  [[nodiscard]] ticket_source make_ticket_source();
  [[nodiscard]] join_ring first_join();
  [[nodiscard]] peer_config config_for(const chord::peer_ref& self);

  const config settings_;
  const node_ending ending_;
  std::shared_ptr<log_sink> sink_;
  logger log_;
  std::shared_ptr<const clock> time_;
  Botan::AutoSeeded_RNG rng_;
  std::optional<directory_lock> lock_;
  std::shared_ptr<storage::record_store> store_;
  std::optional<membership> place_;
  std::vector<bytes> chain_;
  node_identity_ptr identity_;
  std::shared_ptr<revocations> revoked_ = std::make_shared<revocations>();
  /// Null without `identity.revoked`.
  std::unique_ptr<revocation_watch> revocation_watch_;
  std::shared_ptr<bootstrap_servers> servers_ =
    std::make_shared<bootstrap_servers>();
  /// Null for a node that is alone.
  std::shared_ptr<link_host> links_;
  /// In a cluster also those that run on other members.
  chord::peer_list peers_;
  std::shared_ptr<addressee_directory> addressees_ =
    std::make_shared<addressee_directory>();
  // Ends before what its actors use.
  std::unique_ptr<peer_host> host_;
  /// Null but in a cluster.
  std::shared_ptr<cluster_directory> cluster_peers_;
  std::shared_ptr<cluster_status> cluster_status_ =
    std::make_shared<cluster_status>();
  std::shared_ptr<member_slot> member_ = std::make_shared<member_slot>();
  ring_reader_actor reader_;
  key_keeper_actor keys_;
  std::shared_ptr<call_journal> journal_ = std::make_shared<call_journal>();
  std::shared_ptr<node_status> status_ = std::make_shared<node_status>();
  std::unique_ptr<sip_gateway> gateway_;
  std::unique_ptr<admin_server> admin_;
};

} // namespace carillon
