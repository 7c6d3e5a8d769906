#pragma once

#include "actors/share_holder_config.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace carillon {

/// The asking side of records: finds the owner of a key, has it store a record
/// or asks it and its replicas for one. Lives inside a share holder, which
/// brings it the answers.
class record_client {
public:
  using put_promise = caf::typed_response_promise<put_outcome>;
  using get_promise = caf::typed_response_promise<fetch_outcome>;

  /// `self` and `config` must outlive this object.
  /// @param on_deadline is called when `next_deadline` may have come nearer
  record_client(share_holder_actor::pointer self, share_holder_config& config,
                std::function<void()> on_deadline);

  record_client(const record_client&) = delete;
  record_client& operator=(const record_client&) = delete;

  /// Fails what is under way with `unreachable`.
  ~record_client();

  /// Stores a record on its owner and the owner's replicas. An owner that is
  /// silent, or that turns out not to own the key any more, is looked for
  /// again. Fails with what `verify_record` gives, with the owner's refusal,
  /// or with what the last lookup gives.
  put_promise put(const p2psip::shared_bytes& record);

  /// Asks one holder of a key and checks its answer. Who the holders are is
  /// looked up once for questions that follow each other closely. Fails with
  /// what the
  /// lookup gives, `unreachable` when there is no holder of that rank,
  /// `timeout`, or what `open_answer` gives.
  get_promise get(std::string key, uint8_t rank);

  void on_store_answer(const chord::peer_ref& from,
                       const p2psip::store_answer& msg);
  void on_fetch_answer(const chord::peer_ref& from,
                       const p2psip::fetch_answer& msg);

  /// Ends what is overdue.
  void tick(timestamp now);

  [[nodiscard]] timestamp next_deadline() const noexcept;

private:
  struct pending_put {
    put_promise promise;
    p2psip::shared_bytes record;
    chord::ring_id position;
    chord::peer_ref owner;
    size_t attempt = 0;
    // Endless while the lookup, which has a deadline itself, is under way.
    timestamp deadline = timestamp::max();
  };

  struct pending_get {
    get_promise promise;
    std::string key;
    chord::ring_id position;
    uint8_t rank = 0;
    chord::peer_ref holder;
    uint16_t hops = 0;
    identity::answer::nonce_type nonce{};
    timestamp deadline = timestamp::max();
  };

  /// The holders of one key. Who asks one of them often asks the others next,
  /// or at the same time.
  struct known_holders {
    // Who waits for the lookup.
    std::vector<uint64_t> waiting;
    std::optional<chord::lookup_result> found;
    timestamp until = timestamp::max();
  };

  void find_holders(uint64_t request);
  void on_holders(const chord::ring_id& position, const lookup_outcome& found);
  void forget_holders(timestamp now);
  void find_owner(uint64_t request);
  void send_store(uint64_t request, const chord::lookup_result& found);
  void retry_put(uint64_t request, const error& why);
  void finish_put(uint64_t request, put_outcome outcome);
  void send_fetch(uint64_t request, const chord::lookup_result& found);
  void finish_get(uint64_t request, expected<fetched_record> result);
  bool send(const chord::peer_ref& to, p2psip::message body);
  identity::answer::nonce_type make_nonce(uint64_t request) const;

  share_holder_actor::pointer self_;
  share_holder_config* config_;
  std::function<void()> on_deadline_;
  uint64_t last_request_ = 0;
  std::unordered_map<uint64_t, pending_put> puts_;
  std::unordered_map<uint64_t, pending_get> gets_;
  std::unordered_map<chord::ring_id, known_holders> holders_;
  timestamp next_forgetting_ = timestamp::min();
};

} // namespace carillon
