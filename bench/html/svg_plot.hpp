#pragma once

#include "bench/html/plot.hpp"

#include <string>

namespace carillon {

/// Draws a plot as an element `svg` that HTML can hold as it is. It is as wide
/// as its container, takes the colour of the text around it, and needs nothing
/// else; `--paper`, when it is set, is the colour behind it.
///
/// Any plot gives a picture; points that cannot be drawn are left out, which
/// `omission_note` says.
[[nodiscard]] std::string to_svg(const plot& drawn);

} // namespace carillon
