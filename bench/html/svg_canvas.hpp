#pragma once

#include <string>
#include <string_view>

namespace carillon {

/// Measures of pictures, in their own units. A picture is as wide as its
/// container: three quarters of a pixel to a unit on a narrow phone.
namespace svg {

/// Width of a picture.
inline constexpr double width = 440;

/// Size of letters, and of those of numbers that stand beside bars.
inline constexpr double font_size = 15;
inline constexpr double small_font_size = 13;

/// Distance of two lines of a text.
inline constexpr double line_height = 18;

/// How far the letters of a line reach below its middle, so that a text can be
/// placed by its middle.
inline constexpr double half_letter = 5;

/// Space between things that do not belong together.
inline constexpr double gap = 10;

/// The colour behind a picture; a page may set it.
inline constexpr std::string_view paper = "var(--paper,#fff)";

} // namespace svg

/// Which end of a text, or its middle, lies at the place that it is drawn at.
enum class text_anchor { start, middle, end };

/// A point of a picture, from its upper left corner.
struct svg_point {
  double x = 0;
  double y = 0;
};

/// Collects the elements of a picture as SVG. Attributes are written as they
/// are, and begin with a space each; texts are escaped.
class svg_canvas {
public:
  /// Draws a straight line.
  void line(svg_point from, svg_point to, std::string_view attributes);

  /// Draws a path, moved so that its origin lies at a point.
  void path(std::string_view data, svg_point origin,
            std::string_view attributes);

  /// Draws a rectangle between two opposite corners.
  void rectangle(svg_point upper_left, svg_point lower_right,
                 std::string_view attributes);

  /// Draws a line of text.
  /// @param at where its anchor is; its y is that of the base line.
  void text(std::string_view content, svg_point at, text_anchor anchor,
            std::string_view attributes = {});

  /// Gives the picture. It takes the width of its container.
  /// @param title a name for readers who do not see it.
  /// @param description what such a reader wants to know.
  [[nodiscard]] std::string finished(double height, std::string_view title,
                                     std::string_view description) const;

private:
  std::string elements_;
};

/// Writes a coordinate as SVG does, with at most one decimal.
[[nodiscard]] std::string svg_number(double value);

/// Writes an attribute with a space before it.
[[nodiscard]] std::string svg_attribute(std::string_view name,
                                        std::string_view value);

} // namespace carillon
