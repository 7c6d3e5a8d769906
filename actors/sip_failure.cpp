#include "actors/sip_failure.hpp"

#include "actors/sip_status.hpp"
#include "protocols/sip/build.hpp"
#include "protocols/sip/defaults.hpp"

namespace carillon {

sip_failure to_sip_failure(const error& why) {
  switch (why.code) {
  case errc::timeout:
  case errc::unreachable:
  case errc::overloaded:
  case errc::hop_limit:
  case errc::not_responsible:
  case errc::quota_exceeded:
    return {sip_status::service_unavailable, to_string(why)};
  case errc::storage_failed:
    return {sip_status::server_error, to_string(why)};
  case errc::too_large:
    return {sip_status::message_too_large, to_string(why)};
  default:
    return {sip_status::forbidden, to_string(why)};
  }
}

sip::message make_failure(const sip::message& request,
                          const sip_failure& failure, std::string_view to_tag,
                          std::string_view agent) {
  auto result = sip::make_response(request, failure.status, to_tag);
  if (failure.status == sip_status::service_unavailable)
    result.append("Retry-After",
                  std::to_string(sip::defaults::retry_after_seconds));
  if (!failure.why.empty())
    sip::add_warning(result, agent, failure.why);
  return result;
}

} // namespace carillon
