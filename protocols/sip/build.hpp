#pragma once

#include "protocols/sip/flow.hpp"
#include "protocols/sip/message.hpp"

#include <optional>
#include <string_view>
#include <vector>

/// Makes messages out of messages.
namespace carillon::sip {

/// The reason phrase of a status code (RFC 3261 section 21), or that of its
/// class when the code is unknown.
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

/// Answers a request as RFC 3261 section 8.2.6 says: Via, From, To, Call-ID
/// and CSeq are copied, Timestamp too for a 100, Record-Route too for what
/// makes dialogs (101-299 to INVITE).
/// @param to_tag added to To when it has no tag; not for a 100.
/// @param reason the standard phrase when empty.
[[nodiscard]] message make_response(const message& request, unsigned status,
                                    std::string_view to_tag,
                                    std::string_view reason = {});

/// Prints an answer that begins no transaction. Over UDP, where the address of
/// the sender may be forged, it is no larger than `max_amplification` times the
/// request: if need be it goes without its Warning.
/// @param request_size the bytes of the request as it came.
/// @returns nothing when the answer is too large all the same.
[[nodiscard]] std::optional<bytes>
print_answer(message response, size_t request_size, transport kind);

/// Acknowledges a final response other than 2xx (RFC 3261 section 17.1.1.3).
/// @param invite the request as it was sent.
[[nodiscard]] message make_ack(const message& invite, const message& response);

/// Cancels a request (RFC 3261 section 9.1).
/// @param invite the request as it was sent.
[[nodiscard]] message make_cancel(const message& invite);

/// Adds `Warning: 399 agent "text"` (RFC 3261 section 20.43).
void add_warning(message& response, std::string_view agent,
                 std::string_view text);

/// Removes Authorization and Proxy-Authorization, which must not leave the
/// adapter.
void strip_credentials(message& request);

/// Prints items as a comma-separated list: the value of Allow, Unsupported,
/// Supported.
[[nodiscard]] std::string join(const std::vector<std::string>& items);

} // namespace carillon::sip
