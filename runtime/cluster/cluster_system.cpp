#include "runtime/cluster/cluster_system.hpp"

#include "runtime/cluster/caf_tls.hpp"
#include "runtime/defaults.hpp"
#include "runtime/tls.hpp"

#include <caf/io/middleman.hpp>
#include <caf/openssl/all.hpp>

#include <unistd.h>

#include <string>

namespace carillon {

expected<void> check_cluster_files(const cluster_config& given) {
  const auto check = [](std::string_view key,
                        const std::filesystem::path& file) -> expected<void> {
    if (::access(file.c_str(), R_OK) == 0)
      return {};
    return fail(errc::invalid_configuration,
                std::string{key} + ": the file " + file.string()
                  + " cannot be read; members of a cluster show each other "
                    "certificates, which 'carillon pki node' makes");
  };
  return check("cluster.certificate", given.certificate)
    .and_then([&] { return check("cluster.key", given.key); })
    .and_then([&] { return check("cluster.ca", given.ca); })
    .and_then([&]() -> expected<void> {
      // CAF finds out at the first connection, and does not say so.
      auto tls = make_tls(TLS1_2_VERSION);
      if (const auto used =
            use_credential_files(tls, given.certificate, given.key);
          !used)
        return fail(errc::invalid_configuration,
                    "cluster." + used.error().detail);
      return {};
    });
}

void add_cluster_types(caf::actor_system_config& system) {
  system.add_message_type<overlay_message>("carillon::overlay_message");
  system.add_message_type<chord::ring_id>("carillon::ring_id");
  system.add_message_type<chord::peer_ref>("carillon::peer_ref");
  system.add_message_type<chord::lookup_options>("carillon::lookup_options");
  system.add_message_type<lookup_outcome>("carillon::lookup_outcome");
  system.add_message_type<put_outcome>("carillon::put_outcome");
  system.add_message_type<fetch_outcome>("carillon::fetch_outcome");
  system.add_message_type<peer_view>("carillon::peer_view");
  system.add_message_type<p2psip::shared_bytes>("carillon::shared_bytes");
  system.add_message_type<p2psip::delivery>("carillon::delivery");
  system.add_message_type<trust::outcome>("carillon::outcome");
}

void configure_cluster(caf::actor_system_config& system,
                       const cluster_config& given) {
  system.openssl_certificate = given.certificate.string();
  system.openssl_key = given.key.string();
  system.openssl_cafile = given.ca.string();
  system.set("middleman.enable-automatic-connections", false);
  system.set("middleman.heartbeat-interval",
             caf::timespan{defaults::cluster_heartbeat});
  mend_caf_tls();
  system.load<caf::io::middleman>();
  system.load<caf::openssl::manager>();
  add_cluster_types(system);
}

void close_cluster_system(caf::actor_system& system) {
  system.registry().erase(caf::atom("SpawnServ"));
  system.registry().erase(caf::atom("ConfigServ"));
}

expected<uint16_t> publish_member(const cluster_member_actor& who,
                                  const endpoint& where) {
  const auto port =
    caf::openssl::publish(who, where.port, where.host.c_str(), true);
  if (!port)
    return fail(errc::cannot_listen,
                to_string(where) + " cannot be listened on: "
                  + who.home_system().render(port.error()));
  return *port;
}

} // namespace carillon
