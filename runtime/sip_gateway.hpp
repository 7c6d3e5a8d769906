#pragma once

#include "actors/addressee_directory.hpp"
#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "actors/sip_settings.hpp"
#include "runtime/edge/sip_edge.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/sip_intake.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <botan/rng.h>
#include <caf/actor_system.hpp>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace carillon {

class edge_transport;

/// What the phone side of a node stands on.
struct sip_gateway_config {
  std::vector<sip_endpoint> listen;
  /// For the listeners with TLS, if there are any.
  std::optional<boost::asio::ssl::context> tls;
  /// The gateway adds the addresses that it listens on.
  sip_settings settings;
  node_context_ptr node;
  /// The peers of the node through which its users are reached.
  chord::peer_list places;
  ring_reader_actor reader;
  key_keeper_actor keys;
  /// Takes in the users' adapters.
  std::shared_ptr<addressee_directory> addressees;
};

/// The phone side of a node: the SIP sockets with the thread that serves them,
/// and the switch with the users' adapters.
class sip_gateway {
public:
  /// Listens and serves from then on.
  /// @param system outlives the gateway.
  /// @returns what `sip_edge::listen` gives.
  [[nodiscard]] static expected<std::unique_ptr<sip_gateway>>
  open(caf::actor_system& system, sip_gateway_config config,
       Botan::RandomNumberGenerator& rng);

  /// Closes the sockets and ends the adapters. The users stay registered.
  ~sip_gateway();

  /// Where it listens, in the order of the configuration.
  [[nodiscard]] const std::vector<sip_endpoint>& endpoints() const noexcept {
    return endpoints_;
  }

private:
  sip_gateway(caf::actor_system& system, const node_context& node,
              Botan::RandomNumberGenerator& rng);

  caf::actor_system& system_;
  boost::asio::io_context io_;
  sip_intake intake_;
  sip_edge edge_;
  std::shared_ptr<edge_transport> transport_;
  std::vector<sip_endpoint> endpoints_;
  sip_switch_actor switch_;
  std::thread thread_;
};

} // namespace carillon
