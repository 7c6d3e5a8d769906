#pragma once

#include "actors/bootstrap_servers.hpp"
#include "actors/call_observer.hpp"
#include "actors/defaults.hpp"
#include "protocols/identity/security_mode.hpp"
#include "protocols/sip/checks.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/digest.hpp"
#include "protocols/sip/timers.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace carillon {

/// A user whom a node serves by configuration.
struct configured_user {
  /// What the user's password gives for each algorithm that is offered; empty
  /// when the user needs no password.
  std::map<sip::digest_algorithm, std::string> ha1;
  /// The algorithms to offer, best first; each has its `ha1`.
  std::vector<sip::digest_algorithm> algorithms;
  /// The user's own security mode instead of the node's.
  std::optional<identity::security_mode> security;
};

/// What an adapter does with a call that was verified.
enum class call_mode : uint8_t {
  /// Answers 302: the phone calls the callee's phones itself.
  redirect,
  /// Forwards it, for phones that cannot follow a 302.
  proxy,
};

/// What callers are told of a user's phones.
enum class contact_mode : uint8_t {
  /// The phones' own contacts when the caller can reach them, else as guarded.
  automatic,
  /// A contact at this node that is good for one call, which is forwarded.
  guarded,
  /// The phones' own contacts.
  direct,
};

/// What all adapters of a node share. Does not change.
struct sip_settings {
  sip::served_domain domain;
  identity::security_mode security = identity::security_mode::protected_mode;
  call_mode mode = call_mode::redirect;
  contact_mode contacts = contact_mode::automatic;
  /// The IP addresses of this machine but for loopback, in canonical form.
  std::set<std::string> own_addresses;
  std::map<std::string, configured_user> users;
  /// Who admits the users.
  std::shared_ptr<bootstrap_servers> bootstrap =
    std::make_shared<bootstrap_servers>();
  /// The most adapters of the node.
  size_t max_adapters = defaults::max_adapters;
  /// The most users without an adapter whose first REGISTER is under way.
  size_t max_newcomers = defaults::newcomers;
  /// The most requests of one user that are under way.
  size_t max_user_requests = defaults::requests_of_user;
  /// The most bytes that the SIP transactions of all users keep.
  size_t transaction_memory = sip::defaults::transaction_memory;
  /// The most keys that one adapter pins of users who have only called.
  size_t max_caller_pins = defaults::max_caller_pins;
  /// Whether rebuilt keys are kept for a while.
  bool cache_keys = true;
  sip::timers timing;
  /// May be null.
  std::shared_ptr<call_observer> observer;

  /// Gives a user's configuration, or null.
  [[nodiscard]] const configured_user* find(const std::string& user) const {
    const auto position = users.find(user);
    return position == users.end() ? nullptr : &position->second;
  }

  /// Tells whether any valid name may register by what came in at `where`:
  /// only this machine reaches loopback addresses.
  [[nodiscard]] static bool takes_anybody(const sip::flow& where) noexcept {
    return sip::is_loopback(where.local_address);
  }

  /// Tells whether a user may register at some listener.
  [[nodiscard]] bool serves(const std::string& user) const {
    return find(user) != nullptr
      || std::ranges::any_of(domain.listen, takes_anybody);
  }
};

using sip_settings_ptr = std::shared_ptr<const sip_settings>;

} // namespace carillon
