#include "runtime/sip_gateway.hpp"

#include "actors/sip_switch.hpp"
#include "actors/sip_transport.hpp"
#include "runtime/defaults.hpp"
#include "runtime/edge/open_files.hpp"
#include "runtime/peer_host.hpp"

#include <caf/all.hpp>

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace carillon {

/// Lets adapters send through the sockets of an edge as long as it is there.
class edge_transport final : public sip_transport {
public:
  explicit edge_transport(sip_edge& edge)
    : edge_(&edge) {}

  void send(const sip::flow& path, bytes data,
            failure_handler on_failure) override {
    const std::shared_lock lock{mutex_};
    if (edge_ != nullptr)
      edge_->send(path, std::move(data), std::move(on_failure));
  }

  /// Drops whatever is sent from now on.
  void disconnect() {
    const std::unique_lock lock{mutex_};
    edge_ = nullptr;
  }

private:
  std::shared_mutex mutex_;
  sip_edge* edge_;
};

namespace {

// No user may have more than a tenth of the messages in flight.
static_assert(10 * defaults::requests_of_user
              <= defaults::max_messages_in_flight);

sip_edge_config edge_limits() {
  sip_edge_config result;
  result.max_connections = connection_limit(raise_open_file_limit());
  return result;
}

} // namespace

expected<std::unique_ptr<sip_gateway>>
sip_gateway::open(caf::actor_system& system, sip_gateway_config config,
                  Botan::RandomNumberGenerator& rng) {
  std::unique_ptr<sip_gateway> result{
    new sip_gateway{system, *config.node, rng}};
  if (config.tls)
    result->edge_.use_tls(std::move(*config.tls));
  auto endpoints = result->edge_.listen(config.listen);
  if (!endpoints)
    return tl::unexpected{endpoints.error()};
  result->endpoints_ = std::move(*endpoints);
  for (const auto& listener : result->endpoints_)
    config.settings.domain.listen.push_back(local_flow(listener));
  result->switch_ = system.spawn(
    sip_switch,
    sip_switch_config{
      std::move(config.node),
      std::make_shared<const sip_settings>(std::move(config.settings)),
      result->transport_, std::move(config.places), std::move(config.reader),
      std::move(config.keys), std::move(config.addressees), make_seed(rng)});
  result->intake_.connect(result->switch_, result->edge_);
  result->thread_ = std::thread{[&io = result->io_] {
    io.run();
  }};
  return result;
}

sip_gateway::sip_gateway(caf::actor_system& system, const node_context& node,
                         Botan::RandomNumberGenerator& rng)
  : system_(system)
  , intake_(node.log(subsystem::sip), node.time, make_seed(rng))
  , edge_(io_, intake_, edge_limits())
  , transport_(std::make_shared<edge_transport>(edge_)) {}

sip_gateway::~sip_gateway() {
  transport_->disconnect();
  edge_.close();
  if (thread_.joinable())
    thread_.join();
  if (switch_) {
    caf::scoped_actor self{system_, true};
    self->send_exit(switch_, caf::exit_reason::kill);
    self->wait_for(switch_);
  }
}

} // namespace carillon
