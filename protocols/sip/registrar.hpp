#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/flow.hpp"
#include "protocols/sip/message.hpp"
#include "protocols/sip/uri.hpp"
#include "protocols/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace carillon::sip {

/// One phone of an address-of-record.
struct binding {
  /// The Contact as the phone wrote it, without `expires` and `q`.
  name_addr contact;
  /// The parsed URI of the contact.
  uri target;
  /// The preference in thousandths.
  unsigned q = 1000;
  /// The registration that made this binding: RFC 3261 section 10.3 step 7.
  std::string call_id;
  uint32_t cseq = 0;
  timestamp expires;
  /// Where the REGISTER came from, thus the way to the phone.
  flow source;
};

/// The bindings of one address-of-record (RFC 3261 section 10.3, steps 6 to
/// 8). It is a value: who may have to undo a change keeps a copy.
class registrar {
public:
  /// The lifetimes a phone may ask for, in seconds.
  struct config {
    uint32_t min_expires = 60;
    uint32_t default_expires = 3600;
    uint32_t max_expires = 3600;
    size_t max_bindings = defaults::max_bindings;
  };

  /// How a REGISTER ended.
  struct outcome {
    /// 200; 400 a malformed or misused Contact; 403 a contact at a foreign
    /// address; 423 a lifetime below the minimum; 500 a CSeq that is not above
    /// that of an earlier REGISTER of the same Call-ID (as in RFC 3261 section
    /// 12.2.2; section 10.3 names no code); 503 too many contacts.
    unsigned status = 200;
    /// What was wrong, for the log and the reason phrase; empty for 200.
    std::string why;
    /// Whether bindings were added, refreshed or removed.
    bool changed = false;
  };

  registrar() = default;

  explicit registrar(const config& options)
    : config_{options} {
    // nop
  }

  /// Applies a REGISTER: all of it or, when the status is not 200, nothing.
  /// The caller has checked who sends it and for whom.
  outcome apply(const message& request, const flow& source, timestamp now);

  /// Completes the answer to a REGISTER: the live bindings with their
  /// remaining lifetimes in a 200, Min-Expires in a 423.
  void describe(message& response, timestamp now) const;

  /// Gives the live bindings, the most preferred first; among equals the most
  /// recently refreshed first.
  [[nodiscard]] std::vector<binding> bindings(timestamp now) const;

  /// Gives the live bindings as Contact values for a 302, best first, each
  /// with its q-value.
  [[nodiscard]] std::vector<std::string> redirect_contacts(timestamp now) const;

  /// Tells whether a live binding was registered from this flow: the same
  /// connection of a stream, the same address and port of UDP.
  [[nodiscard]] bool registered_from(const flow& source, timestamp now) const;

  /// Puts back a binding that was stored before, unless it has expired or
  /// there is no room.
  void restore(binding stored, timestamp now);

  /// Drops what has expired.
  /// @returns whether anything was dropped.
  bool expire(timestamp now);

  /// Gives the time the next binding expires, if any.
  [[nodiscard]] std::optional<timestamp> next_expiry() const;

private:
  outcome remove_all(const message& request, timestamp now);

  config config_;
  std::vector<binding> bindings_;
};

} // namespace carillon::sip
