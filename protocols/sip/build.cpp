#include "protocols/sip/build.hpp"

#include "protocols/sip/defaults.hpp"
#include "protocols/sip/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace carillon::sip {

namespace {

using phrase = std::pair<unsigned, std::string_view>;

constexpr auto phrases = std::to_array<phrase>({
  {100, "Trying"},
  {180, "Ringing"},
  {181, "Call Is Being Forwarded"},
  {182, "Queued"},
  {183, "Session Progress"},
  {200, "OK"},
  {300, "Multiple Choices"},
  {301, "Moved Permanently"},
  {302, "Moved Temporarily"},
  {305, "Use Proxy"},
  {380, "Alternative Service"},
  {400, "Bad Request"},
  {401, "Unauthorized"},
  {402, "Payment Required"},
  {403, "Forbidden"},
  {404, "Not Found"},
  {405, "Method Not Allowed"},
  {406, "Not Acceptable"},
  {407, "Proxy Authentication Required"},
  {408, "Request Timeout"},
  {410, "Gone"},
  {413, "Request Entity Too Large"},
  {414, "Request-URI Too Long"},
  {415, "Unsupported Media Type"},
  {416, "Unsupported URI Scheme"},
  {420, "Bad Extension"},
  {421, "Extension Required"},
  {423, "Interval Too Brief"},
  {440, "Max-Breadth Exceeded"},
  {480, "Temporarily Unavailable"},
  {481, "Call/Transaction Does Not Exist"},
  {482, "Loop Detected"},
  {483, "Too Many Hops"},
  {484, "Address Incomplete"},
  {485, "Ambiguous"},
  {486, "Busy Here"},
  {487, "Request Terminated"},
  {488, "Not Acceptable Here"},
  {491, "Request Pending"},
  {493, "Undecipherable"},
  {500, "Server Internal Error"},
  {501, "Not Implemented"},
  {502, "Bad Gateway"},
  {503, "Service Unavailable"},
  {504, "Server Time-out"},
  {505, "Version Not Supported"},
  {513, "Message Too Large"},
  {600, "Busy Everywhere"},
  {603, "Decline"},
  {604, "Does Not Exist Anywhere"},
  {606, "Not Acceptable"},
});

constexpr unsigned trying = 100;
constexpr unsigned last_success = 299;

/// Begins an ACK or CANCEL: the parts it shares with its INVITE.
message begin_follow_up(std::string_view method, const message& invite) {
  auto result = message::request(method, invite.request_uri());
  result.append("Via", invite.first("Via").value_or(""));
  result.append("Max-Forwards", invite.first("Max-Forwards").value_or("70"));
  result.copy("Route", invite);
  result.copy("From", invite);
  return result;
}

void end_follow_up(message& out, const message& invite) {
  out.copy("Call-ID", invite);
  out.append("CSeq", std::to_string(invite.cseq().number) + ' ' + out.method());
}

} // namespace

std::string_view reason_phrase(unsigned status) noexcept {
  const auto find = [](unsigned code) {
    return std::find_if(phrases.begin(), phrases.end(),
                        [=](const phrase& item) { return item.first == code; });
  };
  if (const auto pos = find(status); pos != phrases.end())
    return pos->second;
  // An unknown code is treated as the x00 of its class (section 8.1.3.2).
  const auto pos = find(status / 100 * 100);
  return pos == phrases.end() ? "Unknown" : pos->second;
}

message make_response(const message& request, unsigned status,
                      std::string_view to_tag, std::string_view reason) {
  auto result =
    message::response(status, reason.empty() ? reason_phrase(status) : reason);
  result.copy("Via", request);
  if (status == trying)
    result.copy("Timestamp", request);
  else if (status <= last_success && request.method() == methods::invite)
    result.copy("Record-Route", request);
  result.copy("From", request);
  auto to = request.to();
  if (status != trying && to.tag().empty()) {
    to.params.set("tag", to_tag);
    result.append("To", to_string(to));
  } else {
    result.copy("To", request);
  }
  result.copy("Call-ID", request);
  result.copy("CSeq", request);
  return result;
}

std::optional<bytes> print_answer(message response, size_t request_size,
                                  transport kind) {
  auto result = response.print();
  const auto limit = defaults::max_amplification * request_size;
  if (is_reliable(kind) || result.size() <= limit)
    return result;
  response.remove("Warning");
  result = response.print();
  return result.size() <= limit ? std::optional{std::move(result)}
                                : std::nullopt;
}

message make_ack(const message& invite, const message& response) {
  auto result = begin_follow_up(methods::ack, invite);
  result.copy("To", response);
  end_follow_up(result, invite);
  return result;
}

message make_cancel(const message& invite) {
  auto result = begin_follow_up(methods::cancel, invite);
  result.copy("To", invite);
  end_follow_up(result, invite);
  return result;
}

void add_warning(message& response, std::string_view agent,
                 std::string_view text) {
  response.append("Warning", "399 " + std::string{agent} + ' ' + quote(text));
}

void strip_credentials(message& request) {
  request.remove("Authorization");
  request.remove("Proxy-Authorization");
}

std::string join(const std::vector<std::string>& items) {
  std::string result;
  for (const auto& item : items) {
    if (!result.empty())
      result += ", ";
    result += item;
  }
  return result;
}

} // namespace carillon::sip
