#pragma once

#include "actors/addressee_directory.hpp"
#include "protocols/error.hpp"
#include "runtime/config.hpp"
#include "runtime/config_loader.hpp"
#include "runtime/directory_lock.hpp"
#include "runtime/node_files.hpp"
#include "runtime/peer_host.hpp"
#include "runtime/sip_gateway.hpp"
#include "storage/record_store.hpp"

#include <botan/auto_rng.h>

#include <memory>
#include <optional>
#include <vector>

namespace carillon {

/// Everything of one node: its data directory, its peers, their services and
/// the phone side. It starts in phases, each of which fails with a reason that
/// names what is wrong, where, and what to do.
class node {
public:
  /// Starts a node; returns when it is a member of the ring and serves phones.
  /// @param sink takes the log.
  /// @returns `invalid_configuration` or `cannot_listen` for what only another
  ///          configuration can cure; else what the data directory's files and
  ///          the store give, or `timeout`.
  [[nodiscard]] static expected<std::unique_ptr<node>>
  start(const config& settings, std::shared_ptr<log_sink> sink);

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
    return ring_.descriptor->ring();
  }

  /// Where phones connect.
  [[nodiscard]] const std::vector<sip_endpoint>& endpoints() const noexcept {
    return gateway_->endpoints();
  }

private:
  node(const config& settings, std::shared_ptr<log_sink> sink);

  // -- phases -----------------------------------------------------------------

  expected<void> open_store();
  expected<void> load_identity();
  expected<void> start_peers();
  expected<void> start_services();
  expected<void> open_edge();

  [[nodiscard]] peer_config config_for(const chord::peer_ref& self);

  const config settings_;
  std::shared_ptr<log_sink> sink_;
  logger log_;
  std::shared_ptr<const clock> time_;
  Botan::AutoSeeded_RNG rng_;
  std::optional<directory_lock> lock_;
  std::shared_ptr<storage::record_store> store_;
  founded_ring ring_;
  node_identity_ptr identity_;
  chord::peer_list peers_;
  std::shared_ptr<addressee_directory> addressees_ =
    std::make_shared<addressee_directory>();
  // Ends before what its actors use.
  std::unique_ptr<peer_host> host_;
  ring_reader_actor reader_;
  key_keeper_actor keys_;
  std::unique_ptr<sip_gateway> gateway_;
};

/// Runs a node until SIGINT or SIGTERM comes, then has it leave the ring. A
/// second signal, a second later or more, ends the process at once.
/// @returns what `node::start` gives.
[[nodiscard]] expected<void> run_node(const loaded_config& loaded);

} // namespace carillon
