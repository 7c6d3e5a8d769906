// Everything of protocols/identity that reads bytes of strangers: records,
// answers, tickets, bundles, admissions, descriptors, certificates and keys.
// The first byte chooses the parser.

#include "protocols/identity/admission.hpp"
#include "protocols/identity/answer.hpp"
#include "protocols/identity/certificate.hpp"
#include "protocols/identity/record.hpp"
#include "protocols/identity/succession.hpp"

#include <botan/chacha_rng.h>

#include <cstddef>
#include <cstdint>

using namespace carillon;
using namespace carillon::identity;

namespace {

constexpr timestamp now{std::chrono::seconds{1'800'000'000}};

/// The ring of the seed corpus: its keys come from a fixed seed.
ring_descriptor make_ring() {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  const auto bootstrap = key_pair::generate(suite::ed25519_x25519, rng).value();
  ring_settings settings;
  settings.domain = "example.org";
  settings.bootstrap_keys = {bootstrap.public_half().signature.spki()};
  return ring_descriptor::found(settings, bootstrap, rng).value();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto ring = make_ring();
  static verifier check;
  if (size == 0)
    return 0;
  const byte_view input{data + 1, size - 1};
  switch (data[0]) {
  case 'r':
    (void)verify_record(input, ring, check, now);
    break;
  case 'a':
    (void)open_answer(input, {9, 9, 9}, "alice@example.org.1", ring, check,
                      now);
    break;
  case 't':
    (void)open_ticket(input, ring, check, now);
    break;
  case 'b':
    (void)open_bundle(input, ring, check);
    break;
  case 'm':
    (void)open_admission(input, ring, check, now);
    break;
  case 's':
    (void)open_succession(input, ring, check);
    break;
  case 'd':
    (void)ring_descriptor::open(input, check);
    break;
  case 'c':
    (void)show_certificate(input);
    break;
  case 'k':
    (void)public_key::parse(input, key_use::signature);
    (void)public_key::parse(input, key_use::encryption);
    break;
  default:
    break;
  }
  return 0;
}
