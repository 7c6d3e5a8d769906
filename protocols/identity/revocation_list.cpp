#include "protocols/identity/revocation_list.hpp"

#include "protocols/identity/defaults.hpp"
#include "protocols/identity/x509.hpp"

#include <botan/ber_dec.h>
#include <botan/bigint.h>
#include <botan/data_src.h>
#include <botan/der_enc.h>
#include <botan/hex.h>
#include <botan/pem.h>
#include <botan/pk_keys.h>
#include <botan/x509_ca.h>
#include <botan/x509_crl.h>
#include <botan/x509_ext.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace carillon::identity {

namespace {

using list_ptr = std::shared_ptr<const Botan::X509_CRL>;

constexpr auto list_label = "X509 CRL";

// How a list begins in PEM (RFC 7468 section 6).
constexpr std::string_view list_begin = "-----BEGIN X509 CRL-----";

/// The hash under RSA signatures.
constexpr auto list_hash = "SHA-256";

expected<void> refuse_critical(const Botan::Extensions& extensions) {
  for (const auto& id : extensions.get_extension_oids()) {
    if (extensions.critical_extension_set(id))
      return fail(errc::malformed,
                  "a revocation list with the critical extension "
                    + id.to_string() + ", which is unknown here");
  }
  return {};
}

/// Refuses what makes a list mean something else than it says: a part of
/// another one, entries of other authorities, some reasons only.
expected<void> check_meaning(const Botan::X509_CRL& list) {
  if (auto good = refuse_critical(list.extensions()); !good)
    return good;
  for (const auto& entry : list.get_revoked()) {
    if (auto good = refuse_critical(entry.extensions()); !good)
      return good;
  }
  return {};
}

/// Reads the list that `pem` begins with.
expected<list_ptr> read_one_list(std::string_view pem) {
  try {
    Botan::DataSource_Memory source{as_bytes(pem).data(), pem.size()};
    const auto der = Botan::PEM_Code::decode_check_label(source, list_label);
    auto result = std::make_shared<const Botan::X509_CRL>(
      std::vector<uint8_t>{der.begin(), der.end()});
    return check_meaning(*result).map([&] { return list_ptr{result}; });
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "a revocation list in PEM is broken");
  }
}

expected<std::vector<list_ptr>> read_all_lists(std::string_view pem) {
  if (pem.size() > defaults::max_revocation_file)
    return fail(errc::too_large,
                "revocation lists of " + std::to_string(pem.size()) + " bytes");
  std::vector<list_ptr> result;
  for (auto at = pem.find(list_begin); at != std::string_view::npos;
       at = pem.find(list_begin, at + list_begin.size())) {
    auto list = read_one_list(pem.substr(at));
    if (!list)
      return tl::unexpected{list.error()};
    result.push_back(std::move(*list));
  }
  if (result.empty())
    return fail(errc::malformed, "no revocation list in PEM");
  return result;
}

/// Tells whether an authority has signed a list (RFC 5280 section 6.3.3).
bool has_signed(const Botan::X509_Certificate& authority,
                const Botan::X509_CRL& list) {
  if (authority.subject_dn() != list.issuer_dn()
      || !authority.allowed_usage(Botan::CRL_SIGN))
    return false;
  const auto key = authority.load_subject_public_key();
  return list.check_signature(*key);
}

timestamp from_x509(const Botan::X509_Time& when) {
  return std::chrono::time_point_cast<duration>(when.to_std_timepoint());
}

/// Makes an entry. Botan's own constructor asks the machine for the time.
Botan::CRL_Entry make_entry(const Botan::X509_Certificate& certificate,
                            timestamp now) {
  const auto number = Botan::BigInt::decode(certificate.serial_number());
  std::vector<uint8_t> encoded;
  Botan::DER_Encoder{encoded}
    .start_cons(Botan::SEQUENCE)
    .encode(number)
    .encode(to_x509(now))
    .end_cons();
  Botan::BER_Decoder decoder{encoded};
  Botan::CRL_Entry result;
  result.decode_from(decoder);
  return result;
}

/// Reads the only list of an authority.
expected<list_ptr> read_own_list(std::string_view pem,
                                 const Botan::X509_Certificate& authority) {
  auto lists = read_all_lists(pem);
  if (!lists)
    return tl::unexpected{lists.error()};
  if (lists->size() > 1)
    return fail(errc::malformed, "more than one revocation list");
  if (!has_signed(authority, *lists->front()))
    return fail(errc::untrusted_certificate,
                "the revocation list is not the authority's");
  return std::move(lists->front());
}

/// Checks that an authority has made a certificate.
expected<void> check_makers(const Botan::X509_Certificate& certificate,
                            const Botan::X509_Certificate& ca,
                            const key_pair& authority) {
  if (ca.subject_public_key_info() != authority.public_half().signature.spki())
    return fail(errc::untrusted_certificate,
                "the certificate is not the authority's");
  if (certificate == ca)
    return fail(errc::untrusted_certificate,
                "this is the authority's own certificate");
  const auto key = ca.load_subject_public_key();
  if (certificate.issuer_dn() != ca.subject_dn()
      || !certificate.check_signature(*key))
    return fail(errc::untrusted_certificate,
                "another authority has made the certificate");
  return {};
}

void append_entry(std::string& text, const Botan::CRL_Entry& entry) {
  text += "  number " + Botan::hex_encode(entry.serial_number()) + " since "
    + entry.expire_time().readable_string() + '\n';
}

std::string describe_list(const Botan::X509_CRL& list) {
  std::string result = "Revocation list of " + list.issuer_dn().to_string()
    + "\nNumber: " + std::to_string(list.crl_number())
    + "\nMade: " + list.this_update().readable_string() + "\nNext update: "
    + list.next_update().readable_string() + "\nRevoked certificates: "
    + std::to_string(list.get_revoked().size()) + '\n';
  for (const auto& entry : list.get_revoked())
    append_entry(result, entry);
  return result;
}

} // namespace

expected<revocation_list>
revocation_list::read(std::string_view pem,
                      std::span<const bytes> authorities) {
  auto lists = read_all_lists(pem);
  if (!lists)
    return tl::unexpected{lists.error()};
  const auto trusted = read_x509_list(authorities, defaults::max_authorities);
  if (!trusted)
    return tl::unexpected{trusted.error()};
  revocation_list result;
  try {
    for (const auto& list : *lists) {
      if (std::ranges::none_of(*trusted, [&](const auto& authority) {
            return has_signed(authority, *list);
          }))
        return fail(errc::untrusted_certificate,
                    "no authority of the ring has signed the revocation list "
                    "of "
                      + list->issuer_dn().to_string());
      const auto next = from_x509(list->next_update());
      result.next_update_ = std::min(result.next_update_.value_or(next), next);
    }
  } catch (const Botan::Exception& e) {
    return fail(errc::malformed, e.what());
  }
  result.lists_ = std::move(*lists);
  return result;
}

expected<void> revocation_list::check(std::span<const bytes> chain) const {
  if (lists_.empty())
    return {};
  for (const auto& der : chain) {
    const auto certificate = read_x509(der);
    if (!certificate)
      return tl::unexpected{certificate.error()};
    const auto names = [&](const list_ptr& list) {
      return list->is_revoked(*certificate);
    };
    if (std::ranges::any_of(lists_, names))
      return fail(errc::revoked,
                  "the certificate of "
                    + certificate->subject_dn().to_string());
  }
  return {};
}

size_t revocation_list::size() const {
  size_t result = 0;
  for (const auto& list : lists_)
    result += list->get_revoked().size();
  return result;
}

expected<std::string> revoke_certificate(byte_view certificate,
                                         std::string_view earlier,
                                         byte_view ca_certificate,
                                         const key_pair& authority,
                                         const update_times& when,
                                         Botan::RandomNumberGenerator& rng) {
  if (when.next_update <= when.this_update)
    return fail(errc::malformed, "the next update is not after this one");
  const auto ca = read_x509(ca_certificate);
  if (!ca)
    return tl::unexpected{ca.error()};
  const auto revoked = read_x509(certificate);
  if (!revoked)
    return tl::unexpected{revoked.error()};
  try {
    if (auto good = check_makers(*revoked, *ca, authority); !good)
      return tl::unexpected{good.error()};
    const Botan::X509_CA signer{*ca, authority.signing_key(), list_hash, rng};
    const auto time = std::chrono::system_clock::time_point{when.this_update};
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(
      when.next_update - when.this_update);
    const auto known = earlier.empty()
      ? expected<list_ptr>{std::make_shared<const Botan::X509_CRL>(
        ca->subject_dn(), to_x509(when.this_update), to_x509(when.next_update),
        std::vector<Botan::CRL_Entry>{})}
      : read_own_list(earlier, *ca);
    if (!known)
      return tl::unexpected{known.error()};
    std::vector<Botan::CRL_Entry> added;
    if (!(*known)->is_revoked(*revoked))
      added.push_back(make_entry(*revoked, when.this_update));
    return signer.update_crl(**known, added, rng, time, life).PEM_encode();
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

expected<std::string> show_revocation_lists(std::string_view pem) {
  const auto lists = read_all_lists(pem);
  if (!lists)
    return tl::unexpected{lists.error()};
  std::string result;
  try {
    for (const auto& list : *lists)
      result += describe_list(*list);
  } catch (const Botan::Exception& e) {
    return fail(errc::malformed, e.what());
  }
  return result;
}

} // namespace carillon::identity
