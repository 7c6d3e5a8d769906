#pragma once

#include "protocols/bytes.hpp"
#include "protocols/chord/peer_ref.hpp"
#include "protocols/identity/fingerprint.hpp"
#include "protocols/identity/wire_fields.hpp"
#include "protocols/wire/overlay.pb.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon::link {

/// Turns the fields of one message of a stranger into values, within the limits
/// of `defaults`. It keeps the first failure, so that a message is read as one
/// expression; a value that could not be read is empty.
class field_checks {
public:
  using peer_fields = google::protobuf::RepeatedPtrField<wire::Peer>;

  [[nodiscard]] chord::ring_id id(const std::string& field);

  [[nodiscard]] std::vector<chord::ring_id>
  ids(const google::protobuf::RepeatedPtrField<std::string>& fields,
      size_t max_count);

  [[nodiscard]] chord::peer_ref peer(const wire::Peer& field);

  /// Peers of one node share its description.
  [[nodiscard]] chord::peer_list peers(const peer_fields& fields,
                                       size_t max_count);

  [[nodiscard]] error refusal(const wire::Refusal& field);

  /// Reads printable ASCII.
  /// @param what names the field.
  [[nodiscard]] std::string text(const std::string& field, size_t max_size,
                                 std::string_view what);

  /// Reads bytes, at least one of them.
  [[nodiscard]] bytes data(const std::string& field, size_t max_size,
                           std::string_view what);

  /// Reads bytes that may be missing.
  [[nodiscard]] bytes optional_data(const std::string& field, size_t max_size,
                                    std::string_view what);

  /// Reads a list of bytes, each of them as `data`.
  [[nodiscard]] std::vector<bytes>
  list(const google::protobuf::RepeatedPtrField<std::string>& fields,
       size_t max_count, size_t max_size, std::string_view what);

  [[nodiscard]] std::vector<identity::fingerprint>
  fingerprints(const google::protobuf::RepeatedPtrField<std::string>& fields,
               size_t max_count, std::string_view what);

  [[nodiscard]] identity::fingerprint fingerprint(const std::string& field) {
    return take(identity::fingerprint::from_bytes(as_bytes(field)));
  }

  [[nodiscard]] timestamp time(int64_t field) {
    return take(identity::time_from_wire(field));
  }

  template <size_t Size>
  [[nodiscard]] std::array<uint8_t, Size> array(const std::string& field,
                                                std::string_view what) {
    return take(identity::array_from_wire<Size>(field, what));
  }

  /// Reads a number that must not be above a limit.
  [[nodiscard]] uint32_t number(uint32_t field, uint32_t max,
                                std::string_view what);

  /// Notes a failure unless something holds.
  void require(bool holds, std::string_view what);

  /// Notes a failure when a list is too long.
  void limit(int count, size_t max_count, std::string_view what);

  /// Tells whether a field was wrong already.
  [[nodiscard]] bool has_failed() const noexcept {
    return failure_.has_value();
  }

  /// Gives a value, or the first failure in reading its fields.
  template <class T>
  [[nodiscard]] expected<T> finish(T value) {
    if (failure_)
      return tl::unexpected{*std::move(failure_)};
    return value;
  }

private:
  void note(errc code, std::string_view what);

  template <class T>
  T take(expected<T> value) {
    if (value)
      return *std::move(value);
    if (!failure_)
      failure_ = std::move(value).error();
    return T{};
  }

  std::optional<error> failure_;
  /// The node of the peer that was read last.
  std::shared_ptr<const chord::node_info> last_node_;
};

/// Writes a reference to a peer.
void write(wire::Peer& field, const chord::peer_ref& peer);

/// Writes a list of peers.
void write(google::protobuf::RepeatedPtrField<wire::Peer>& fields,
           const chord::peer_list& peers);

/// Writes a refusal.
void write(wire::Refusal& field, const error& why);

} // namespace carillon::link
