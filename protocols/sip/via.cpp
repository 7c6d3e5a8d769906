#include "protocols/sip/via.hpp"

#include "protocols/sip/sofia.hpp"
#include "protocols/sip/text.hpp"
#include "protocols/sip/uri.hpp"

#include <sofia-sip/sip_header.h>

namespace carillon::sip {

expected<via> via::parse(std::string_view text) {
  if (has_control(text))
    return fail(errc::malformed, "Via: control character");
  sofia_home home;
  const std::string copy{text};
  const auto* parsed = sip_via_make(home.get(), copy.c_str());
  if (parsed == nullptr || parsed->v_next != nullptr
      || parsed->v_protocol == nullptr || parsed->v_host == nullptr)
    return fail(errc::malformed, "Via: " + copy.substr(0, 80));
  constexpr std::string_view version = "SIP/2.0/";
  const std::string_view protocol_text{parsed->v_protocol};
  if (!iequals(protocol_text.substr(0, version.size()), version))
    return fail(errc::malformed, "Via: not SIP/2.0");
  via result;
  result.protocol = to_upper(protocol_text.substr(version.size()));
  // The grammar of sent-by is that of the host and port of a URI.
  std::string sent_by = parsed->v_host;
  if (parsed->v_port != nullptr)
    sent_by += ':' + std::string{parsed->v_port};
  auto place = uri::parse("sip:" + sent_by);
  if (!is_token(result.protocol) || !place || !place->user.empty()
      || place->params.size() != 0 || !place->headers.empty())
    return fail(errc::malformed, "Via: bad sent-by " + sent_by.substr(0, 80));
  result.host = place->host;
  result.port = place->port;
  auto params = copy_parameters(parsed->v_params);
  if (!params)
    return fail(errc::malformed, "Via: repeated or too many parameters");
  result.params = std::move(*params);
  return result;
}

std::string via::branch() const {
  return std::string{params.get("branch").value_or("")};
}

bool via::has_magic_cookie() const {
  const auto value = branch();
  return value.size() > magic_cookie.size()
    && iequals(value.substr(0, magic_cookie.size()), magic_cookie);
}

std::string to_string(const via& value) {
  return "SIP/2.0/" + value.protocol + ' ' + to_hostport(value.host, value.port)
    + to_string(value.params);
}

void note_source(via& top, const flow& source) {
  const bool wants_rport = top.params.contains("rport");
  // What the sender claims about itself must not steer the answer.
  top.params.remove("received");
  // On a link nobody can pretend to be somebody else, and there are no
  // addresses.
  if (source.kind == transport::link)
    return;
  if (wants_rport || canonical_ip(top.host) != source.remote_address)
    top.params.set("received", source.remote_address);
  if (wants_rport)
    top.params.set("rport", std::to_string(source.remote_port));
}

flow response_flow(const via& top, const flow& source) {
  auto result = source;
  if (!is_reliable(source.kind) && !top.params.contains("rport"))
    result.remote_port = top.port == 0 ? default_sip_port : top.port;
  return result;
}

} // namespace carillon::sip
