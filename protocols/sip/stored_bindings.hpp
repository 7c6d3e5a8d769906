#pragma once

#include "protocols/sip/registrar.hpp"

#include <vector>

namespace carillon::sip {

/// Encodes bindings for the store, so that phones stay registered when their
/// adapter is restarted.
[[nodiscard]] bytes encode_bindings(const std::vector<binding>& phones);

/// Reads what `encode_bindings` wrote. Stream connections do not outlive a
/// restart: the source of a binding over one has connection 0.
/// @returns `too_large`, `malformed` or `unsupported_version`.
[[nodiscard]] expected<std::vector<binding>> decode_bindings(byte_view data);

} // namespace carillon::sip
