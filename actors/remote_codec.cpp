#include "actors/remote_codec.hpp"

#include "actors/messages.hpp"
#include "protocols/link/defaults.hpp"
#include "protocols/link/field_checks.hpp"
#include "protocols/link/frames.hpp"
#include "protocols/wire/cluster.pb.h"
#include "protocols/wire/codec.hpp"

#include <memory>
#include <utility>

namespace carillon {

namespace {

template <class Fields>
std::string to_text(const Fields& fields) {
  return std::string{as_text(wire::encode(fields))};
}

/// Parses what is no larger than a message of a link.
template <class Fields>
expected<Fields> parse(std::string_view data) {
  Fields result;
  if (data.size() > link::defaults::max_message)
    return fail(errc::too_large, "message of another member");
  if (!result.ParseFromArray(data.data(), static_cast<int>(data.size())))
    return fail(errc::malformed, "message of another member");
  return result;
}

/// Puts what was read into its place, if all of it was good.
template <class T>
expected<void> put(expected<T> got, T& what) {
  if (!got)
    return tl::unexpected{got.error()};
  what = *std::move(got);
  return {};
}

duration to_duration(int64_t field, link::field_checks& check) {
  check.require(field >= 0, "duration");
  return duration{field};
}

} // namespace

// -- messages between peers ---------------------------------------------------

std::string encode_remote(const overlay_message& what) {
  // The handle says already whom it is for.
  return std::string{as_text(
    link::encode(link::overlay_frame{what.from.id, what.from, what.body}))};
}

expected<void> decode_remote(std::string_view data, overlay_message& what) {
  auto got = link::decode_frame(as_bytes(data));
  if (!got)
    return tl::unexpected{got.error()};
  auto* frame = std::get_if<link::overlay_frame>(&*got);
  if (frame == nullptr)
    return fail(errc::malformed, "not a message of a peer");
  what = {std::move(frame->from), std::move(frame->body), nullptr};
  return {};
}

// -- plain values -------------------------------------------------------------

std::string encode_remote(const chord::ring_id& what) {
  return std::string{as_text(what.data())};
}

expected<void> decode_remote(std::string_view data, chord::ring_id& what) {
  return put(chord::ring_id::from_bytes(as_bytes(data)), what);
}

std::string encode_remote(const chord::peer_ref& what) {
  wire::Peer out;
  link::write(out, what);
  return to_text(out);
}

expected<void> decode_remote(std::string_view data, chord::peer_ref& what) {
  link::field_checks check;
  return parse<wire::Peer>(data).and_then([&](const wire::Peer& field) {
    return put(check.finish(check.peer(field)), what);
  });
}

std::string encode_remote(const p2psip::shared_bytes& what) {
  return what ? std::string{as_text(*what)} : std::string{};
}

expected<void> decode_remote(std::string_view data,
                             p2psip::shared_bytes& what) {
  if (data.size() > link::defaults::max_message)
    return fail(errc::too_large, "record");
  what = std::make_shared<const bytes>(to_bytes(data));
  return {};
}

std::string encode_remote(const p2psip::delivery& what) {
  wire::Delivery out;
  out.set_addressee(what.addressee);
  out.set_trace(what.trace);
  out.set_content(std::string{as_text(what.content)});
  return to_text(out);
}

expected<void> decode_remote(std::string_view data, p2psip::delivery& what) {
  const auto field = parse<wire::Delivery>(data);
  if (!field)
    return tl::unexpected{field.error()};
  link::field_checks check;
  p2psip::delivery got{
    check.text(field->addressee(), link::defaults::max_addressee, "addressee"),
    check.text(field->trace(), link::defaults::max_trace, "trace"),
    check.optional_data(field->content(), link::defaults::max_message,
                        "content")};
  return put(check.finish(std::move(got)), what);
}

// -- questions and answers ----------------------------------------------------

std::string encode_remote(const chord::lookup_options& what) {
  wire::RemoteLookupOptions out;
  out.set_strategy(static_cast<uint32_t>(what.strategy));
  out.set_attempt_timeout(what.attempt_timeout.count());
  out.set_hop_timeout(what.hop_timeout.count());
  out.set_attempts(what.attempts);
  return to_text(out);
}

expected<void> decode_remote(std::string_view data,
                             chord::lookup_options& what) {
  const auto field = parse<wire::RemoteLookupOptions>(data);
  if (!field)
    return tl::unexpected{field.error()};
  link::field_checks check;
  const auto strategy = check.number(
    field->strategy(),
    static_cast<uint32_t>(chord::routing_strategy::iterative), "strategy");
  const chord::lookup_options got{
    static_cast<chord::routing_strategy>(strategy),
    to_duration(field->attempt_timeout(), check),
    to_duration(field->hop_timeout(), check), field->attempts()};
  return put(check.finish(got), what);
}

std::string encode_remote(const lookup_outcome& what) {
  wire::RemoteLookupOutcome out;
  if (what) {
    out.set_key(encode_remote(what->key));
    link::write(*out.mutable_owner(), what->owner);
    link::write(*out.mutable_successors(), what->successors);
    out.set_hops(what->hops);
    out.set_attempts(what->attempts);
  } else {
    link::write(*out.mutable_refusal(), what.error());
  }
  return to_text(out);
}

expected<void> decode_remote(std::string_view data, lookup_outcome& what) {
  const auto field = parse<wire::RemoteLookupOutcome>(data);
  if (!field)
    return tl::unexpected{field.error()};
  link::field_checks check;
  lookup_outcome got;
  if (field->has_refusal())
    got = tl::unexpected{check.refusal(field->refusal())};
  else
    got = chord::lookup_result{
      check.id(field->key()), check.peer(field->owner()),
      check.peers(field->successors(), link::defaults::max_peers),
      static_cast<uint16_t>(check.number(field->hops(), UINT16_MAX, "hops")),
      field->attempts()};
  return put(check.finish(std::move(got)), what);
}

std::string encode_remote(const put_outcome& what) {
  wire::RemotePutOutcome out;
  if (what) {
    link::write(*out.mutable_owner(), what->owner);
    out.set_copies(what->copies);
  } else {
    link::write(*out.mutable_refusal(), what.error());
  }
  return to_text(out);
}

expected<void> decode_remote(std::string_view data, put_outcome& what) {
  const auto field = parse<wire::RemotePutOutcome>(data);
  if (!field)
    return tl::unexpected{field.error()};
  link::field_checks check;
  put_outcome got;
  if (field->has_refusal())
    got = tl::unexpected{check.refusal(field->refusal())};
  else
    got = stored_record{check.peer(field->owner()), field->copies()};
  return put(check.finish(std::move(got)), what);
}

std::string encode_remote(const fetch_outcome& what) {
  wire::RemoteFetchOutcome out;
  if (what.holder)
    link::write(*out.mutable_holder(), *what.holder);
  if (what.result) {
    out.set_node(std::string{as_text(what.result->node.data())});
    if (what.result->record)
      out.set_record(std::string{as_text(*what.result->record)});
  } else {
    link::write(*out.mutable_refusal(), what.result.error());
  }
  out.set_hops(what.hops);
  return to_text(out);
}

expected<void> decode_remote(std::string_view data, fetch_outcome& what) {
  const auto field = parse<wire::RemoteFetchOutcome>(data);
  if (!field)
    return tl::unexpected{field.error()};
  link::field_checks check;
  fetch_outcome got;
  if (field->has_holder())
    got.holder = check.peer(field->holder());
  if (field->has_refusal()) {
    got.result = tl::unexpected{check.refusal(field->refusal())};
  } else {
    fetched_record found{check.fingerprint(field->node()), std::nullopt};
    if (field->has_record())
      found.record = check.optional_data(field->record(),
                                         link::defaults::max_message, "record");
    got.result = std::move(found);
  }
  got.hops =
    static_cast<uint16_t>(check.number(field->hops(), UINT16_MAX, "hops"));
  return put(check.finish(std::move(got)), what);
}

std::string encode_remote(const peer_view& what) {
  wire::RemotePeerView out;
  link::write(*out.mutable_self(), what.neighbours.self);
  if (what.neighbours.predecessor)
    link::write(*out.mutable_predecessor(), *what.neighbours.predecessor);
  link::write(*out.mutable_successors(), what.neighbours.successors);
  out.set_state(static_cast<uint32_t>(what.state));
  out.set_fingers(what.fingers);
  return to_text(out);
}

expected<void> decode_remote(std::string_view data, peer_view& what) {
  const auto field = parse<wire::RemotePeerView>(data);
  if (!field)
    return tl::unexpected{field.error()};
  link::field_checks check;
  peer_view got;
  got.neighbours.self = check.peer(field->self());
  if (field->has_predecessor())
    got.neighbours.predecessor = check.peer(field->predecessor());
  got.neighbours.successors =
    check.peers(field->successors(), link::defaults::max_peers);
  got.state = static_cast<chord::ring_member::state>(check.number(
    field->state(), static_cast<uint32_t>(chord::ring_member::state::isolated),
    "state"));
  got.fingers = field->fingers();
  return put(check.finish(std::move(got)), what);
}

} // namespace carillon
