#include "protocols/cluster/defaults.hpp"
#include "protocols/cluster/messages.hpp"
#include "protocols/link/field_checks.hpp"
#include "protocols/wire/cluster.pb.h"
#include "protocols/wire/codec.hpp"

#include <algorithm>

namespace carillon::cluster {

namespace {

// -- writing ------------------------------------------------------------------

void write(wire::ClusterVersion& field, const view_version& what) {
  field.set_term(what.term);
  field.set_number(what.number);
}

void write(wire::ClusterMember& field, const member& what) {
  field.set_id(what.id);
  field.set_name(what.name);
  field.set_endpoint(what.endpoint);
}

void write(wire::ClusterView& field, const view& what) {
  write(*field.mutable_version(), what.version);
  for (const auto& each : what.members)
    write(*field.add_members(), each);
  for (const auto& each : what.seats) {
    auto& out = *field.add_seats();
    out.set_holder(each.holder);
    out.set_former(each.former);
    out.set_incarnation(each.incarnation);
  }
}

void write_body(wire::ClusterMessage& out, const vote_request& what) {
  auto& field = *out.mutable_vote_request();
  write(*field.mutable_last(), what.last);
  field.set_trial(what.is_trial);
}

void write_body(wire::ClusterMessage& out, const vote& what) {
  out.mutable_vote()->set_trial(what.is_trial);
  out.mutable_vote()->set_granted(what.granted);
}

void write_body(wire::ClusterMessage& out, const beat& what) {
  auto& field = *out.mutable_beat();
  field.set_round(what.round);
  field.set_committed(what.committed);
  if (what.granted)
    field.set_granted(*what.granted);
  if (what.proposal)
    write(*field.mutable_proposal(), *what.proposal);
}

void write_body(wire::ClusterMessage& out, const beat_answer& what) {
  auto& field = *out.mutable_beat_answer();
  field.set_round(what.round);
  field.set_clock(what.clock);
  write(*field.mutable_accepted(), what.accepted);
  field.set_applied(what.applied);
}

void write_body(wire::ClusterMessage& out, const join_request& what) {
  write(*out.mutable_join_request()->mutable_who(), what.who);
}

void write_body(wire::ClusterMessage& out, const leave_request&) {
  out.mutable_leave_request();
}

// -- reading ------------------------------------------------------------------

view_version read(const wire::ClusterVersion& field) {
  return {field.term(), field.number()};
}

member read(const wire::ClusterMember& field, link::field_checks& check) {
  check.require(field.id() != 0, "member without an id");
  return {field.id(), check.text(field.name(), defaults::max_text, "name"),
          check.text(field.endpoint(), defaults::max_text, "endpoint")};
}

view read(const wire::ClusterView& field, link::field_checks& check) {
  view result{read(field.version()), {}, {}};
  check.limit(field.members_size(), defaults::max_members, "members");
  check.limit(field.seats_size(), defaults::max_seats, "seats");
  if (check.has_failed())
    return result;
  for (const auto& each : field.members())
    result.members.push_back(read(each, check));
  check.require(
    std::ranges::adjacent_find(
      result.members,
      [](const auto& lhs, const auto& rhs) { return lhs.id >= rhs.id; })
      == result.members.end(),
    "members out of order");
  for (const auto& each : field.seats())
    result.seats.push_back({each.holder(), each.former(), each.incarnation()});
  return result;
}

beat read(const wire::Beat& field, link::field_checks& check) {
  beat result{field.round(), field.committed(), std::nullopt, std::nullopt};
  if (field.has_granted())
    result.granted = field.granted();
  if (field.has_proposal())
    result.proposal = read(field.proposal(), check);
  return result;
}

beat_answer read(const wire::BeatAnswer& field) {
  return {field.round(), field.clock(), read(field.accepted()),
          field.applied()};
}

/// Decodes what must not be larger than a message may be, and refuses any
/// encoding but the one that `encode` writes.
template <class Value, class Fields>
expected<Value> decode_strictly(byte_view data,
                                expected<Value> (*read_it)(const Fields&)) {
  if (data.size() > defaults::max_message)
    return fail(errc::too_large, "message of the cluster");
  Fields fields;
  if (!fields.ParseFromArray(data.data(), static_cast<int>(data.size())))
    return fail(errc::malformed, "message of the cluster");
  auto result = read_it(fields);
  if (result && encode(*result) != to_bytes(data))
    return fail(errc::malformed, "message of the cluster is not canonical");
  return result;
}

expected<message> read_message(const wire::ClusterMessage& field) {
  link::field_checks check;
  check.require(field.from() != 0, "message from nobody");
  message result{field.cluster(), field.from(), field.term(), {}};
  switch (field.body_case()) {
  case wire::ClusterMessage::kVoteRequest:
    result.body = vote_request{read(field.vote_request().last()),
                               field.vote_request().trial()};
    break;
  case wire::ClusterMessage::kVote:
    result.body = vote{field.vote().trial(), field.vote().granted()};
    break;
  case wire::ClusterMessage::kBeat:
    result.body = read(field.beat(), check);
    break;
  case wire::ClusterMessage::kBeatAnswer:
    result.body = read(field.beat_answer());
    break;
  case wire::ClusterMessage::kJoinRequest:
    result.body = join_request{read(field.join_request().who(), check)};
    break;
  case wire::ClusterMessage::kLeaveRequest:
    result.body = leave_request{};
    break;
  case wire::ClusterMessage::BODY_NOT_SET:
    return fail(errc::malformed, "message of the cluster without a body");
  }
  return check.finish(std::move(result));
}

expected<council_state> read_state(const wire::CouncilState& field) {
  link::field_checks check;
  check.require(field.self() != 0, "state of nobody");
  return check.finish(council_state{field.cluster(), field.self(), field.term(),
                                    field.voted_for(),
                                    read(field.accepted(), check)});
}

} // namespace

bytes encode(const message& what) {
  wire::ClusterMessage out;
  out.set_cluster(what.cluster);
  out.set_from(what.from);
  out.set_term(what.term);
  std::visit([&](const auto& body) { write_body(out, body); }, what.body);
  return wire::encode(out);
}

expected<message> decode_message(byte_view data) {
  return decode_strictly(data, read_message);
}

bytes encode(const council_state& what) {
  wire::CouncilState out;
  out.set_cluster(what.cluster);
  out.set_self(what.self);
  out.set_term(what.term);
  out.set_voted_for(what.voted_for);
  write(*out.mutable_accepted(), what.accepted);
  return wire::encode(out);
}

expected<council_state> decode_council_state(byte_view data) {
  return decode_strictly(data, read_state);
}

} // namespace carillon::cluster
