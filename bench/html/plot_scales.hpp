#pragma once

#include "bench/html/axis_scale.hpp"
#include "bench/html/plot.hpp"

#include <optional>

namespace carillon {

/// Gives a scale for the x axis of a plot that has no categories; nothing when
/// none of its points can be drawn.
[[nodiscard]] std::optional<axis_scale> x_scale_of(const plot& drawn);

/// Gives a scale for the y axis of a plot, with room for the error bars;
/// nothing when none of its points can be drawn. It shows zero where leaving
/// that out would mislead: for bars, and for lines unless their values lie
/// close together far from it.
[[nodiscard]] std::optional<axis_scale> y_scale_of(const plot& drawn);

} // namespace carillon
