#include "protocols/identity/certificate.hpp"

#include "protocols/identity/defaults.hpp"
#include "protocols/identity/x509.hpp"

#include <botan/asn1_alt_name.h>
#include <botan/certstor.h>
#include <botan/data_src.h>
#include <botan/pem.h>
#include <botan/pubkey.h>
#include <botan/x509_ca.h>
#include <botan/x509_ext.h>
#include <botan/x509cert.h>
#include <botan/x509path.h>

#include <algorithm>
#include <memory>

namespace carillon::identity {

namespace {

/// Longest common name (RFC 5280 appendix A.1, ub-common-name).
constexpr size_t max_common_name = 64;

/// Certificate authorities below the root of a chain.
constexpr size_t path_limit = 1;

/// The hash under RSA signatures and in key identifiers.
constexpr auto hash_name = "SHA-256";

constexpr auto pem_label = "CERTIFICATE";
constexpr std::string_view pem_begin = "-----BEGIN CERTIFICATE-----";

constexpr auto uri_type = "URI";
constexpr auto dns_type = "DNS";

/// Bits of security that path validation asks of every key: what RSA of 2048
/// bits gives (NIST SP 800-57 part 1, table 2, rounded down as Botan does).
constexpr size_t min_strength = 110;

Botan::X509_DN make_subject(std::string_view name) {
  Botan::X509_DN result;
  result.add_attribute("X520.CommonName", std::string{name});
  return result;
}

std::string user_uri(const address_of_record& aor) {
  return "sip:" + to_string(aor);
}

expected<void> check_validity(const validity& when) {
  if (when.not_before >= when.expires)
    return fail(errc::malformed, "the validity is empty");
  return {};
}

bytes sign_certificate(const key_pair& authority, byte_view subject_key,
                       const Botan::X509_DN& issuer,
                       const Botan::X509_DN& subject, const validity& when,
                       const Botan::Extensions& extensions,
                       Botan::RandomNumberGenerator& rng) {
  Botan::AlgorithmIdentifier algorithm;
  const std::unique_ptr<Botan::PK_Signer> signer{Botan::choose_sig_format(
    authority.signing_key(), rng, hash_name, algorithm)};
  return Botan::X509_CA::make_cert(
           signer.get(), rng, algorithm, to_bytes(subject_key),
           to_x509(when.not_before), to_x509(when.expires), issuer, subject,
           extensions)
    .BER_encode();
}

/// Reads the certificate that `pem` begins with.
expected<bytes> read_pem(std::string_view pem) {
  try {
    Botan::DataSource_Memory source{as_bytes(pem).data(), pem.size()};
    const auto der = Botan::PEM_Code::decode_check_label(source, pem_label);
    return read_x509({der.data(), der.size()}).map([&](const auto&) {
      return bytes{der.begin(), der.end()};
    });
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "a certificate in PEM is broken");
  }
}

/// Makes a certificate for somebody who is no authority.
expected<bytes> make_leaf(std::string_view name,
                          const Botan::AlternativeName& names,
                          const public_key& key, byte_view ca_certificate,
                          const key_pair& authority, const validity& when,
                          Botan::RandomNumberGenerator& rng) {
  namespace extension = Botan::Cert_Extension;
  if (auto ok = check_validity(when); !ok)
    return tl::unexpected{ok.error()};
  auto ca = read_x509(ca_certificate);
  if (!ca)
    return tl::unexpected{ca.error()};
  try {
    if (!ca->is_CA_cert()
        || ca->subject_public_key_info()
          != authority.public_half().signature.spki())
      return fail(errc::untrusted_certificate,
                  "the certificate is not the authority's");
    Botan::Extensions extensions;
    // Botan's containers take ownership of extensions.
    extensions.add(new extension::Basic_Constraints(false), true);
    extensions.add(new extension::Key_Usage(Botan::DIGITAL_SIGNATURE), true);
    extensions.add(new extension::Authority_Key_ID(ca->subject_key_id()));
    extensions.add(new extension::Subject_Key_ID(key.spki(), hash_name));
    extensions.add(new extension::Subject_Alternative_Name(names));
    return sign_certificate(authority, key.spki(), ca->subject_dn(),
                            make_subject(name.substr(0, max_common_name)), when,
                            extensions, rng);
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

/// Tells whether a certificate has this name of this type and no other one.
bool has_only_name(const Botan::X509_Certificate& certificate,
                   const std::string& type, const std::string& name) {
  return certificate.subject_alt_name().get_attribute(type)
    == std::vector<std::string>{name};
}

error describe(const Botan::Path_Validation_Result& result) {
  const auto text = result.result_string();
  switch (result.result()) {
  case Botan::Certificate_Status_Code::CERT_HAS_EXPIRED:
    return {errc::expired, text};
  case Botan::Certificate_Status_Code::CERT_NOT_YET_VALID:
    return {errc::not_yet_valid, text};
  default:
    return {errc::untrusted_certificate, text};
  }
}

/// Checks a chain; its first certificate must not be an authority's.
expected<Botan::X509_Certificate>
verify_chain(std::span<const bytes> chain, std::span<const bytes> authorities,
             timestamp now) {
  auto certificates = read_x509_list(chain, defaults::max_chain);
  if (!certificates)
    return tl::unexpected{certificates.error()};
  auto trusted = read_x509_list(authorities, defaults::max_authorities);
  if (!trusted)
    return tl::unexpected{trusted.error()};
  try {
    Botan::Certificate_Store_In_Memory store;
    for (const auto& certificate : *trusted)
      store.add_certificate(certificate);
    const auto result = Botan::x509_path_validate(
      *certificates, Botan::Path_Validation_Restrictions{false, min_strength},
      store, "", Botan::Usage_Type::UNSPECIFIED,
      std::chrono::system_clock::time_point{now});
    if (!result.successful_validation())
      return tl::unexpected{describe(result)};
    if (certificates->front().is_CA_cert())
      return fail(errc::untrusted_certificate, "an authority is no user");
    return certificates->front();
  } catch (const Botan::Exception& e) {
    return fail(errc::untrusted_certificate, e.what());
  }
}

expected<public_key> key_in(const Botan::X509_Certificate& leaf) {
  try {
    return public_key::parse(leaf.subject_public_key_info(),
                             key_use::signature);
  } catch (const Botan::Exception& e) {
    return fail(errc::untrusted_certificate, e.what());
  }
}

/// Checks a chain and that its first certificate has exactly this name.
expected<public_key> verify_named_chain(std::span<const bytes> chain,
                                        std::span<const bytes> authorities,
                                        const std::string& type,
                                        const std::string& name,
                                        timestamp now) {
  const auto leaf = verify_chain(chain, authorities, now);
  if (!leaf)
    return tl::unexpected{leaf.error()};
  if (!has_only_name(*leaf, type, name))
    return fail(errc::name_mismatch, "the certificate does not name " + name);
  return key_in(*leaf);
}

} // namespace

// -- making -------------------------------------------------------------------

expected<bytes> make_ca_certificate(std::string_view name,
                                    const key_pair& authority,
                                    const validity& when,
                                    Botan::RandomNumberGenerator& rng) {
  namespace extension = Botan::Cert_Extension;
  if (name.empty() || name.size() > max_common_name)
    return fail(errc::malformed,
                "the name of an authority has 1 to "
                  + std::to_string(max_common_name) + " characters");
  if (auto ok = check_validity(when); !ok)
    return tl::unexpected{ok.error()};
  try {
    const auto& key = authority.public_half().signature.spki();
    const auto subject = make_subject(name);
    Botan::Extensions extensions;
    extensions.add(new extension::Basic_Constraints(true, path_limit), true);
    extensions.add(new extension::Key_Usage(static_cast<Botan::Key_Constraints>(
                     Botan::KEY_CERT_SIGN | Botan::CRL_SIGN)),
                   true);
    extensions.add(new extension::Subject_Key_ID(key, hash_name));
    return sign_certificate(authority, key, subject, subject, when, extensions,
                            rng);
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

expected<bytes>
make_self_signed_certificate(std::string_view name, const key_pair& keys,
                             const validity& when,
                             Botan::RandomNumberGenerator& rng) {
  namespace extension = Botan::Cert_Extension;
  if (auto ok = check_validity(when); !ok)
    return tl::unexpected{ok.error()};
  try {
    const auto& key = keys.public_half().signature.spki();
    const auto subject = make_subject(name.substr(0, max_common_name));
    Botan::Extensions extensions;
    extensions.add(new extension::Basic_Constraints(false), true);
    extensions.add(new extension::Key_Usage(Botan::DIGITAL_SIGNATURE), true);
    return sign_certificate(keys, key, subject, subject, when, extensions, rng);
  } catch (const Botan::Exception& e) {
    return fail(errc::invalid_key, e.what());
  }
}

expected<bytes>
make_user_certificate(const address_of_record& aor, const public_key& key,
                      byte_view ca_certificate, const key_pair& authority,
                      const validity& when, Botan::RandomNumberGenerator& rng) {
  Botan::AlternativeName names;
  names.add_attribute(uri_type, user_uri(aor));
  return make_leaf(to_string(aor), names, key, ca_certificate, authority, when,
                   rng);
}

expected<bytes>
make_node_certificate(std::string_view host, const public_key& key,
                      byte_view ca_certificate, const key_pair& authority,
                      const validity& when, Botan::RandomNumberGenerator& rng) {
  if (auto ok = validate_domain(host); !ok)
    return tl::unexpected{ok.error()};
  Botan::AlternativeName names;
  names.add_attribute(dns_type, std::string{host});
  return make_leaf(host, names, key, ca_certificate, authority, when, rng);
}

// -- checking -----------------------------------------------------------------

expected<public_key> verify_user_chain(std::span<const bytes> chain,
                                       std::span<const bytes> authorities,
                                       const address_of_record& aor,
                                       timestamp now) {
  return verify_named_chain(chain, authorities, uri_type, user_uri(aor), now);
}

expected<public_key> verify_node_chain(std::span<const bytes> chain,
                                       std::span<const bytes> authorities,
                                       std::string_view host, timestamp now) {
  return verify_named_chain(chain, authorities, dns_type, std::string{host},
                            now);
}

expected<certified_node>
verify_any_node_chain(std::span<const bytes> chain,
                      std::span<const bytes> authorities, timestamp now) {
  const auto leaf = verify_chain(chain, authorities, now);
  if (!leaf)
    return tl::unexpected{leaf.error()};
  const auto names = leaf->subject_alt_name().get_attribute(dns_type);
  if (names.size() != 1)
    return fail(errc::name_mismatch, "the certificate is not one node's");
  return key_in(*leaf).map([&](public_key key) {
    return certified_node{std::move(key), names.front()};
  });
}

expected<public_key> certified_key(byte_view der) {
  const auto certificate = read_x509(der);
  if (!certificate)
    return tl::unexpected{certificate.error()};
  try {
    return public_key::parse(certificate->subject_public_key_info(),
                             key_use::signature);
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "certificate");
  }
}

// -- showing ------------------------------------------------------------------

expected<bool> names_user(byte_view der, const address_of_record& aor) {
  const auto certificate = read_x509(der);
  if (!certificate)
    return tl::unexpected{certificate.error()};
  try {
    return has_only_name(*certificate, uri_type, user_uri(aor));
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "certificate");
  }
}

expected<std::string> show_certificate(byte_view der) {
  auto certificate = read_x509(der);
  if (!certificate)
    return tl::unexpected{certificate.error()};
  try {
    auto result = certificate->to_string();
    for (const auto& [type, name] :
         certificate->subject_alt_name().get_attributes())
      result.append("Alternative name: ")
        .append(type)
        .append(":")
        .append(name + "\n");
    result += "Fingerprint of the signature key alone: "
      + fingerprint::of(certificate->subject_public_key_info()).to_groups()
      + "\n";
    return result;
  } catch (const Botan::Exception&) {
    return fail(errc::malformed, "certificate");
  }
}

std::string certificate_to_pem(byte_view der) {
  return Botan::PEM_Code::encode(der.data(), der.size(), pem_label);
}

expected<std::vector<bytes>> certificates_from_pem(std::string_view pem) {
  if (pem.size() > defaults::max_certificate_file)
    return fail(errc::too_large, "certificate file");
  std::vector<bytes> result;
  // Text around the certificates is permitted, as other tools write some.
  for (auto at = pem.find(pem_begin); at != std::string_view::npos;
       at = pem.find(pem_begin, at + pem_begin.size())) {
    auto der = read_pem(pem.substr(at));
    if (!der)
      return tl::unexpected{der.error()};
    result.push_back(std::move(*der));
  }
  if (result.empty())
    return fail(errc::malformed, "no PEM certificate");
  return result;
}

} // namespace carillon::identity
