#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/message.hpp"
#include "protocols/sip/uri.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The steps of a stateful proxy (RFC 3261 section 16, RFC 5393), each on its
/// own. `response_context` chooses among the answers of several branches.
namespace carillon::sip {

/// The Max-Forwards of a request that has none (RFC 3261 section 8.1.1.6).
inline constexpr uint32_t default_max_forwards = 70;

/// The Max-Breadth of a request that has none (RFC 5393 section 5.3.3).
inline constexpr uint32_t default_max_breadth = 60;

/// Checks a request that is to be forwarded, in the order of RFC 3261 section
/// 16.3: Max-Forwards of 0 (483), a loop (482), an unknown option in
/// Proxy-Require (420 with Unsupported). Require is the endpoints' business.
/// The syntax and scheme of the Request-URI are `check_request`'s.
/// @param own the addresses that this proxy sends from, see `is_loop`.
/// @param element this proxy's name, see `loop_hash`.
/// @returns the complete refusal, or nothing when all is well.
[[nodiscard]] std::optional<message> check_forward(const message& request,
                                                   const std::vector<flow>& own,
                                                   std::string_view element,
                                                   std::string_view to_tag);

/// Gives the part of a branch that tells loops from spirals: a hash of all
/// that decides where a request goes (RFC 5393 section 4.2.2). Computed over
/// the request as it arrived.
/// @param element tells this proxy from others at the same address: a request
///        may go from one to another.
[[nodiscard]] std::string loop_hash(const message& request,
                                    std::string_view element);

/// Tells whether a request came through this proxy before with everything that
/// decides its way unchanged (RFC 5393 section 4.2.1).
/// @param own where this proxy listens: its Via headers name the local address
///        of any of these.
/// @param element as for `loop_hash`.
[[nodiscard]] bool is_loop(const message& request, const std::vector<flow>& own,
                           std::string_view element);

/// Gives the number of branches a request may be forked into at once (RFC 5393
/// section 5.3.3.1); 0 means a 440.
[[nodiscard]] uint32_t max_breadth(const message& request);

/// Tells whether a URI names this proxy.
using is_self = std::function<bool(const uri&)>;

/// Handles the Route headers of an arriving request (RFC 3261 section 16.4): a
/// Request-URI that is a Record-Route value of this proxy is replaced by the
/// last Route (strict routing); a first Route that names this proxy is
/// removed.
/// @returns the URI this proxy had put into Record-Route (its user part is the
///          token given to `prepare_forward`), nothing when the request did
///          not carry one; `malformed` when a Route cannot be read.
[[nodiscard]] expected<std::optional<uri>> take_own_route(message& request,
                                                          const is_self& self);

/// How a request is to be forwarded.
struct forward_plan {
  /// This proxy's name, see `loop_hash`.
  std::string element;
  /// The new Request-URI.
  std::string target;
  /// This proxy's sent-by and transport.
  via own_via;
  /// A fresh branch (see `token_source::branch`).
  std::string branch;
  /// The URI for Record-Route: sip:TOKEN@host:port;lr. None: not recorded.
  std::optional<uri> record_route;
  /// The Max-Breadth of this branch.
  uint32_t breadth = default_max_breadth;
};

/// Makes the copy of a request that goes out (RFC 3261 section 16.6): target,
/// Max-Forwards, Record-Route, Max-Breadth, Via whose branch carries the loop
/// hash; credentials are removed.
[[nodiscard]] message prepare_forward(const message& request,
                                      const forward_plan& plan);

/// Gives the URI a forwarded request is sent to: the first Route, else the
/// Request-URI (section 16.6 items 6 and 7).
/// @returns `malformed` when that is no sip or sips URI.
[[nodiscard]] expected<uri> next_hop(const message& request);

/// Makes the copy of a response that goes upstream: the topmost Via, which was
/// this proxy's, is removed (section 16.7 item 3).
/// @returns nothing when there is no other Via: the response was for us.
[[nodiscard]] std::optional<message> prepare_response(const message& response);

} // namespace carillon::sip
