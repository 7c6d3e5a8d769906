#pragma once

#include "protocols/error.hpp"
#include "protocols/sip/client_transaction.hpp"
#include "protocols/sip/defaults.hpp"
#include "protocols/sip/memory_budget.hpp"
#include "protocols/sip/server_transaction.hpp"
#include "protocols/sip/token_source.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>

namespace carillon::sip {

/// Owns the transactions of one user agent or proxy and finds the one a
/// message belongs to (RFC 3261 sections 17.1.3, 17.2.3 and 9.2).
///
/// The owner tells it what arrived and what time it is, and carries out the
/// events that each call appends to `out`, in their order. It is to call
/// `tick` at `next_deadline`. Nothing here is thread-safe.
class transaction_layer {
public:
  struct config {
    timers timing;
    size_t max_transactions = defaults::max_transactions;
    /// Pays for the requests, the answers and whatever else is kept; several
    /// layers may share it.
    std::shared_ptr<memory_budget> budget =
      std::make_shared<memory_budget>(defaults::transaction_memory);
    /// The most bytes that this layer may have it pay for new requests.
    size_t max_memory = defaults::layer_memory;
  };

  /// @param secret for To tags and branches, see `token_source`.
  transaction_layer(const config& options, bytes secret);

  transaction_layer(const transaction_layer&) = delete;
  transaction_layer& operator=(const transaction_layer&) = delete;

  /// Gives back what the budget has paid.
  ~transaction_layer();

  /// Takes a message that arrived.
  ///
  /// A request that belongs to no transaction begins one, and is delivered as
  /// `request_arrived`: it is to be refused by `respond`, or kept by `proceed`.
  /// A CANCEL that finds its INVITE, which came from the
  /// same address, is answered here and delivered as `cancel_arrived` when the
  /// INVITE has no final answer yet; one that finds none gets a 481. A request
  /// without the magic cookie in its branch (RFC 2543) gets a 400, a request
  /// above the limits a 503 with Retry-After, a request outside a dialog that
  /// came another way already a 482 (RFC 3261 section 8.2.2.2), none of them
  /// beginning a transaction. One to another Request-URI is no such request:
  /// phones repeat From, Call-ID and CSeq when they follow a redirect.
  /// Responses without a transaction are dropped, a 2xx included (RFC 6026
  /// section 8.9): whoever forwards those relays for strangers.
  void receive(message arrived, const flow& source, timestamp now,
               transaction_events& out);

  /// Keeps the request `id`, unless it has its answer: an INVITE gets its 100.
  void proceed(transaction_id id, transaction_events& out);

  /// Sends a response to the request `id`. Unknown ids are ignored: the
  /// transaction may have ended meanwhile.
  ///
  /// A refusal (300 and above) before `proceed` is sent once and ends the
  /// transaction, so that nothing is kept for and repeated to an address that
  /// may be forged: the same request, should it come again, is delivered again
  /// and gets the same tag (RFC 3261 section 8.2.7), and its ACK is delivered
  /// as one without a transaction. See `print_answer` for its size.
  void respond(transaction_id id, const message& response, timestamp now,
               transaction_events& out);

  /// Sends a request as a new client transaction.
  /// @param request complete, with a topmost Via whose branch is fresh (see
  ///        `tokens`); not an ACK, which has no transaction of its own.
  /// @returns `overloaded` at the limits, `malformed` without a usable Via or
  ///          for an ACK, `replayed` when the branch is in use.
  expected<transaction_id> send_request(message request, const flow& path,
                                        timestamp now, transaction_events& out);

  /// Cancels an INVITE that was sent: the CANCEL goes out at once or when the
  /// first provisional response comes (RFC 3261 section 9.1). The transaction
  /// then ends with a final response, a 487 as a rule, or times out. Does
  /// nothing once a final response has come.
  void cancel(transaction_id id, timestamp now, transaction_events& out);

  /// Is told that bytes of the transaction `id` could not be sent.
  void transport_failed(transaction_id id, transaction_events& out);

  /// Runs the timers that are due.
  void tick(timestamp now, transaction_events& out);

  /// Gives the time of the next `tick`, if any.
  [[nodiscard]] std::optional<timestamp> next_deadline() const noexcept;

  /// The number of live transactions.
  [[nodiscard]] size_t size() const noexcept {
    return transactions_.size();
  }

  /// The maker of tags and branches of this layer.
  [[nodiscard]] token_source& tokens() noexcept {
    return tokens_;
  }

private:
  using machine =
    std::variant<invite_server_transaction, non_invite_server_transaction,
                 invite_client_transaction, non_invite_client_transaction>;

  /// What a request is known by.
  struct server_keys {
    std::string own;
    /// As `entry::merge_key`.
    std::string merged;
  };

  struct entry {
    machine fsm;
    std::string key;
    /// What all copies of the request have in common, see `merge_key`; empty
    /// within a dialog.
    std::string merge_key;
    /// The bytes that the budget has paid: those that never change, and all.
    size_t fixed_cost = 0;
    size_t paid = 0;
    /// The bytes of a request as it came, until it is refused or kept.
    std::optional<size_t> undecided_size;
    /// The deadline under which `deadlines_` knows this transaction.
    std::optional<timestamp> deadline;
    /// Client INVITE: CANCEL as soon as a provisional response comes.
    bool cancel_wanted = false;
    /// A CANCEL of our own: the user hears nothing about it.
    bool internal = false;
  };

  using entries = std::unordered_map<transaction_id, entry>;

  void receive_request(message request, const flow& source, timestamp now,
                       transaction_events& out);

  void receive_cancel(const message& cancel, const flow& source,
                      transaction_events& out);

  void receive_ack(message ack, const flow& source, timestamp now,
                   transaction_events& out);

  void receive_response(const message& response, const flow& source,
                        timestamp now, transaction_events& out);

  void begin_server(message request, const flow& source, server_keys keys,
                    timestamp now, transaction_events& out);

  /// Sends a refusal and forgets the request.
  void refuse(entries::iterator pos, const message& response,
              transaction_events& out);

  void send_cancel(const message& invite, const flow& path, timestamp now,
                   transaction_events& out);

  /// Answers a request that begins no transaction.
  static void answer(const message& request, const message& response,
                     const flow& source, transaction_events& out);

  /// Tells a request to wait.
  void answer_busy(const message& request, const flow& source,
                   transaction_events& out) const;

  /// Tells a transaction something, keeps what it does to itself when it is
  /// internal, and brings the indexes up to date.
  template <class Action>
  void tell(entries::iterator pos, transaction_events& out, Action action);

  [[nodiscard]] entries::iterator find(const std::string& key);

  /// @param fixed_cost what has been paid already.
  entries::iterator insert(transaction_id id, machine fsm, std::string key,
                           size_t fixed_cost);

  /// Cancels at once when a provisional response has come, else notes the
  /// wish.
  void cancel(entries::iterator pos, timestamp now, transaction_events& out);

  /// Has the budget pay for something new.
  /// @returns whether it can.
  [[nodiscard]] bool try_pay(size_t cost);

  /// Pays for what a transaction keeps now.
  void pay(entry& item);

  /// Brings the deadline index up to date.
  void index_deadline(entries::iterator pos);

  /// Brings the indexes up to date after a transaction was told something,
  /// and removes it when it has ended.
  void settle(entries::iterator pos, transaction_events& out);

  void end(entries::iterator pos, transaction_events& out);

  config config_;
  token_source tokens_;
  transaction_id last_id_ = 0;
  /// What the budget has paid for all transactions.
  size_t paid_ = 0;
  entries transactions_;
  std::unordered_map<std::string, transaction_id> by_key_;
  std::unordered_set<std::string> merge_keys_;
  std::set<std::pair<timestamp, transaction_id>> deadlines_;
};

} // namespace carillon::sip
