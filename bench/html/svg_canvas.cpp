#include "bench/html/svg_canvas.hpp"

#include "bench/html/html_escape.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace carillon {

namespace {

std::string place_attributes(std::string_view x_name, std::string_view y_name,
                             svg_point at) {
  return svg_attribute(x_name, svg_number(at.x))
    + svg_attribute(y_name, svg_number(at.y));
}

std::string_view anchor_attribute(text_anchor anchor) {
  switch (anchor) {
  case text_anchor::middle:
    return R"( text-anchor="middle")";
  case text_anchor::end:
    return R"( text-anchor="end")";
  case text_anchor::start:
    break;
  }
  return {};
}

} // namespace

void svg_canvas::line(svg_point from, svg_point to,
                      std::string_view attributes) {
  elements_ += "<line" + place_attributes("x1", "y1", from)
    + place_attributes("x2", "y2", to);
  elements_.append(attributes).append("/>\n");
}

void svg_canvas::path(std::string_view data, svg_point origin,
                      std::string_view attributes) {
  elements_ += "<path" + svg_attribute("d", data);
  if (origin.x != 0 || origin.y != 0)
    elements_ += svg_attribute("transform",
                               "translate(" + svg_number(origin.x) + ' '
                                 + svg_number(origin.y) + ')');
  elements_.append(attributes).append("/>\n");
}

void svg_canvas::rectangle(svg_point upper_left, svg_point lower_right,
                           std::string_view attributes) {
  elements_ += "<rect" + place_attributes("x", "y", upper_left)
    + svg_attribute("width", svg_number(lower_right.x - upper_left.x))
    + svg_attribute("height", svg_number(lower_right.y - upper_left.y));
  elements_.append(attributes).append("/>\n");
}

void svg_canvas::text(std::string_view content, svg_point at,
                      text_anchor anchor, std::string_view attributes) {
  elements_ += "<text" + place_attributes("x", "y", at);
  elements_.append(anchor_attribute(anchor)).append(attributes);
  elements_ += '>' + html_escaped(content) + "</text>\n";
}

std::string svg_canvas::finished(double height, std::string_view title,
                                 std::string_view description) const {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"100%\""
    + svg_attribute("viewBox",
                    "0 0 " + svg_number(svg::width) + ' ' + svg_number(height))
    + svg_attribute("font-size", svg_number(svg::font_size))
    + " font-family=\"system-ui,sans-serif\" fill=\"currentColor\">\n"
    + "<title>" + html_escaped(title) + "</title>\n<desc>"
    + html_escaped(description) + "</desc>\n" + elements_ + "</svg>\n";
}

std::string svg_number(double value) {
  // Rounded first, so that nothing becomes "-0".
  const auto tenths = std::lround(value * 10);
  std::array<char, 32> written{};
  const auto result =
    std::to_chars(written.data(), written.data() + written.size(),
                  static_cast<double>(tenths) / 10);
  return {written.data(), result.ptr};
}

std::string svg_attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string{name} + "=\"" + html_escaped(value) + '"';
}

} // namespace carillon
