#pragma once

#include "protocols/sip/parser.hpp"
#include "protocols/sip/transaction_event.hpp"
#include "protocols/time.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// What the SIP tests share: flows, messages written as text, and ways to look
/// into events.
namespace carillon::sip {

inline constexpr timestamp epoch{std::chrono::hours{1}};

inline constexpr duration ms(int64_t count) {
  return std::chrono::milliseconds{count};
}

inline flow udp_flow() {
  return {transport::udp, "192.0.2.7", 5070, "192.0.2.1", 5060, 0};
}

inline flow tcp_flow() {
  return {transport::tcp, "192.0.2.7", 40000, "192.0.2.1", 5060, 9};
}

/// Turns the line ends of a text into those of SIP.
inline std::string crlf(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n')
      result += '\r';
    result += c;
  }
  return result;
}

/// Parses text whose line ends are plain; a test that gives bad text fails.
inline message parse_text(std::string_view text) {
  auto result = parse_message(as_bytes(crlf(text)));
  if (!result)
    throw std::logic_error{to_string(result.error().why)};
  return std::move(*result);
}

/// A request of alice's phone at the address of `udp_flow`.
inline message make_request(const std::string& method,
                            const std::string& branch = "z9hG4bK1",
                            const std::string& extra = {}) {
  return parse_text(method
                    + " sip:bob@example.org SIP/2.0\n"
                      "Via: SIP/2.0/UDP 192.0.2.7:5070;branch="
                    + branch
                    + ";rport\n"
                      "From: <sip:alice@example.org>;tag=a1\n"
                      "To: <sip:bob@example.org>\n"
                      "Call-ID: call-1\n"
                      "CSeq: 1 "
                    + method
                    + "\n"
                      "Max-Forwards: 70\n"
                    + extra + "\n");
}

/// All events of one type, in order.
template <class Event>
std::vector<Event> select(const transaction_events& events) {
  std::vector<Event> result;
  for (const auto& event : events)
    if (const auto* found = std::get_if<Event>(&event))
      result.push_back(*found);
  return result;
}

/// The first lines of all messages that events want sent.
inline std::vector<std::string> sent_lines(const transaction_events& events) {
  std::vector<std::string> result;
  for (const auto& item : select<send_bytes>(events)) {
    const auto text = as_text(item.data);
    result.emplace_back(text.substr(0, text.find("\r\n")));
  }
  return result;
}

/// Ticks a transaction at each of its deadlines up to a time and gives the
/// times at which it sent something, in milliseconds after `epoch`.
template <class Transaction>
std::vector<int64_t> send_times(Transaction& subject, timestamp until,
                                transaction_events& out) {
  std::vector<int64_t> result;
  for (auto next = subject.next_deadline(); next && *next <= until;
       next = subject.next_deadline()) {
    transaction_events events;
    subject.tick(*next, events);
    const auto after =
      std::chrono::duration_cast<std::chrono::milliseconds>(*next - epoch);
    result.insert(result.end(), select<send_bytes>(events).size(),
                  after.count());
    out.insert(out.end(), events.begin(), events.end());
    if (subject.terminated())
      break;
  }
  return result;
}

} // namespace carillon::sip
