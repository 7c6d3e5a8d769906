#pragma once

#include "protocols/chord/messages.hpp"
#include "protocols/p2psip/messages.hpp"
#include "protocols/wire/overlay.pb.h"

#include <optional>

/// Between the bodies of overlay messages and values.
namespace carillon::link {

/// Writes what peers say to keep the ring and to find keys.
void write_body(wire::Overlay& frame, const chord::message& body);

/// Writes what peers say about records and for adapters.
void write_body(wire::Overlay& frame, const p2psip::message& body);

/// Reads a body of `chord::message`.
/// @returns nothing for a frame of another kind; `too_large` or `malformed`
///          for a field that is.
[[nodiscard]] std::optional<expected<chord::message>>
read_chord_body(const wire::Overlay& frame);

/// Reads a body of `p2psip::message`.
/// @returns as `read_chord_body`.
[[nodiscard]] std::optional<expected<p2psip::message>>
read_p2psip_body(const wire::Overlay& frame);

} // namespace carillon::link
