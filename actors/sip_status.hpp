#pragma once

/// The status codes that adapters answer with (RFC 3261 section 21).
namespace carillon::sip_status {

inline constexpr unsigned ok = 200;
inline constexpr unsigned moved_temporarily = 302;
inline constexpr unsigned bad_request = 400;
inline constexpr unsigned unauthorized = 401;
inline constexpr unsigned forbidden = 403;
inline constexpr unsigned not_found = 404;
inline constexpr unsigned proxy_authentication_required = 407;
inline constexpr unsigned max_breadth_exceeded = 440;
inline constexpr unsigned temporarily_unavailable = 480;
inline constexpr unsigned no_such_call = 481;
inline constexpr unsigned request_terminated = 487;
inline constexpr unsigned server_error = 500;
inline constexpr unsigned service_unavailable = 503;
inline constexpr unsigned message_too_large = 513;

} // namespace carillon::sip_status
