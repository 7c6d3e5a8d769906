#pragma once

#include "protocols/bytes.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/message.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string_view>

namespace carillon::sip {

/// Why bytes were refused, and what an answer needs.
struct refused_message {
  /// `malformed` or `too_large`, with what is wrong where.
  error why;
  /// The status that says so: 400, 505 or 513.
  unsigned status = 400;
  /// A request of the fields an answer needs, when those were readable: Via,
  /// From, To, Call-ID, CSeq. Nothing when no answer is possible or permitted
  /// (responses, ACK).
  std::optional<message> request;
};

/// Reads one message that fills the bytes: a datagram, or what a
/// `stream_framer` gives. Sofia-SIP's parser does the reading; this function
/// adds the caps, and the rules it is lax about: one Call-ID, CSeq, From and
/// To, the methods of CSeq and start line agree, no NUL or other control
/// characters in headers, well-formed SIP URIs and Max-Forwards, and a
/// Content-Length that the bytes can satisfy (bytes after the body are
/// dropped, RFC 3261 section 18.3).
///
/// Compact names become long ones and folded values are joined.
[[nodiscard]] tl::expected<message, refused_message>
parse_message(byte_view data);

/// Builds the refusal of a message that arrived but was not accepted for a
/// reason outside of its bytes (size, framing).
/// @param head the bytes as far as they are known; they may be incomplete.
[[nodiscard]] refused_message refuse_message(byte_view head, unsigned status,
                                             error why);

/// Builds the answer to a refused request, ready to be sent to
/// `response_flow`.
/// @param to_tag put on the To header when the request has none there.
/// @returns nothing when no answer is possible or permitted.
[[nodiscard]] std::optional<message>
make_refusal(const refused_message& refused, const flow& source,
             std::string_view to_tag);

} // namespace carillon::sip
