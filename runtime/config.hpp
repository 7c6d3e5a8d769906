#pragma once

#include "protocols/identity/defaults.hpp"
#include "protocols/identity/ring_descriptor.hpp"
#include "protocols/identity/security_mode.hpp"
#include "protocols/sip/digest.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/log_config.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// What a node can be besides a peer.
enum class node_role : uint8_t {
  /// Admits new names to the ring.
  bootstrap,
};

/// How a caller is brought to a verified phone.
enum class sip_mode : uint8_t {
  /// By a 302 answer.
  redirect,
  /// By forwarding the call.
  proxy,
};

struct node_config {
  std::string name = "carillon";
  std::filesystem::path data_dir = "./carillon-data";
  /// Domain of the overlay and of its SIP names.
  std::string domain = "example.org";
  /// Virtual peers in this process, or in the whole cluster.
  uint32_t peers = 1;
  std::vector<node_role> roles;

  bool operator==(const node_config&) const = default;
};

struct overlay_config {
  /// The link listener; none is off.
  std::optional<endpoint> listen;
  /// Where other nodes connect, when that is not `listen`.
  std::optional<endpoint> advertise;
  /// Tried in this order.
  std::vector<bootstrap_endpoint> bootstrap;
  /// The node carries tunnels between others, if it listens.
  bool relay = true;
  /// Nodes find each other on the local network.
  bool discovery = false;
  /// The fingerprint of the descriptor of the ring to be in.
  std::optional<identity::fingerprint> ring;
  /// Shares that rebuild a key, for whoever founds the ring.
  uint32_t k = identity::defaults::k;
  /// Shares of a key, for whoever founds the ring.
  uint32_t n = identity::defaults::n;
  /// Nodes that hold a record, for whoever founds the ring.
  uint32_t replicas = identity::defaults::replicas;
  /// The share of hostile peers that the node is to withstand.
  double expected_hostile_share = 0;

  bool operator==(const overlay_config&) const = default;
};

struct identity_config {
  /// Whether keys are made at first use and kept in the data directory, or
  /// come from the files below.
  identity::identity_mode mode = identity::identity_mode::ad_hoc;
  std::filesystem::path certificate = "node.pem";
  std::filesystem::path key = "node.key";
  std::filesystem::path ca = "ca.pem";
  /// Revocation lists of the authorities; empty for none.
  std::filesystem::path revoked;

  bool operator==(const identity_config&) const = default;
};

/// What callers are told of a user's phones.
enum class sip_contact : uint8_t {
  /// The phones' contacts when the caller can reach them, else as `guarded`.
  automatic,
  /// A contact at this node that is good for one call.
  guarded,
  /// The phones' contacts.
  direct,
};

/// A user who may register from anywhere.
struct sip_user_config {
  std::string name;
  /// H(name:domain:password) in hexadecimal; empty when there is a file.
  std::string ha1;
  /// A file with the password on its first line; empty when there is `ha1`.
  std::filesystem::path password_file;
  /// Algorithms offered to this user instead of `sip_config::digest`; empty
  /// for the same.
  std::vector<sip::digest_algorithm> digest;
  /// Instead of `sip_config::security`.
  std::optional<identity::security_mode> security;

  bool operator==(const sip_user_config&) const = default;
};

struct sip_config {
  std::vector<sip_endpoint> listen{{sip::transport::udp, {"127.0.0.1", 5060}},
                                   {sip::transport::tcp, {"127.0.0.1", 5060}}};
  identity::security_mode security = identity::security_mode::protected_mode;
  sip_mode mode = sip_mode::redirect;
  sip_contact contact = sip_contact::automatic;
  /// Where others reach the listeners, when that is elsewhere.
  std::vector<sip_endpoint> advertise;
  /// For TLS instead of the node's own, which no phone trusts; PEM. Both or
  /// neither.
  std::filesystem::path certificate;
  std::filesystem::path key;
  /// Offered in this order.
  std::vector<sip::digest_algorithm> digest{sip::digest_algorithm::sha256,
                                            sip::digest_algorithm::md5};
  /// The only users who may register where other machines can connect.
  std::vector<sip_user_config> users;

  bool operator==(const sip_config&) const = default;
};

struct cluster_config {
  /// The listener for nodes of the same operator; none is off.
  std::optional<endpoint> listen;
  /// Where other members connect, when that is not `listen`.
  std::optional<endpoint> advertise;
  /// Other members, tried in turn; the member without any founds the cluster.
  std::vector<endpoint> seeds;
  /// The member's certificate chain, its key and the authority of all members.
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path ca;
  /// The key of the cluster.
  std::filesystem::path secret;

  bool operator==(const cluster_config&) const = default;
};

struct admin_config {
  /// The listener for health, metrics and control; none is off.
  std::optional<endpoint> listen = endpoint{"127.0.0.1", 7481};
  /// A file with what requests have to present; empty for nothing.
  std::filesystem::path token_file;
  /// The certificate chain and the key for TLS, in PEM; empty for no TLS.
  std::filesystem::path certificate;
  std::filesystem::path key;

  bool operator==(const admin_config&) const = default;
};

/// The configuration of a node: one member a table of the file, with the
/// defaults of all keys. `docs/configuration.md` explains the keys.
struct config {
  node_config node;
  overlay_config overlay;
  identity_config identity;
  sip_config sip;
  cluster_config cluster;
  admin_config admin;
  log_config log;

  bool operator==(const config&) const = default;
};

/// A key whose value cannot be used, and why.
struct config_problem {
  /// The full key, like `overlay.k` or `sip.user[1].name`, counted from 0.
  std::string key;
  /// The value as text; empty when it is missing.
  std::string value;
  /// What is wrong with it and what is expected.
  std::string reason;

  bool operator==(const config_problem&) const = default;
};

/// Finds the first value that no node can run with. Reads nothing but the
/// password files, which must be readable.
[[nodiscard]] std::optional<config_problem> validate(const config& settings);

/// Gives the key of a user's setting: `sip.user[INDEX].FIELD`.
[[nodiscard]] std::string user_key(size_t index, std::string_view field);

} // namespace carillon
