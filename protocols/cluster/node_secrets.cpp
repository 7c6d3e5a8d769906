#include "protocols/cluster/node_secrets.hpp"

#include "protocols/cluster/defaults.hpp"
#include "protocols/wire/cluster.pb.h"
#include "protocols/wire/codec.hpp"

#include <botan/aead.h>
#include <botan/exceptn.h>
#include <botan/mac.h>

#include <algorithm>

namespace carillon::cluster {

namespace {

constexpr size_t nonce_size = 24;

/// Bytes by which keys are told apart.
constexpr size_t described_size = 4;

constexpr std::string_view purpose = "carillon cluster node secrets 1";

std::unique_ptr<Botan::AEAD_Mode>
make_cipher(Botan::Cipher_Dir direction, byte_view question, byte_view secret) {
  auto result =
    Botan::AEAD_Mode::create_or_throw("ChaCha20Poly1305", direction);
  result->set_key(secret.data(), secret.size());
  auto context = to_bytes(purpose);
  context.insert(context.end(), question.begin(), question.end());
  result->set_ad(context);
  return result;
}

} // namespace

bytes seal_secrets(const node_secrets& what, byte_view question,
                   byte_view secret, Botan::RandomNumberGenerator& rng) {
  wire::NodeSecrets out;
  out.set_node_keys(std::string{as_text(what.node_keys)});
  out.set_bootstrap_keys(std::string{as_text(what.bootstrap_keys)});
  out.set_ring(std::string{as_text(what.ring)});
  out.set_salt(std::string{as_text(what.salt)});
  out.set_ticket(std::string{as_text(what.ticket)});
  out.set_peers(what.peers);
  out.set_domain(what.domain);
  const auto plain = wire::encode(out);
  Botan::secure_vector<uint8_t> text(plain.begin(), plain.end());
  bytes result(nonce_size);
  rng.randomize(result.data(), result.size());
  const auto cipher = make_cipher(Botan::ENCRYPTION, question, secret);
  cipher->start(result);
  cipher->finish(text);
  result.insert(result.end(), text.begin(), text.end());
  return result;
}

expected<node_secrets> open_secrets(byte_view sealed, byte_view question,
                                    byte_view secret) {
  if (sealed.size() > defaults::max_message)
    return fail(errc::too_large, "secrets of the cluster");
  if (sealed.size() < nonce_size)
    return fail(errc::malformed, "secrets of the cluster");
  Botan::secure_vector<uint8_t> text(sealed.begin() + nonce_size, sealed.end());
  try {
    const auto cipher = make_cipher(Botan::DECRYPTION, question, secret);
    cipher->start(sealed.data(), nonce_size);
    cipher->finish(text);
  } catch (const Botan::Exception&) {
    return fail(errc::decryption_failed,
                "the other member has another cluster.secret");
  }
  wire::NodeSecrets field;
  if (!field.ParseFromArray(text.data(), static_cast<int>(text.size())))
    return fail(errc::malformed, "secrets of the cluster");
  return node_secrets{to_bytes(field.node_keys()),
                      to_bytes(field.bootstrap_keys()),
                      to_bytes(field.ring()),
                      to_bytes(field.salt()),
                      to_bytes(field.ticket()),
                      field.peers(),
                      field.domain()};
}

std::string describe_secret(byte_view secret) {
  const auto mac =
    Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
  mac->set_key(secret.data(), secret.size());
  mac->update(std::string{"carillon cluster 1"});
  const auto tag = mac->final();
  return to_hex(byte_view{tag.data(), described_size});
}

} // namespace carillon::cluster
