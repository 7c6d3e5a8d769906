#pragma once

#include "actors/bootstrap_client.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/sip/registrar.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// Keeps one user registered: the phones' bindings, the user's admission and
/// the location that the ring holds. A phone gets its 200 when all of it is on
/// disk. One REGISTER at a time is worked on; the others wait.
///
/// The admission is renewed before it ends, whether phones are registered or
/// not, so that the name stays the user's. When the user has new keys the next
/// admission is for these, and when it is on disk the vault forgets the old
/// ones.
class user_registration {
public:
  /// `core` must outlive this object.
  explicit user_registration(adapter_core& core);

  /// Tells whether what was stored has an admission that has not ended: its
  /// user has keys, and others would be refused.
  [[nodiscard]] bool holds_admission(const std::vector<note>& notes) const;

  /// Takes what was stored: the admission and the bindings.
  void restore(const std::vector<note>& notes);

  /// Goes on with what a restart cut short, after everything was restored.
  void start();

  /// Takes a REGISTER that may be obeyed.
  void on_register(phone_request request);

  /// Takes a message that may be a bootstrap server's answer.
  /// @returns whether it was.
  bool on_delivery(const p2psip::delivery& msg) {
    return bootstrap_.on_delivery(msg);
  }

  /// Ends what is overdue, and renews the admission in good time.
  void tick(timestamp now);

  [[nodiscard]] timestamp next_deadline() const noexcept {
    return std::min(bootstrap_.next_deadline(), renewal_time());
  }

  /// Tells why nobody would believe the user's keys, so that no call of the
  /// user's can succeed; nothing when the ring has admitted them.
  [[nodiscard]] std::optional<sip_failure> why_not_admitted() const;

  /// Until when this has something to do at least: a registration or renewal,
  /// or a phone that is registered.
  [[nodiscard]] timestamp busy_until(timestamp now) const;

  /// Tells whether there is an admission for the present keys.
  [[nodiscard]] bool is_admitted() const;

  /// The phones that are registered.
  [[nodiscard]] const sip::registrar& phones() const noexcept {
    return phones_;
  }

private:
  /// A REGISTER, or a renewal of the admission.
  struct job {
    std::string trace;
    /// None for a renewal.
    std::optional<phone_request> request;
    /// The bindings as they will be.
    sip::registrar next;
    identity::location where;
    /// Writes that are not on disk yet.
    size_t missing = 0;
  };

  struct known_admission {
    bytes encoded;
    identity::admission content;
    /// It is for the present keys.
    bool is_own = false;
  };

  void start_next();
  [[nodiscard]] bool apply(job& it);
  void publish();
  void ask_bootstrap();
  void store_admission();
  void store_location();
  void send_location(bytes record);
  void store_notes(const std::vector<note>& notes);
  void finish();
  void refuse(const sip_failure& why);
  void answer(const job& it, const sip::registrar::outcome& outcome);
  void forget_predecessor();
  [[nodiscard]] bool needs_renewal();
  /// When the admission has to be renewed; never while that is under way.
  [[nodiscard]] timestamp renewal_time() const noexcept;
  /// From when on the admission there is should be renewed.
  [[nodiscard]] timestamp renewal_start() const noexcept;
  [[nodiscard]] identity::location make_location(const sip::registrar& phones);
  void take_admission(bytes encoded);
  void restore_succession(const bytes& encoded);

  adapter_core* core_;
  bootstrap_client bootstrap_;
  sip::registrar phones_;
  std::optional<known_admission> admission_;
  /// The word of the keys before for the present ones. It goes along with
  /// every admission, for readers that have pinned the keys before.
  bytes succession_;
  /// A renewal waits or is under way.
  bool renewing_ = false;
  /// Why these keys are not admitted, as far as a bootstrap server has said so.
  std::optional<sip_failure> refusal_;
  /// No renewal before this time: one has failed.
  timestamp retry_at_;
  duration retry_delay_ = defaults::renewal_retry;
  std::deque<job> waiting_;
  std::optional<job> current_;
  uint64_t last_epoch_ = 0;
};

/// Gives the lifetimes of bindings that a ring permits: none outlives the
/// user's location.
[[nodiscard]] sip::registrar::config
registrar_limits(const identity::ring_descriptor& ring);

} // namespace carillon
