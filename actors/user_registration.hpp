#pragma once

#include "actors/bootstrap_client.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/sip/registrar.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// Keeps one user registered: the phones' bindings, the user's admission and
/// the location that the ring holds. A phone gets its 200 when all of it is on
/// disk. One REGISTER at a time is worked on; the others wait.
class user_registration {
public:
  /// `core` must outlive this object.
  explicit user_registration(adapter_core& core);

  /// Takes what was stored: the admission and the bindings.
  void restore(const std::vector<note>& notes);

  /// Takes a REGISTER that may be obeyed.
  void on_register(phone_request request);

  /// Takes a message that may be a bootstrap server's answer.
  /// @returns whether it was.
  bool on_delivery(const p2psip::delivery& msg) {
    return bootstrap_.on_delivery(msg);
  }

  void tick(timestamp now) {
    bootstrap_.tick(now);
  }

  [[nodiscard]] timestamp next_deadline() const noexcept {
    return bootstrap_.next_deadline();
  }

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
  };

  void start_next();
  [[nodiscard]] bool apply(job& it);
  void publish();
  void ask_bootstrap();
  void store_location();
  void store_notes(const std::vector<note>& notes);
  void finish();
  void refuse(const sip_failure& why);
  void answer(const job& it, const sip::registrar::outcome& outcome);
  [[nodiscard]] bool is_admitted() const;
  [[nodiscard]] bool needs_renewal() const;
  [[nodiscard]] identity::location make_location(const sip::registrar& phones);
  void take_admission(bytes encoded);

  adapter_core* core_;
  bootstrap_client bootstrap_;
  sip::registrar phones_;
  std::optional<known_admission> admission_;
  std::deque<job> waiting_;
  std::optional<job> current_;
  uint64_t last_epoch_ = 0;
};

/// Gives how the notes of a user's registration begin.
[[nodiscard]] std::string user_prefix(const std::string& user);

/// The names of these notes.
namespace user_notes {
inline constexpr std::string_view admission = "admission";
inline constexpr std::string_view phones = "phones";
} // namespace user_notes

} // namespace carillon
