#include "protocols/link/field_checks.hpp"

#include "protocols/identity/defaults.hpp"
#include "protocols/link/defaults.hpp"

#include <algorithm>

namespace carillon::link {

namespace {

bool is_printable(char c) noexcept {
  return c >= ' ' && c <= '~';
}

/// Gives the error code with this text.
std::optional<errc> find_reason(std::string_view text) noexcept {
  for (uint8_t i = 0; i < static_cast<uint8_t>(errc::count_); ++i) {
    if (to_string(static_cast<errc>(i)) == text)
      return static_cast<errc>(i);
  }
  return std::nullopt;
}

} // namespace

chord::ring_id field_checks::id(const std::string& field) {
  return take(chord::ring_id::from_bytes(as_bytes(field)));
}

std::vector<chord::ring_id>
field_checks::ids(const google::protobuf::RepeatedPtrField<std::string>& fields,
                  size_t max_count) {
  std::vector<chord::ring_id> result;
  if (static_cast<size_t>(fields.size()) > max_count) {
    note(errc::too_large, "list of ids");
    return result;
  }
  for (const auto& field : fields)
    result.push_back(id(field));
  return result;
}

chord::peer_ref field_checks::peer(const wire::Peer& field) {
  chord::peer_ref result;
  result.id = id(field.id());
  result.index = field.index();
  chord::node_info node;
  node.fingerprint =
    array<identity::fingerprint::size>(field.node(), "node of a peer");
  node.endpoint =
    text(field.endpoint(), identity::defaults::max_endpoint, "endpoint");
  if (!last_node_ || last_node_->fingerprint != node.fingerprint
      || last_node_->endpoint != node.endpoint)
    last_node_ = std::make_shared<const chord::node_info>(std::move(node));
  result.node = last_node_;
  return result;
}

chord::peer_list field_checks::peers(const peer_fields& fields,
                                     size_t max_count) {
  chord::peer_list result;
  if (static_cast<size_t>(fields.size()) > max_count) {
    note(errc::too_large, "list of peers");
    return result;
  }
  for (const auto& field : fields)
    result.push_back(peer(field));
  return result;
}

error field_checks::refusal(const wire::Refusal& field) {
  const auto code = find_reason(field.reason());
  auto detail = text(field.detail(), defaults::max_detail, "refusal");
  // A newer node may have reasons that this one has no word for.
  if (!code)
    return {errc::unsupported_version,
            "a refusal for a reason that is not known here: " + detail};
  return {*code, std::move(detail)};
}

std::string field_checks::text(const std::string& field, size_t max_size,
                               std::string_view what) {
  if (field.size() > max_size)
    note(errc::too_large, what);
  else if (!std::ranges::all_of(field, is_printable))
    note(errc::malformed, what);
  else
    return field;
  return {};
}

bytes field_checks::data(const std::string& field, size_t max_size,
                         std::string_view what) {
  if (field.empty())
    note(errc::malformed, what);
  return optional_data(field, max_size, what);
}

bytes field_checks::optional_data(const std::string& field, size_t max_size,
                                  std::string_view what) {
  if (field.size() <= max_size)
    return to_bytes(field);
  note(errc::too_large, what);
  return {};
}

std::vector<bytes> field_checks::list(
  const google::protobuf::RepeatedPtrField<std::string>& fields,
  size_t max_count, size_t max_size, std::string_view what) {
  std::vector<bytes> result;
  if (static_cast<size_t>(fields.size()) > max_count) {
    note(errc::too_large, what);
    return result;
  }
  for (const auto& field : fields)
    result.push_back(data(field, max_size, what));
  return result;
}

std::vector<identity::fingerprint> field_checks::fingerprints(
  const google::protobuf::RepeatedPtrField<std::string>& fields,
  size_t max_count, std::string_view what) {
  std::vector<identity::fingerprint> result;
  if (static_cast<size_t>(fields.size()) > max_count) {
    note(errc::too_large, what);
    return result;
  }
  for (const auto& field : fields)
    result.push_back(fingerprint(field));
  return result;
}

uint32_t field_checks::number(uint32_t field, uint32_t max,
                              std::string_view what) {
  if (field > max)
    note(errc::malformed, what);
  return std::min(field, max);
}

void field_checks::require(bool holds, std::string_view what) {
  if (!holds)
    note(errc::malformed, what);
}

void field_checks::limit(int count, size_t max_count, std::string_view what) {
  if (static_cast<size_t>(count) > max_count)
    note(errc::too_large, what);
}

void field_checks::note(errc code, std::string_view what) {
  if (!failure_)
    failure_ = error{code, std::string{what}};
}

void write(wire::Peer& field, const chord::peer_ref& peer) {
  field.set_id(identity::to_wire(peer.id.data()));
  field.set_index(peer.index);
  field.set_node(identity::to_wire(peer.node->fingerprint));
  field.set_endpoint(peer.node->endpoint);
}

void write(google::protobuf::RepeatedPtrField<wire::Peer>& fields,
           const chord::peer_list& peers) {
  for (const auto& peer : peers)
    write(*fields.Add(), peer);
}

void write(wire::Refusal& field, const error& why) {
  field.set_reason(std::string{to_string(why.code)});
  // What a refusal is about may hold what others sent.
  auto detail = why.detail.substr(0, defaults::max_detail);
  std::ranges::replace_if(
    detail, [](char c) { return !is_printable(c); }, '?');
  field.set_detail(std::move(detail));
}

} // namespace carillon::link
