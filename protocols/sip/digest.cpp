#include "protocols/sip/digest.hpp"

#include "protocols/sip/text.hpp"

#include <botan/hash.h>

#include <algorithm>
#include <map>

namespace carillon::sip {

namespace {

std::string hash(digest_algorithm algorithm, const std::string& text) {
  const auto function =
    Botan::HashFunction::create_or_throw(std::string{to_string(algorithm)});
  const auto digest = function->process(text);
  return to_hex(byte_view{digest.data(), digest.size()});
}

using parts = std::map<std::string, std::string, std::less<>>;

/// Reads `name=value` pairs; names come out in lower case.
expected<parts> read_parts(std::string_view text) {
  parts result;
  for (const auto item : split(text, ',')) {
    const auto equal = item.find('=');
    if (equal == std::string_view::npos)
      return fail(errc::malformed, "credentials: no value");
    const auto name = trim(item.substr(0, equal));
    if (!is_token(name)
        || !result
              .emplace(to_lower(name), unquote(trim(item.substr(equal + 1))))
              .second)
      return fail(errc::malformed, "credentials: bad or repeated name");
  }
  return result;
}

bool is_nonce_count(std::string_view text) {
  return text.size() == 8 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')
             || (c >= 'A' && c <= 'F');
         });
}

} // namespace

std::string_view to_string(digest_algorithm value) noexcept {
  switch (value) {
  case digest_algorithm::sha256:
    return "SHA-256";
  case digest_algorithm::sha512_256:
    return "SHA-512-256";
  case digest_algorithm::md5:
    return "MD5";
  }
  return "SHA-256";
}

expected<digest_algorithm> parse_digest_algorithm(std::string_view name) {
  for (const auto value : {digest_algorithm::sha256,
                           digest_algorithm::sha512_256, digest_algorithm::md5})
    if (iequals(name, to_string(value)))
      return value;
  return fail(errc::unsupported_suite,
              "digest algorithm " + std::string{name.substr(0, 32)});
}

expected<digest_credentials> digest_credentials::parse(std::string_view value) {
  value = trim(value);
  const auto blank = value.find(' ');
  if (blank == std::string_view::npos
      || !iequals(value.substr(0, blank), "Digest"))
    return fail(errc::malformed, "credentials: not Digest");
  auto given = read_parts(value.substr(blank));
  if (!given)
    return tl::unexpected{given.error()};
  for (const auto name : {"username", "realm", "nonce", "uri", "response"})
    if (given->count(name) == 0)
      return fail(errc::malformed, std::string{"credentials: no "} + name);
  // Absent, the algorithm is MD5 (RFC 7616 section 3.4).
  auto& all = *given;
  const auto algorithm = parse_digest_algorithm(
    all.count("algorithm") == 0 ? "MD5" : all["algorithm"]);
  if (!algorithm)
    return tl::unexpected{algorithm.error()};
  if (!iequals(all["qop"], "auth"))
    return fail(errc::unsupported_suite, "credentials: qop is not auth");
  if (iequals(all["userhash"], "true"))
    return fail(errc::unsupported_suite, "credentials: user hash");
  if (!is_nonce_count(all["nc"]) || all["cnonce"].empty())
    return fail(errc::malformed, "credentials: nonce count or cnonce");
  return digest_credentials{
    all["username"], all["realm"],  all["nonce"], all["uri"], all["response"],
    *algorithm,      all["cnonce"], all["qop"],   all["nc"],  all["opaque"]};
}

std::string make_ha1(digest_algorithm algorithm, std::string_view user,
                     std::string_view realm, std::string_view password) {
  std::string text{user};
  text += ':';
  text += realm;
  text += ':';
  text += password;
  return hash(algorithm, text);
}

std::string digest_response(const digest_credentials& given,
                            std::string_view ha1, std::string_view method) {
  const auto ha2 = hash(given.algorithm, std::string{method} + ':' + given.uri);
  return hash(given.algorithm,
              std::string{ha1} + ':' + given.nonce + ':' + given.nc + ':'
                + given.cnonce + ':' + given.qop + ':' + ha2);
}

} // namespace carillon::sip
