#include "protocols/identity/x509.hpp"

#include "protocols/identity/defaults.hpp"

#include <botan/exceptn.h>

#include <chrono>
#include <string>
#include <utility>

namespace carillon::identity {

Botan::X509_Time to_x509(timestamp when) {
  return Botan::X509_Time{std::chrono::system_clock::time_point{when}};
}

expected<Botan::X509_Certificate> read_x509(byte_view der) {
  if (der.size() > defaults::max_certificate)
    return fail(errc::too_large,
                "certificate of " + std::to_string(der.size()) + " bytes");
  try {
    Botan::X509_Certificate result{der.data(), der.size()};
    if (result.BER_encode() != to_bytes(der))
      return fail(errc::malformed, "certificate is not canonical DER");
    return result;
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "certificate");
  }
}

expected<std::vector<Botan::X509_Certificate>>
read_x509_list(std::span<const bytes> list, size_t max_count) {
  if (list.empty())
    return fail(errc::untrusted_certificate, "no certificate");
  if (list.size() > max_count)
    return fail(errc::too_large,
                "more than " + std::to_string(max_count) + " certificates");
  std::vector<Botan::X509_Certificate> result;
  for (const auto& der : list) {
    auto certificate = read_x509(der);
    if (!certificate)
      return tl::unexpected{certificate.error()};
    result.push_back(std::move(*certificate));
  }
  return result;
}

} // namespace carillon::identity
