#pragma once

#include "protocols/chord/lookup_table.hpp"
#include "protocols/chord/peer_ref.hpp"
#include "protocols/p2psip/messages.hpp"

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/sec.hpp>

#include <concepts>
#include <string>
#include <string_view>

/// How messages to and from peers cross machines inside one operator's cluster.
/// CAF carries them as bytes; these are Protocol Buffers, checked as those of
/// strangers are.
namespace carillon {

struct fetch_outcome;
struct overlay_message;
struct peer_view;
struct stored_record;

/// How storing a record ended.
using put_outcome = expected<stored_record>;

/// How a lookup ended.
using lookup_outcome = expected<chord::lookup_result>;

[[nodiscard]] std::string encode_remote(const overlay_message& what);
[[nodiscard]] std::string encode_remote(const chord::ring_id& what);
[[nodiscard]] std::string encode_remote(const chord::peer_ref& what);
[[nodiscard]] std::string encode_remote(const chord::lookup_options& what);
[[nodiscard]] std::string encode_remote(const lookup_outcome& what);
[[nodiscard]] std::string encode_remote(const put_outcome& what);
[[nodiscard]] std::string encode_remote(const fetch_outcome& what);
[[nodiscard]] std::string encode_remote(const peer_view& what);
[[nodiscard]] std::string encode_remote(const p2psip::shared_bytes& what);
[[nodiscard]] std::string encode_remote(const p2psip::delivery& what);

/// Each gives what `encode_remote` was given. An overlay message has no credit.
/// @returns `too_large` or `malformed`.
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           overlay_message& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           chord::ring_id& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           chord::peer_ref& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           chord::lookup_options& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           lookup_outcome& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           put_outcome& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           fetch_outcome& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           peer_view& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           p2psip::shared_bytes& what);
[[nodiscard]] expected<void> decode_remote(std::string_view data,
                                           p2psip::delivery& what);

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

/// What may be sent to a peer of another member.
template <class T>
concept remote_value =
  one_of<T, overlay_message, chord::ring_id, chord::peer_ref,
         chord::lookup_options, lookup_outcome, put_outcome, fetch_outcome,
         peer_view, p2psip::shared_bytes, p2psip::delivery>;

} // namespace carillon

// Where CAF looks for it: a shared pointer belongs to no namespace of ours.
namespace caf {

/// Lets CAF carry a value as bytes.
template <class Inspector, carillon::remote_value T>
typename Inspector::result_type inspect(Inspector& f, T& value) {
  std::string data;
  if constexpr (Inspector::reads_state)
    data = carillon::encode_remote(value);
  const auto load = [&]() -> caf::error {
    return carillon::decode_remote(data, value) ? caf::error{}
                                                : caf::sec::invalid_argument;
  };
  return f(data, caf::meta::load_callback(load));
}

} // namespace caf
