#include "bench/load/signed_sizes.hpp"

#include "bench/defaults.hpp"
#include "bench/rings/founded_ring.hpp"
#include "protocols/identity/admission.hpp"
#include "protocols/identity/answer.hpp"
#include "protocols/identity/key_bundle.hpp"
#include "protocols/identity/location.hpp"
#include "protocols/identity/record.hpp"
#include "protocols/identity/verifier.hpp"
#include "protocols/secp2psip/secured_message.hpp"
#include "protocols/sip/build.hpp"

#include <utility>

namespace carillon {

namespace {

using identity::security_mode;

/// What an adapter writes that listens for no links.
constexpr auto no_address = "local";

/// Makes what a node signs, one after the other. After a failure nothing is
/// made any more.
class sample_maker {
public:
  sample_maker(const founded_ring& ring, identity::key_pair keys,
               std::string user, Botan::RandomNumberGenerator& rng)
    : ring_(ring)
    , keys_(std::move(keys))
    , aor_{std::move(user), ring.descriptor->settings().domain}
    , rng_(rng)
    , now_(std::chrono::floor<duration>(std::chrono::system_clock::now())) {}

  [[nodiscard]] const std::optional<error>& failure() const noexcept {
    return failure_;
  }

  [[nodiscard]] const identity::address_of_record& aor() const noexcept {
    return aor_;
  }

  bytes make_bundle() {
    return keep(
      identity::seal_bundle(aor_, epoch(), now_, {}, ring(), keys_, rng_));
  }

  identity::admission_set admit(const bytes& bundle) {
    identity::verifier check;
    return keep(identity::split_bundle(bundle, {}, epoch(), *ring_.descriptor,
                                       *ring_.bootstrap, check, now_, rng_));
  }

  bytes make_location() {
    identity::location where;
    where.aor = aor_;
    where.epoch = epoch();
    where.expires = now_ + ring_.descriptor->settings().location_lifetime / 2;
    return keep(identity::sign_location(where, ring(), keys_, rng_));
  }

  [[nodiscard]] bytes make_record(const bytes& admission,
                                  const bytes& location) const {
    return identity::make_location_record(
      admission, keys_.public_half().signature, location);
  }

  /// Without the ticket that goes with it: its signature is checked once.
  size_t answer_size(std::string key, bytes record) {
    const identity::answer given{{},  std::move(key), std::move(record), {}, 0,
                                 now_};
    return keep(identity::seal_answer(given, {}, ring(), keys_, rng_)).size();
  }

  secp2psip::message_head make_head() {
    return secp2psip::make_head({ring(), to_string(aor_), to_string(aor_)},
                                keys_.suite(), security_mode::signed_mode, now_,
                                rng_);
  }

  size_t signed_part(const secp2psip::any_message& content) {
    return keep(secp2psip::encode_signed_part(content)).size();
  }

  size_t whole(const secp2psip::any_message& content) {
    return keep(secp2psip::secure(content, keys_, nullptr, rng_)
                  .map([](secp2psip::secured_message&& made) {
                    return std::move(made.data);
                  }))
      .size();
  }

private:
  template <class T>
  T keep(expected<T> made) {
    if (made)
      return std::move(*made);
    if (!failure_)
      failure_ = made.error();
    return {};
  }

  [[nodiscard]] const identity::fingerprint& ring() const noexcept {
    return ring_.descriptor->ring();
  }

  [[nodiscard]] uint64_t epoch() const noexcept {
    return static_cast<uint64_t>(now_.time_since_epoch().count());
  }

  const founded_ring& ring_;
  identity::key_pair keys_;
  identity::address_of_record aor_;
  Botan::RandomNumberGenerator& rng_;
  timestamp now_;
  std::optional<error> failure_;
};

void take_record_sizes(sample_maker& maker, signed_sizes& sizes) {
  const auto bundle = maker.make_bundle();
  const auto admitted = maker.admit(bundle);
  if (maker.failure())
    return;
  const auto location = maker.make_location();
  sizes.bundle = bundle.size();
  sizes.admission = admitted.admission.size();
  sizes.location = location.size();
  sizes.location_answer =
    maker.answer_size(identity::location_key_text(maker.aor()),
                      maker.make_record(admitted.admission, location));
  sizes.share_answer = maker.answer_size(
    identity::share_key_text(maker.aor(), 1), admitted.shares.front());
  secp2psip::register_message request;
  request.head = maker.make_head();
  request.location = no_address;
  request.public_key = bundle;
  request.location_envelope = location;
  sizes.registration = maker.signed_part(request);
  secp2psip::registered_message answer;
  answer.head = maker.make_head();
  answer.admission = admitted.admission;
  sizes.registered = maker.signed_part(answer);
}

void take_call_sizes(sample_maker& maker, load_phones& phones,
                     signed_sizes& sizes) {
  const auto invite = phones.make_invite(0, 1);
  constexpr auto moved_temporarily = 302u;
  auto response =
    sip::make_response(invite, moved_temporarily, invite.from().tag());
  response.append("Contact", "<" + phones.contact(1) + ">");
  secp2psip::invite_message request;
  request.head = maker.make_head();
  request.sip_request = invite.print();
  sizes.invite = maker.signed_part(request);
  sizes.sealed_invite = maker.whole(request);
  secp2psip::redirect_message answer;
  answer.head = maker.make_head();
  answer.sip_response = response.print();
  sizes.redirect = maker.signed_part(answer);
  sizes.sealed_redirect = maker.whole(answer);
}

} // namespace

expected<signed_sizes> measure_signed_sizes(load_phones& phones,
                                            Botan::RandomNumberGenerator& rng) {
  identity::ring_settings settings;
  settings.domain = defaults::bench_domain;
  const auto ring = found_bench_ring(settings, rng);
  if (!ring)
    return tl::unexpected{ring.error()};
  auto keys =
    identity::key_pair::generate(identity::suite::ed25519_x25519, rng);
  if (!keys)
    return tl::unexpected{keys.error()};
  sample_maker maker{*ring, std::move(*keys), phones.name(1), rng};
  signed_sizes result;
  take_record_sizes(maker, result);
  take_call_sizes(maker, phones, result);
  if (maker.failure())
    return tl::unexpected{*maker.failure()};
  return result;
}

} // namespace carillon
