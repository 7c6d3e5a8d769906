// Reads one datagram as the SIP edge would, and checks what the rest of the
// program takes for granted about messages that were accepted. The same octets
// are also read as bindings from the store.

#include "protocols/sip/build.hpp"
#include "protocols/sip/checks.hpp"
#include "protocols/sip/digest.hpp"
#include "protocols/sip/parser.hpp"
#include "protocols/sip/proxy.hpp"
#include "protocols/sip/registrar.hpp"
#include "protocols/sip/stored_bindings.hpp"

#include <cstdlib>

namespace {

using namespace carillon;

const sip::flow source{sip::transport::udp, "192.0.2.7", 5070,
                       "192.0.2.1",         5060,        0};

void require(bool condition) {
  if (!condition)
    std::abort();
}

void use_request(sip::message request) {
  auto top = request.top_via();
  sip::note_source(top, source);
  request.top_via(top);
  const sip::server_abilities abilities{{"INVITE", "REGISTER"}, {}};
  const auto refusal = sip::check_request(request, abilities, "tag");
  const auto answer =
    refusal ? *refusal : sip::make_response(request, 200, "tag");
  require(sip::parse_message(answer.print()).has_value());
  sip::registrar bindings;
  if (bindings.apply(request, source, timestamp{}).status == 200)
    require(bindings.bindings(timestamp{}).size()
            <= sip::defaults::max_bindings);
  for (const auto value : request.all("Authorization"))
    (void)sip::digest_credentials::parse(value);
  (void)sip::check_forward(request, {source}, "user", "tag");
  (void)sip::take_own_route(request, [](const sip::uri&) { return true; });
}

void read_bindings(byte_view data) {
  const auto phones = sip::decode_bindings(data);
  if (!phones)
    return;
  const auto again = sip::decode_bindings(sip::encode_bindings(*phones));
  require(again && again->size() == phones->size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read_bindings({data, size});
  const auto result = sip::parse_message({data, size});
  if (!result) {
    const auto answer = sip::make_refusal(result.error(), source, "tag");
    require(!answer || answer->status() >= 400);
    return 0;
  }
  // What was read and printed can be read again.
  require(sip::parse_message(result->print()).has_value());
  require(!result->call_id().empty() && !result->cseq().method.empty());
  if (result->is_request())
    use_request(*result);
  return 0;
}
