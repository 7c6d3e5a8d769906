#pragma once

#include "actors/interfaces.hpp"
#include "actors/node_context.hpp"
#include "protocols/identity/verifier.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <map>
#include <optional>

namespace carillon {

/// One rebuilding of a user's key.
using key_read_actor = caf::typed_actor<
  // Does it; the actor ends with it.
  caf::replies_to<get_atom, identity::address_of_record>::with<key_reading>>;

/// How far the rebuilding has come.
struct key_read_state {
  static constexpr const char* name = "key_read";

  node_context_ptr node;
  peer_actor peer;
  uint64_t seed = 0;
  caf::typed_response_promise<key_reading> promise;
  identity::address_of_record aor;
  identity::verifier check;
  std::optional<identity::share_reader> reader;
  // Who has answered.
  std::map<chord::ring_id, chord::peer_ref> holders;
};

/// Asks for k random shares of a user's key at once and for others in place of
/// bad or missing ones, and reports what each holder did as evidence
/// (SecP2PSIP section IV.3).
/// @param number different for each read of the node: it picks the shares
key_read_actor::behavior_type
key_read(key_read_actor::stateful_pointer<key_read_state> self,
         node_context_ptr node, peer_actor peer, uint64_t number);

} // namespace carillon
