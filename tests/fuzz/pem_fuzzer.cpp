// The PEM files of a node: certificates and keys. Both readers get the same
// text, as when an operator names the wrong file.

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/key_pair.hpp"

#include <botan/chacha_rng.h>

#include <cstdlib>

using namespace carillon;
using namespace carillon::identity;

namespace {

/// What was read can be written and read again.
void require(bool holds) {
  if (!holds)
    std::abort();
}

void read_certificates(std::string_view text) {
  const auto chain = certificates_from_pem(text);
  if (!chain)
    return;
  for (const auto& der : *chain) {
    (void)show_certificate(der);
    const auto again = certificates_from_pem(certificate_to_pem(der));
    require(again && again->size() == 1 && again->front() == der);
  }
}

void read_keys(std::string_view text) {
  static Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  const auto keys = key_pair::from_pem(text, rng);
  if (!keys)
    return;
  const auto again = key_pair::from_pem(keys->to_pem(), rng);
  require(again && again->public_half() == keys->public_half());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = as_text({data, size});
  read_certificates(text);
  read_keys(text);
  return 0;
}
