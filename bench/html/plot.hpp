#pragma once

#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// A value that was measured, or that somebody else published.
struct plot_point {
  double x = 0;
  double y = 0;

  /// The ends of its error bar, in units of y.
  std::optional<double> low = std::nullopt;
  std::optional<double> high = std::nullopt;
};

/// Values that belong together: a line, or a bar of each group.
struct plot_series {
  std::string name = {};

  /// In the order in which a line connects them.
  std::vector<plot_point> points = {};

  /// Whether it holds values of a paper or of another system. Those are drawn
  /// dashed and hollow; the name says whose they are.
  bool is_reference = false;
};

/// What an axis measures.
struct plot_axis {
  /// With its unit, e.g. "duration (ms)".
  std::string title = {};

  /// Leaves out what is not above zero.
  bool is_logarithmic = false;

  /// Of the x axis only. When there are any, the x of a point is an index into
  /// them, and the plot is one of grouped bars.
  std::vector<std::string> categories = {};
};

/// A picture of series over a common pair of axes.
struct plot {
  std::string title = {};
  plot_axis x = {};
  plot_axis y = {};
  std::vector<plot_series> series = {};

  /// What a reader has to know to read it; may be empty.
  std::string note = {};
};

} // namespace carillon
