#pragma once

#include "protocols/bytes.hpp"
#include "protocols/sip/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace carillon::sip {

/// Makes tags and branches that nobody else can guess from a secret and a
/// counter, so that no generator has to be at hand.
class token_source {
public:
  /// @param secret at least 16 random bytes that no other source shares.
  explicit token_source(bytes secret);

  /// Gives the To tag for answers to a request. Retransmissions of a request
  /// get the same tag, and so does the CANCEL of an INVITE (RFC 3261 sections
  /// 8.2.7 and 9.2).
  [[nodiscard]] std::string to_tag(const message& request) const;

  /// Gives a fresh tag, Call-ID or other identifier.
  [[nodiscard]] std::string unique();

  /// Gives a fresh branch, magic cookie included.
  [[nodiscard]] std::string branch();

private:
  [[nodiscard]] std::string mac(std::string_view purpose,
                                std::string_view data) const;

  bytes secret_;
  uint64_t counter_ = 0;
};

} // namespace carillon::sip
