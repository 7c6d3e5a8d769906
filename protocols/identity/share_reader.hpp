#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/ring_id.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/identity/share_votes.hpp"
#include "protocols/time.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace carillon::identity {

/// Reads a user's key from the ring: asks k random distinct shares at once,
/// checks each by itself, and asks another one for each that is bad or
/// missing. When every share was asked once, those that failed are asked
/// again at their next replica. When the shares are enough and the nodes are
/// not, as in a small ring, replicas of good shares are asked as well.
///
/// When shares of two keys come that have nothing to do with each other, all
/// holders of all shares are asked, and the majority decides (`share_votes`):
/// who has a bootstrap server's key can admit another key for a known name, but
/// not make its holders take it (`may_replace`). A newer key that the one
/// before has signed for, or that a certificate authority has, needs no
/// majority.
///
/// It does no I/O: `requests` says what to ask, the `on_` functions are told
/// what came of it, and `finished` when to call `result`. Each request must
/// be answered exactly once; anything that was not asked is ignored.
class share_reader {
public:
  /// A share to ask for.
  struct request {
    /// 1 to n: ask for `share_key_text(aor, index)`.
    uint8_t index;

    /// Which of the share's holders to ask, counted from 0, the owner.
    uint8_t replica;

    auto operator<=>(const request&) const = default;
  };

  /// Who answered.
  struct holder {
    chord::ring_id peer;

    /// The node that signed the answer.
    fingerprint node;
  };

  enum class outcome : uint8_t {
    /// A share that verified.
    good,
    /// The holder says, signed, that it has none.
    absent,
    /// Something that does not verify.
    invalid,
    /// No answer in time.
    silent,
  };

  /// What a holder did; input for the trust evaluator.
  struct evidence {
    chord::ring_id peer;
    uint8_t index;
    identity::share_reader::outcome outcome;

    /// Why a share was invalid; else empty.
    std::string detail;

    /// The epoch of a good share's admission.
    uint64_t epoch = 0;
  };

  /// Prepares to read the key of `aor`. `known_nodes` is the number of
  /// distinct nodes that the caller knows to be in the ring: the key must come
  /// from min(k, known_nodes) of them. `seed` picks the shares. `ring` and
  /// `check` must outlive this object. So many shares as `spare` are asked for
  /// beside those that are needed, where many holders are expected to be
  /// silent.
  share_reader(address_of_record aor, const ring_descriptor& ring,
               verifier& check, size_t known_nodes, uint64_t seed,
               size_t spare = 0);

  /// Gives what to ask now, in addition to what is under way; each request is
  /// given once.
  [[nodiscard]] std::vector<request> requests();

  /// Takes a signed answer that holds a record; its signature was checked by
  /// `open_answer`.
  void on_record(const request& asked, const holder& from, byte_view record,
                 timestamp now);

  /// Takes a signed answer that says "absent".
  void on_absent(const request& asked, const holder& from);

  /// Takes an answer that did not verify; `peer` is who was asked.
  void on_invalid(const request& asked, const chord::ring_id& peer,
                  const error& why);

  /// Takes the news that no answer came; `peer` is who was asked.
  void on_silence(const request& asked, const chord::ring_id& peer);

  /// Tells whether the newest set that was seen is complete and no other key
  /// disputes it, or nothing is left to ask.
  [[nodiscard]] bool finished() const;

  /// Gives the bundle of the newest complete set, among several keys that have
  /// nothing to do with each other of the one that the holders' majority has.
  /// @returns `disputed_key` when none of several keys has at least k shares
  ///          and more than any other, the detail says how many each has;
  ///          `not_enough_shares`, the detail says how many were found of how
  ///          many needed, from how many nodes, and who failed;
  ///          `no_such_record` when nobody has a share and more than n - k are
  ///          absent; or what `combine_shares` gives.
  [[nodiscard]] expected<rebuilt_bundle> result(timestamp now) const;

  /// Gives what each holder did, in the order of the answers.
  [[nodiscard]] const std::vector<evidence>& outcomes() const noexcept {
    return outcomes_;
  }

private:
  /// The good shares of one admission.
  struct share_set {
    std::map<uint8_t, verified_share> shares;

    /// The nodes that signed for them.
    std::set<fingerprint> nodes;

    /// There is a share in every set.
    [[nodiscard]] const admission& admitted() const {
      return shares.begin()->second.admission;
    }
  };

  [[nodiscard]] bool take(const request& asked);
  [[nodiscard]] size_t lacking(const share_set& set) const;
  [[nodiscard]] size_t missing() const;
  [[nodiscard]] bool is_disputed() const;
  [[nodiscard]] bool is_absent() const;
  [[nodiscard]] error why_disputed() const;
  [[nodiscard]] error why_not() const;
  void add_next_replica(const request& asked,
                        std::vector<request>& queue) const;

  address_of_record aor_;
  const ring_descriptor* ring_;
  verifier* check_;
  size_t needed_nodes_;
  size_t spare_;
  std::vector<request> waiting_;
  std::vector<request> retries_;
  // Holders of shares that are good already.
  std::vector<request> others_;
  std::vector<request> pending_;
  // Newest epoch last; two sets of one epoch stay apart.
  std::map<std::pair<uint64_t, fingerprint>, share_set> sets_;
  share_votes votes_;
  std::vector<evidence> outcomes_;
};

} // namespace carillon::identity
