#include "actors/crypto_worker.hpp"

#include "actors/quiet.hpp"

#include <caf/all.hpp>

namespace carillon {

crypto_worker_actor::behavior_type
crypto_worker(crypto_worker_actor::stateful_pointer<crypto_worker_state> self,
              crypto_worker_config config) {
  be_quiet(self);
  auto& state = self->state;
  // A seeded stream generator: RTSS and signatures draw many small pieces.
  state.rng = std::make_unique<Botan::ChaCha_RNG>(
    Botan::secure_vector<uint8_t>(config.seed.begin(), config.seed.end()));
  if (config.checked)
    state.check = identity::verifier{config.checked};
  state.config = std::move(config);
  return {
    [&state](check_atom, const p2psip::shared_bytes& record) {
      return identity::verify_record(*record, *state.config.ring, state.check,
                                     state.config.time->now());
    },
    [&state](load_atom, const p2psip::shared_bytes& record) {
      return identity::verify_record(*record, *state.config.ring, state.check,
                                     state.config.time->now(),
                                     identity::expiry_rule::any);
    },
    [&state](check_atom, const answer_check& given) {
      return identity::open_answer(given.answer, given.nonce, given.key,
                                   *state.config.ring, state.check,
                                   state.config.time->now());
    },
    [&state](seal_atom, const identity::answer& given,
             const node_identity_ptr& node) {
      return identity::seal_answer(given, node->ticket->get()->sealed,
                                   state.config.ring->ring(), node->keys,
                                   *state.rng);
    },
    [&state](seal_atom, const crypto_job_ptr& job) { (*job)(*state.rng); },
  };
}

} // namespace carillon
