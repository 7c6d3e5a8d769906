#pragma once

#include "protocols/bytes.hpp"
#include "protocols/error.hpp"
#include "protocols/time.hpp"

#include <botan/x509cert.h>

#include <span>
#include <vector>

/// What the readers of certificates and of revocation lists share.
namespace carillon::identity {

/// Gives a time as X.509 has it, in whole seconds.
[[nodiscard]] Botan::X509_Time to_x509(timestamp when);

/// Reads one certificate.
/// @returns `too_large`, or `malformed`, also for DER that is not canonical.
[[nodiscard]] expected<Botan::X509_Certificate> read_x509(byte_view der);

/// Reads several certificates.
/// @returns `untrusted_certificate` when there is none, `too_large` for more
///          than `max_count`, or what `read_x509` gives.
[[nodiscard]] expected<std::vector<Botan::X509_Certificate>>
read_x509_list(std::span<const bytes> list, size_t max_count);

} // namespace carillon::identity
