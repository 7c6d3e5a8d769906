#pragma once

#include "actors/ended_actor.hpp"
#include "actors/interfaces.hpp"
#include "actors/linked_transport.hpp"
#include "actors/node_context.hpp"
#include "actors/phone_authorizer.hpp"
#include "actors/sip_failure.hpp"
#include "actors/sip_settings.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/secp2psip/local_user.hpp"
#include "protocols/secp2psip/sip_names.hpp"
#include "protocols/sip/transaction_layer.hpp"

#include <botan/chacha_rng.h>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace carillon {

/// What one user's adapter needs.
struct sip_adapter_config {
  node_context_ptr node;
  sip_settings_ptr settings;
  std::shared_ptr<linked_transport> transport;
  identity::address_of_record user;
  /// The peer of this node through which the user is reached.
  chord::peer_ref place;
  ring_reader_actor reader;
  key_keeper_actor keys;
  /// What the nonces are made of that phones get.
  nonce_terms nonces;
  /// Who is asked before this adapter ends for want of work.
  sip_switch_actor parent;
  /// Pays for what the SIP transactions of all users keep.
  std::shared_ptr<sip::memory_budget> memory;
  /// Seeds the adapter's own generator; at least 32 random bytes.
  bytes seed;
};

/// A request of a phone that waits for its answer.
struct phone_request {
  sip::transaction_id id = 0;
  sip::message message;
  sip::flow source;
  std::shared_ptr<void> credit;
};

/// What the parts of an adapter share: who the user is, the SIP transactions,
/// and ways to the ring, the store, the log and the phones.
class adapter_core {
public:
  adapter_core(sip_adapter_actor::pointer self, sip_adapter_config config);

  [[nodiscard]] const sip_adapter_config& config() const noexcept {
    return config_;
  }

  [[nodiscard]] const sip_settings& settings() const noexcept {
    return *config_.settings;
  }

  [[nodiscard]] const identity::ring_descriptor& ring() const noexcept {
    return *config_.node->ring;
  }

  [[nodiscard]] timestamp now() const noexcept {
    return config_.node->time->now();
  }

  [[nodiscard]] Botan::RandomNumberGenerator& rng() noexcept {
    return rng_;
  }

  [[nodiscard]] identity::verifier& check() noexcept {
    return check_;
  }

  [[nodiscard]] sip::transaction_layer& layer() noexcept {
    return layer_;
  }

  [[nodiscard]] const sip::transaction_layer& layer() const noexcept {
    return layer_;
  }

  /// The user and, once they are loaded, the keys.
  [[nodiscard]] const secp2psip::local_user& user() const noexcept {
    return user_;
  }

  /// The user's credentials; null until they are loaded.
  [[nodiscard]] const credentials_ptr& credentials() const noexcept {
    return credentials_;
  }

  void take(credentials_ptr loaded);

  /// Forgets the keys before the present ones: nobody needs their word any
  /// more.
  void forget_predecessor();

  /// Gives a fresh id for a registration or call.
  [[nodiscard]] std::string make_trace();

  /// Writes a line of the log that `make_message` gives.
  template <class MakeMessage>
  void log(log_level level, std::string_view trace,
           MakeMessage&& make_message) const {
    log_.write(level, trace, make_message);
  }

  /// Tells the observer a step.
  void observe(std::string_view trace, std::string_view step,
               const std::string& detail) const;

  /// Tells the observer a step and writes it to the log.
  void step(std::string_view trace, std::string_view step,
            const std::string& detail, log_level level = log_level::info) const;

  /// Answers a request of a phone.
  void respond(sip::transaction_id id, const sip::message& response);

  /// Refuses a request of a phone.
  void refuse(const phone_request& request, const sip_failure& failure);

  /// Gives the peer of the user's place; invalid while it is restarted.
  [[nodiscard]] peer_actor peer() const;

  /// Sends a message to a user or service at a peer.
  void deliver(const chord::peer_ref& to, p2psip::delivery what) const;

  /// Writes what the node has to remember, and says when it is as durable as
  /// wanted.
  void remember(const std::string& key, const bytes& value,
                storage::durability wanted,
                const std::function<void(const write_outcome&)>& done);

  /// Stores a record in the ring.
  void store(bytes record, const std::function<void(const put_outcome&)>& done);

  /// Does what takes the user's private key, and hands on what comes of it:
  /// before it returns, or later when the keys are RSA keys, whose operations
  /// take longer than an actor may keep its messages waiting.
  /// @param work takes a generator and gives an `expected`. It may run on
  ///        another thread and must own whatever it uses.
  template <class Work, class Done>
  void with_private_key(Work work, Done done) {
    if (!has_slow_keys()) {
      done(work(rng_));
      return;
    }
    using outcome = std::invoke_result_t<Work, Botan::RandomNumberGenerator&>;
    auto result = std::make_shared<outcome>(
      fail(errc::unreachable, "no worker has done the job"));
    auto job = std::make_shared<const crypto_job>(
      [result, work = std::move(work)](Botan::RandomNumberGenerator& rng) {
        *result = work(rng);
      });
    const auto& workers = config_.node->workers;
    self
      ->request(workers[next_worker_++ % workers.size()], caf::infinite,
                seal_atom_v, crypto_job_ptr{std::move(job)})
      .then(
        [this, result, done] {
          done(std::move(*result));
          settle();
        },
        [this, done](const caf::error& why) {
          done(outcome{tl::unexpected{ended_actor(why)}});
          settle();
        });
  }

  sip_adapter_actor::pointer self;

  /// What the transaction layer wants done, in order.
  sip::transaction_events events;

  /// Carries out `events` and asks for the next tick. To be called at the end
  /// of everything that an answer to a request brings about.
  std::function<void()> settle;

private:
  [[nodiscard]] bool has_slow_keys() const;

  sip_adapter_config config_;
  logger log_;
  Botan::ChaCha_RNG rng_;
  identity::verifier check_;
  sip::transaction_layer layer_;
  secp2psip::local_user user_;
  credentials_ptr credentials_;
  size_t next_worker_ = 0;
};

/// Gives the user parts of From and To of a SIP message.
/// @param read keeps the message, so that nobody has to parse it again.
/// @returns `malformed`.
[[nodiscard]] expected<secp2psip::sip_names>
read_sip_names(byte_view data, std::optional<sip::message>& read);

} // namespace carillon
