#include "actors/node_host.hpp"

#include "protocols/bytes.hpp"

namespace carillon {

namespace {

constexpr std::string_view suffix = ".node.invalid";

/// Bytes of a fingerprint in a host: a label has at most 63 characters (RFC
/// 1035 section 2.3.4).
constexpr size_t host_bytes = 20;

} // namespace

std::string node_host(const chord::node_info& node) {
  return to_hex(byte_view{node.fingerprint}.first(host_bytes))
    + std::string{suffix};
}

bool is_node_host(std::string_view host) noexcept {
  return host.ends_with(suffix);
}

} // namespace carillon
