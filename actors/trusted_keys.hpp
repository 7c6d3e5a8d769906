#pragma once

#include "actors/adapter_core.hpp"
#include "protocols/identity/bounded_cache.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carillon {

/// The keys of others as one user's adapter knows them: read from the ring,
/// kept for a while, and pinned: for good those of users that this user has
/// called, and a bounded number of those that have only called, the latest, so
/// that callers with invented names displace nobody else.
class trusted_keys {
public:
  /// What came of reading a key.
  struct reading {
    key_reading key;
    /// It was read before and kept.
    bool kept = false;
  };

  using reading_ptr = std::shared_ptr<const reading>;
  using done = std::function<void(const reading_ptr&)>;

  /// `core` must outlive this object.
  explicit trusted_keys(adapter_core& core);

  /// Takes the pins that were stored of users who were called.
  void restore(const std::vector<note>& pins);

  /// Takes the pins that were stored of users who have only called.
  void restore_callers(const std::vector<note>& pins);

  /// Reads a user's key, and calls `then` once: at once when the key was kept.
  void read(const identity::address_of_record& who, const std::string& trace,
            const done& then);

  /// Tells whether `read` gives a user's key without asking the ring.
  [[nodiscard]] bool keeps(const identity::address_of_record& who);

  /// Forgets a key that was kept, because a newer one was seen.
  void forget(const identity::address_of_record& who);

  /// Who of two parties this user is.
  enum class role : uint8_t { caller, callee };

  /// Decides whether the key of the other party that was rebuilt is to be
  /// believed: it is the pinned one, the first of that user, or one that the
  /// pinned one signed for. Pins what is new.
  /// @param own whom the call came from: who is called is pinned for good.
  /// @returns what `check_pin` gives; the log has the alarm then.
  [[nodiscard]] expected<void> trust(const identity::rebuilt_bundle& found,
                                     role own, const std::string& trace);

private:
  struct kept_key {
    reading_ptr what;
    timestamp until;
    /// What was in force when it was read; with another list the key is read
    /// again.
    revocations::list_ptr revoked;
  };

  /// Gives a key that was kept and is still good; null when there is none.
  [[nodiscard]] reading_ptr find_kept(const identity::address_of_record& who);

  void keep(const identity::address_of_record& who, const key_reading& found,
            revocations::list_ptr revoked);
  void report(const key_reading& found, const std::string& trace) const;
  /// Gives the pinned key of a user, if any.
  [[nodiscard]] std::optional<identity::fingerprint>
  find_pin(const std::string& user) const;
  void pin(const identity::rebuilt_bundle& found, const std::string& trace);
  void pin_caller(const identity::rebuilt_bundle& found,
                  const std::string& trace);
  void forget_caller(const std::string& user);
  void write_pin(const std::string& key, const identity::rebuilt_bundle& found,
                 const std::string& trace);

  adapter_core* core_;
  identity::bounded_cache<identity::address_of_record, kept_key> kept_{
    defaults::cached_keys};
  std::map<std::string, identity::fingerprint> pins_;
  /// Of users who have only called, with the numbers of their places in
  /// `callers_by_age_`.
  std::map<std::string, std::pair<identity::fingerprint, uint64_t>> callers_;
  std::map<uint64_t, std::string> callers_by_age_;
  uint64_t last_caller_ = 0;
};

/// Gives how the notes of a user's pins begin: what follows is the name of who
/// was pinned.
[[nodiscard]] std::string pin_prefix(const std::string& user);

/// The same for pins of users who have only called.
[[nodiscard]] std::string caller_pin_prefix(const std::string& user);

/// Gives how a phone is told why the key of its callee could not be rebuilt:
/// 503 when the holders were silent, 403 when they gave something else than
/// good shares.
[[nodiscard]] sip_failure to_sip_failure(const key_reading& failed);

} // namespace carillon
