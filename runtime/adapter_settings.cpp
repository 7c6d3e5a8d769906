#include "runtime/adapter_settings.hpp"

#include "runtime/host_addresses.hpp"

#include <set>
#include <string>

namespace carillon {

namespace {

call_mode to_call_mode(sip_mode mode) noexcept {
  return mode == sip_mode::proxy ? call_mode::proxy : call_mode::redirect;
}

contact_mode to_contact_mode(sip_contact which) noexcept {
  switch (which) {
  case sip_contact::guarded:
    return contact_mode::guarded;
  case sip_contact::direct:
    return contact_mode::direct;
  case sip_contact::automatic:
    break;
  }
  return contact_mode::automatic;
}

/// Gives the addresses at which other machines may know this one.
std::set<std::string> outer_addresses() {
  const auto all = host_addresses();
  std::set<std::string> result{all.begin(), all.end()};
  std::erase_if(result,
                [](const auto& item) { return sip::is_loopback(item); });
  return result;
}

} // namespace

sip_settings to_sip_settings(const sip_config& from) {
  sip_settings result;
  result.security = from.security;
  result.mode = to_call_mode(from.mode);
  result.contacts = to_contact_mode(from.contact);
  result.own_addresses = outer_addresses();
  for (const auto& where : from.advertise)
    result.domain.advertised.push_back(local_flow(where));
  return result;
}

} // namespace carillon
