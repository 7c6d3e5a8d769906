#include "runtime/edge/listen_failure.hpp"

#include <string_view>

namespace carillon {

namespace {

std::string_view advice_for(const boost::system::error_code& problem) {
  using namespace boost::system::errc;
  if (problem == permission_denied)
    return "ports below 1024 are often reserved: choose a higher port, or run "
           "'setcap cap_net_bind_service=+ep' on the program";
  if (problem == address_not_available)
    return "choose an address of this machine, 'ip address' shows them";
  if (problem == address_family_not_supported)
    return "this machine has no addresses of that kind: choose an IPv4 address";
  return "choose another address or port, or end the program that holds it";
}

} // namespace

error listen_failure(const boost::system::error_code& problem) {
  auto detail = problem.message();
  detail.append("; ").append(advice_for(problem));
  return {errc::cannot_listen, std::move(detail)};
}

} // namespace carillon
