// Certificate revocation lists in PEM. What an authority of the ring has signed
// must be usable; everything is shown, signed or not.

#include "protocols/identity/certificate.hpp"
#include "protocols/identity/revocation_list.hpp"

#include <botan/chacha_rng.h>

#include <cstdlib>
#include <string>
#include <vector>

using namespace carillon;
using namespace carillon::identity;

namespace {

constexpr timestamp now{std::chrono::seconds{1'800'000'000}};

/// An authority and somebody's certificate, the same in every run.
struct fixed_authority {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32, 1)};
  key_pair keys = *key_pair::generate(suite::ed25519_x25519, rng);
  validity when{now - std::chrono::days{1}, now + std::chrono::days{365}};
  bytes certificate = *make_ca_certificate("Test CA", keys, when, rng);
  bytes user = *make_user_certificate({"alice", "example.org"},
                                      keys.public_half().signature, certificate,
                                      keys, when, rng);
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fixed_authority ours;
  const auto text = as_text({data, size});
  (void)show_revocation_lists(text);
  const auto list =
    revocation_list::read(text, std::vector<bytes>{ours.certificate});
  if (!list)
    return 0;
  (void)list->check(std::vector<bytes>{ours.user, ours.certificate});
  // Only what has been read has a time.
  if (!list->next_update())
    std::abort();
  return 0;
}
